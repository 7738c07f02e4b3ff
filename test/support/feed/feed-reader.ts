import type { FeedUpdate } from '../../../server/feed/follow.ts';
import { waitFor } from '../wait.ts';

/** Reads updates as they come, and keeps them. */
export interface FeedReader {
  readonly updates: FeedUpdate[];
  readonly error: unknown;
  readonly hasEnded: boolean;
  /** Waits until so many have come. */
  count(count: number, options?: { timeoutMs?: number }): Promise<FeedUpdate[]>;
  /** What came of one delivery: its statuses, in order. */
  statusesOf(deliveryId: string): string[];
  stop(): Promise<void>;
}

export function readFeed(feed: AsyncGenerator<FeedUpdate, undefined, undefined>): FeedReader {
  const updates: FeedUpdate[] = [];
  let error: unknown;
  let hasEnded = false;
  const done = (async () => {
    try {
      for await (const update of feed) updates.push(update);
    } catch (caught) {
      error = caught;
    }
    hasEnded = true;
  })();
  return {
    updates,
    get error() {
      return error;
    },
    get hasEnded() {
      return hasEnded;
    },
    async count(count, options) {
      await waitFor(() => updates.length >= count, options);
      return updates;
    },
    statusesOf: (deliveryId) =>
      updates.filter((update) => update.deliveryId === deliveryId).map(({ status }) => status),
    async stop() {
      await feed.return(undefined);
      await done;
    },
  };
}
