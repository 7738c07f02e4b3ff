import type { Client } from 'graphql-ws';
import type { Platform } from '../installation/platform.ts';
import { PATIENCE_MS, waitFor } from '../wait.ts';

/** A change as a subscriber got it. */
export interface Update {
  cursor: string;
  status: string;
  matchesFilter: boolean;
  delivery: { id: string; version: number; event: { eventId: string } };
  /** When it came, by performance.now(). */
  at: number;
}

export interface LiveFeed {
  /** All that came, in order. */
  readonly updates: Update[];
  /** Why the subscription ended; null while it runs. */
  readonly ended: unknown;
  of(eventId: string): Update[];
  /** Waits until an event's updates include this status. */
  waitForStatus(eventId: string, status: string, timeoutMs?: number): Promise<Update>;
  stop(): void;
}

const QUERY = `subscription ($filter: DeliveryFilter, $after: String) {
  deliveryUpdated(filter: $filter, after: $after) {
    cursor status matchesFilter delivery { id version event { eventId } }
  }
}`;

/** Subscribes to deliveryUpdated and keeps what comes. */
export function followDeliveries(
  client: Client,
  variables: { filter?: Record<string, unknown>; after?: string } = {},
): LiveFeed {
  const updates: Update[] = [];
  let ended: unknown = null;
  const of = (eventId: string) =>
    updates.filter((update) => update.delivery.event.eventId === eventId);

  const stop = client.subscribe<{ deliveryUpdated: Omit<Update, 'at'> }>(
    { query: QUERY, variables },
    {
      next({ data, errors }) {
        if (data) updates.push({ ...data.deliveryUpdated, at: performance.now() });
        else ended = errors;
      },
      error: (error) => (ended = error),
      complete: () => (ended ??= 'complete'),
    },
  );

  return {
    updates,
    get ended() {
      return ended;
    },
    of,
    waitForStatus: (eventId, status, timeoutMs = PATIENCE_MS) =>
      waitFor(() => of(eventId).find((update) => update.status === status), { timeoutMs }),
    stop,
  };
}

/** Triggers events until a feed has told of one, and so of all that follow; returns their eventIds. */
export async function untilFollowed(
  feed: Pick<LiveFeed, 'updates'>,
  platform: Platform,
): Promise<string[]> {
  const eventIds: string[] = [];
  await waitFor(async () => {
    const { event } = await platform.trigger();
    if (event === null) throw new Error('the trigger was not accepted');
    eventIds.push(event.eventId);
    const isTold = ({ status, delivery }: Update) =>
      status === 'SUCCESS' && delivery.event.eventId === event.eventId;
    return waitFor(() => feed.updates.some(isTold), { timeoutMs: 3_000 }).catch(() => null);
  });
  return eventIds;
}
