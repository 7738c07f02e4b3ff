import type { Client } from '@urql/core';

import type { DeliveryFilter } from '../../../deliveries/deliveries-search.ts';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { deliveryRows, type DeliveryRow } from '../../../live/delivery-row.ts';
import type { LivePageVariables } from '../../../live/live-source.ts';
import { readPage } from '../../../live/rows/read-page.ts';

/** As many as a list of them shows. */
export const MOST_EXPORTED = 10_000;
const PAGE_SIZE = 100;

export interface ReadListed {
  /** Told how many were read so far. */
  onRead: (count: number) => void;
  signal: AbortSignal;
}

/**
 * The newest deliveries that match, at most {@link MOST_EXPORTED}, newest first, page by page.
 * @returns what was read, or the fault that ended it; null where it was aborted.
 */
export async function readListed(
  client: Client,
  filter: DeliveryFilter,
  { onRead, signal }: ReadListed,
): Promise<{ rows: DeliveryRow[] } | { fault: string } | null> {
  const rows: DeliveryRow[] = [];
  let after: string | null = null;
  do {
    const asked: LivePageVariables = { filter, first: PAGE_SIZE, after };
    const result = await readPage(client, deliveryRows, asked);
    if (signal.aborted) return null;
    if ('error' in result) {
      const { error } = result;
      return { fault: error === null ? 'The server did not answer.' : faultMessage(error) };
    }
    const { nodes, pageInfo } = result.page;
    rows.push(...nodes);
    onRead(rows.length);
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  } while (after !== null && rows.length < MOST_EXPORTED);
  return { rows };
}
