import type { ApiClient } from '../installation/api-client.ts';
import { waitFor } from '../wait.ts';

/** A delivery as the API lists it. */
export interface ListedDelivery {
  /** The same as the `webhook-id` of its requests. */
  id: string;
  status: string;
  attemptCount: number;
  attempts: { number: number; errorCode: string | null }[];
  webhook: { id: string };
}

const PAGE = `query ($after: String, $filter: DeliveryFilter) {
  deliveries(first: 100, after: $after, filter: $filter) {
    nodes { id status attemptCount attempts { number errorCode } webhook { id } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  deliveries: {
    nodes: ListedDelivery[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

/** All deliveries that fit, page by page. */
export async function listDeliveries(
  { ask }: Pick<ApiClient, 'ask'>,
  filter: Record<string, unknown> = {},
): Promise<ListedDelivery[]> {
  const all: ListedDelivery[] = [];
  let after: string | null = null;
  for (;;) {
    const { deliveries }: Page = await ask<Page>(PAGE, { after, filter });
    all.push(...deliveries.nodes);
    if (!deliveries.pageInfo.hasNextPage) return all;
    after = deliveries.pageInfo.endCursor;
  }
}

/** Waits until no delivery has anything before it any more, and returns them all. */
export async function waitUntilAllEnded(
  client: Pick<ApiClient, 'ask'>,
  timeoutMs: number,
): Promise<ListedDelivery[]> {
  const filter = { statuses: ['PENDING', 'SENDING', 'RETRYING'] };
  await waitFor(
    async () => {
      const { deliveries } = await client.ask<Page>(PAGE, { filter });
      return deliveries.nodes.length === 0;
    },
    { timeoutMs, everyMs: 200 },
  );
  return listDeliveries(client);
}

/** How many of them stand where. */
export function countByStatus(deliveries: readonly ListedDelivery[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of deliveries) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
