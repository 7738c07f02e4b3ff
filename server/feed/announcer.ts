import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createFaultLog } from '../faults/fault-log.ts';
import type { Announcer, DeliveryChange, FeedBackend } from './topics.ts';

export interface FlushableAnnouncer extends Announcer {
  /** Settles when everything announced so far has been handed over or dropped; never rejects. */
  flush(): Promise<void>;
}

/** Changes handed over at a time at most. */
const BATCH_SIZE = 2_000;

/** Changes that may wait, some 20 MB; past it the oldest are dropped and the tail of the log makes up for them. */
const MOST_WAITING = 50_000;

/** Under load, the least time from one hand-over to the next. */
const LINGER_MS = 5;

/**
 * Announces in batches: at once when idle; while a batch is under way new changes gather and go
 * out together. The order is kept.
 */
export function createAnnouncer(
  backend: Pick<FeedBackend, 'announce'>,
  { logger }: { logger: Logger },
): FlushableAnnouncer {
  const overflow = createFaultLog(logger, {
    away: 'The live feed takes no announcements; the oldest are dropped',
    back: 'The live feed takes announcements again',
  });
  let waiting: DeliveryChange[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const begun = performance.now();
      const batch = waiting.slice(0, BATCH_SIZE);
      waiting = waiting.slice(BATCH_SIZE);
      // A backend tells its faults itself.
      await backend.announce(batch).catch(() => undefined);
      const rest = LINGER_MS - (performance.now() - begun);
      if (waiting.length > 0 && waiting.length < BATCH_SIZE && rest >= 1) await pause(rest);
    }
    overflow.recovered();
    running = null;
  }

  return {
    announce(changes) {
      for (const change of changes) waiting.push(change);
      if (waiting.length > MOST_WAITING) {
        // More than need be, so that not every further announcement moves the whole list.
        waiting = waiting.slice(-MOST_WAITING / 2);
        overflow.failed(new Error('An announcement is taking too long'));
      }
      if (waiting.length > 0) running ??= run();
    },
    async flush() {
      while (running) await running;
    },
  };
}
