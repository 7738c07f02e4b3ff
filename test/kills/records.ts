import type { ApiClient } from '../support/installation/api-client.ts';
import { waitFor } from '../support/wait.ts';
import type { DeliveryRecord } from './history.ts';

const PAGE = `query ($after: String) {
  deliveries(first: 100, after: $after) {
    nodes { id status attemptCount event { eventId } webhook { id } attempts { number errorCode } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  deliveries: {
    nodes: (Omit<DeliveryRecord, 'eventId' | 'webhookId'> & {
      event: { eventId: string };
      webhook: { id: string };
    })[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

const OPEN = `query { deliveries(first: 1, filter: { statuses: [PENDING, SENDING, RETRYING] }) { nodes { id } } }`;

/** What was held last comes again after a lease; then it is sent. */
const ALL_ENDED_WITHIN_MS = 120_000;

/** Waits until nothing is under way any more, and reads all that is on record. */
export async function readRecords(client: ApiClient): Promise<DeliveryRecord[]> {
  await waitFor(
    async () => {
      const { deliveries } = await client.ask<{ deliveries: { nodes: unknown[] } }>(OPEN);
      return deliveries.nodes.length === 0;
    },
    { timeoutMs: ALL_ENDED_WITHIN_MS, everyMs: 200 },
  );
  const records: DeliveryRecord[] = [];
  let after: string | null = null;
  for (;;) {
    const { deliveries }: Page = await client.ask<Page>(PAGE, { after });
    for (const { event, webhook, ...record } of deliveries.nodes) {
      records.push({ ...record, eventId: event.eventId, webhookId: webhook.id });
    }
    if (!deliveries.pageInfo.hasNextPage) return records;
    after = deliveries.pageInfo.endCursor;
  }
}
