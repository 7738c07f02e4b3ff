import type { CombinedError } from '@urql/core';
import { useState } from 'react';
import { useQuery } from 'urql';

import { useReadAgain } from '../../graphql/use-read-again.ts';
import { pageArguments } from '../../lib/cursor-page.ts';
import { useSession } from '../../session/session.tsx';
import { ApiKeysQuery, type ApiKeyRow } from './api-key-operations.ts';

const PAGE_SIZE = 25;

/** Beside which cursor the page stands; null: it is the first. */
type Place = { after: string } | { before: string } | null;

export interface ApiKeys {
  /** One page of them; undefined where there is none yet. */
  readonly nodes: readonly ApiKeyRow[] | undefined;
  readonly error: CombinedError | undefined;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  readonly isSettled: boolean;
  showPrevious(): void;
  showNext(): void;
  /** Back to the newest. */
  showFirst(): void;
  readAgain(): void;
}

/** The tenant's API keys, page by page; not asked for with a key that may not see them. */
export function useApiKeys(): ApiKeys {
  const { mayManageKeys } = useSession();
  const [place, setPlace] = useState<Place>(null);
  const [{ data, error }, execute] = useQuery({
    query: ApiKeysQuery,
    variables: pageArguments(place ?? {}, PAGE_SIZE),
    requestPolicy: 'cache-and-network',
    pause: !mayManageKeys,
  });
  const pageInfo = data?.apiKeys.pageInfo;
  const readAgain = () => {
    if (mayManageKeys) execute({ requestPolicy: 'network-only' });
  };
  useReadAgain(readAgain, { hasFailed: error !== undefined });
  return {
    nodes: data?.apiKeys.nodes,
    error,
    hasPrevious: pageInfo?.hasPreviousPage === true,
    hasNext: pageInfo?.hasNextPage === true,
    isSettled: !mayManageKeys || data !== undefined || error !== undefined,
    showPrevious() {
      const cursor = pageInfo?.startCursor ?? null;
      if (cursor !== null) setPlace({ before: cursor });
    },
    showNext() {
      const cursor = pageInfo?.endCursor ?? null;
      if (cursor !== null) setPlace({ after: cursor });
    },
    showFirst: () => setPlace(null),
    readAgain,
  };
}
