import type { AnyVariables, Client, CombinedError, TypedDocumentNode } from '@urql/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';

import { ownCopyContext, ownRequest } from '../../graphql/cache/own-copy.ts';
import { useSameValue } from '../../lib/same-value.ts';

interface Answer<Data, Question> {
  readonly question: Question;
  readonly data: Data;
  /** When it was so, in milliseconds of Date.now(). */
  readonly at: number;
}

export interface QuietQuery<Data, Question> {
  /** The newest there is; while another question is read, still that of the one before. */
  readonly answer: Answer<Data, Question> | null;
  /** The result belongs to an earlier query. */
  readonly isStale: boolean;
  /** Why there is nothing to show; a refresh that fails leaves what is shown. */
  readonly error: CombinedError | null;
  refresh(): void;
  /** Takes what came by another way; the result of an earlier query is dropped. */
  take(data: Data): void;
}

/**
 * A hook that reads numbers and refreshes them without a sign of it: what is shown stays until there
 * is newer. The answers are no objects that other views have, so they pass the cache by.
 */
export function quietQuery<Data, Variables extends Exclude<AnyVariables, void>, Question>(
  document: TypedDocumentNode<Data, Variables>,
  variablesAt: (question: Question, now: number) => Variables,
): (question: Question) => QuietQuery<Data, Question> {
  type Kept = Answer<Data, Question> & { readonly key: string };
  /** Who comes back to the page sees it at once. */
  const lastKept = new WeakMap<Client, Kept>();

  return function useQuietQuery(question) {
    const client = useClient();
    const sameQuestion = useSameValue(question);
    const asked = useMemo(
      () => ({ key: JSON.stringify(sameQuestion), question: sameQuestion }),
      [sameQuestion],
    );
    const { key } = asked;
    const [kept, setKept] = useState<Kept | null>(() => lastKept.get(client) ?? null);
    const [fault, setFault] = useState<{ key: string; error: CombinedError } | null>(null);
    const lastRequest = useRef(0);

    const take = useCallback(
      (data: Data) => {
        lastRequest.current += 1;
        const next = { ...asked, data, at: Date.now() };
        lastKept.set(client, next);
        setKept(next);
        setFault(null);
      },
      [client, asked],
    );

    const read = useCallback(async () => {
      lastRequest.current += 1;
      const mine = lastRequest.current;
      const request = ownRequest(document, variablesAt(asked.question, Date.now()));
      const { data, error } = await client
        .executeQuery<Data, Variables>(request, ownCopyContext('page'))
        .toPromise();
      if (mine !== lastRequest.current) return;
      if (data !== undefined && data !== null && error === undefined) take(data);
      else if (error !== undefined) setFault({ key: asked.key, error });
    }, [client, asked, take]);

    useEffect(() => {
      void read();
      return () => {
        lastRequest.current += 1;
      };
    }, [read]);

    const isStale = kept !== null && kept.key !== key;
    const hasNothing = kept === null || isStale;
    return {
      answer: kept,
      isStale,
      error: hasNothing && fault?.key === key ? fault.error : null,
      refresh: useCallback(() => {
        setFault(null);
        void read();
      }, [read]),
      take,
    };
  };
}
