import { createApiClient } from '../support/installation/api-client.ts';
import { followDeliveries, type LiveFeed, type Update } from '../support/feed/live-feed.ts';

/** A feed that goes on at another process when its own stops, from the last cursor that it got. */
export interface FollowedAcross extends Pick<LiveFeed, 'updates' | 'ended'> {
  stop(): void;
}

/** @param addressOf a process that takes subscriptions just now. */
export function followAcross(
  addressOf: () => string,
  key: string,
  filter: Record<string, unknown> = {},
): FollowedAcross {
  const updates: Update[] = [];
  let current: { feed: LiveFeed; close: () => void } | undefined;
  let isStopped = false;

  function take(): void {
    if (current === undefined) return;
    updates.push(...current.feed.updates.splice(0));
  }

  function follow(): void {
    const after = updates.at(-1)?.cursor;
    const socket = createApiClient(addressOf(), key).socket();
    const feed = followDeliveries(socket, { filter, ...(after === undefined ? {} : { after }) });
    current = { feed, close: () => void socket.dispose() };
  }

  follow();
  const timer = setInterval(() => {
    take();
    if (isStopped || current?.feed.ended === null) return;
    current?.close();
    follow();
  }, 50);

  return {
    get updates() {
      take();
      return updates;
    },
    ended: null,
    stop() {
      isStopped = true;
      clearInterval(timer);
      current?.close();
    },
  };
}
