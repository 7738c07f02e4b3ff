import type { LiveFeed } from '../support/feed/live-feed.ts';
import { waitFor } from '../support/wait.ts';
import type { DeliveryRecord } from './history.ts';

const TOLD_WITHIN_MS = 120_000;

/**
 * The deliveries whose success a feed has told, once it has told all, or no longer.
 * @param before events that were triggered while nobody followed the feed yet: they count as told.
 */
export async function toldOf(
  feed: Pick<LiveFeed, 'updates' | 'ended'>,
  records: readonly DeliveryRecord[],
  before: readonly string[],
): Promise<ReadonlySet<string>> {
  const isBefore = new Set(before);
  const untold = new Set(
    records.filter(({ eventId }) => !isBefore.has(eventId)).map(({ id }) => id),
  );
  let read = 0;
  await waitFor(
    () => {
      for (; read < feed.updates.length; read += 1) {
        const update = feed.updates[read];
        if (update?.status === 'SUCCESS') untold.delete(update.delivery.id);
      }
      return feed.ended !== null || untold.size === 0;
    },
    { timeoutMs: TOLD_WITHIN_MS, everyMs: 100 },
  ).catch(() => undefined);
  return new Set(records.map(({ id }) => id).filter((id) => !untold.has(id)));
}
