import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isConnectionFault, retryTransient } from '../faults/database-faults.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Runs a statement until the database has taken it. */
export type Persist = <T>(statement: () => Promise<T>) => Promise<T>;

/**
 * What was sent must go on record, and what was claimed must go out: while PostgreSQL is away
 * the statement is tried again, up to once a second, until `signal` aborts. Any other fault is
 * the caller's.
 */
export function createPersist(parts: { logger: Logger; signal: AbortSignal }): Persist {
  let isAway = false;
  return async (statement) => {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const result = await retryTransient(statement);
        if (isAway) parts.logger.info('worker.recording_resumed');
        isAway = false;
        return result;
      } catch (error) {
        if (!isConnectionFault(error) || parts.signal.aborted) throw error;
        if (!isAway) parts.logger.warn({ err: error }, 'worker.recording_waits');
        isAway = true;
        await wait(pause, undefined, { signal: parts.signal });
      }
    }
  };
}
