import { setTimeout as wait } from 'node:timers/promises';
import { isOutage, retryTransient } from '../faults/database-faults.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Runs a statement until the database has taken it. */
export type Persist = <T>(statement: () => Promise<T>) => Promise<T>;

/**
 * What was sent must go on record, and what was claimed must go out: while PostgreSQL is away or takes nothing
 * the statement is tried again, up to once a second, until `signal` aborts. Any other fault is
 * the caller's.
 */
export function createPersist({ signal }: { signal: AbortSignal }): Persist {
  return async (statement) => {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await retryTransient(statement);
      } catch (error) {
        if (!isOutage(error) || signal.aborted) throw error;
        await wait(pause, undefined, { signal });
      }
    }
  };
}
