import type { Logger } from 'pino';
import { isToldElsewhere } from '../faults/database-faults.ts';
import { createFaultLog } from '../faults/fault-log.ts';

/** Work that comes round again and again until it is stopped. */
export interface Repetition {
  /** No run begins after this; settles when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs work, waits, and runs it again; never twice at once. A fault is logged when it begins and
 * its end when it has passed, however often the work is tried in between.
 */
export function createRepetition(parts: {
  /** Milliseconds from the end of one run to the start of the next. */
  everyMs: number;
  /** Milliseconds before the first run; `everyMs` if omitted. */
  firstAfterMs?: number;
  /** Returns how many milliseconds to wait this time; `everyMs` where it returns nothing. */
  run: () => Promise<number | void>;
  logger: Logger;
  /** What to say when the work fails. */
  fault: string;
}): Repetition {
  let isStopped = false;
  const faults = createFaultLog(parts.logger, { away: parts.fault }, { isToldElsewhere });
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(turn, parts.firstAfterMs ?? parts.everyMs);

  function turn(): void {
    let waitMs = parts.everyMs;
    running = parts
      .run()
      .then(
        (asked) => {
          if (typeof asked === 'number') waitMs = asked;
          faults.recovered();
        },
        (error: unknown) => {
          if (!isStopped) faults.failed(error);
        },
      )
      .finally(() => {
        if (!isStopped) timer = setTimeout(turn, waitMs);
      });
  }

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
