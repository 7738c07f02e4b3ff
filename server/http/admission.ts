import type { Logger } from 'pino';

import { createFaultLog } from '../faults/fault-log.ts';
import { overloaded } from '../graphql/errors/errors.ts';

/**
 * Lets operations in as long as they can be answered soon. Where more is asked for than can be done, what
 * is let in waits for ever longer; so what comes is refused at once then, which costs next to nothing, and
 * the rest is answered. Strangers do not count: they have turns of their own.
 */
export interface Admission {
  /** Null, or the error that whoever comes now is answered with. */
  refusal(): ReturnType<typeof overloaded> | null;
  /** Counts an operation until its ticket is given back. */
  begin(): Ticket;
  end(ticket: Ticket): void;
}

/** The slice of time in which an operation began. */
type Ticket = number;

/** Time is counted in slices, so that nothing is kept of each operation (see under-way.ts). */
const SLICE_MS = 250;
const SLICES = 4;
/** So many that have been under way for a second show that there is too much to do. */
const LATE = 32;
/**
 * Then there may be as many as have ended within the last second, so that each waits for about one; but no fewer
 * than this. And so until a second has passed without a refusal: where all that had waited has ended, as much
 * again would be let in at once.
 */
const LEAST = 128;
const CALM_MS = 1_000;
/** And never more than this: before the first second is over, nothing shows. */
const MOST = 4_000;
/** Whole seconds after which to come back; not all at once. */
export const retryAfter = () => 1 + Math.floor(Math.random() * 3);

/** @param options.now milliseconds on a clock that never goes back. */
export function createAdmission(options: { logger: Logger; now?: () => number }): Admission {
  const { logger, now = () => performance.now() } = options;
  const faults = createFaultLog(logger, { away: 'http.overloaded', back: 'http.keeps_up' });
  /** By slice: those under way that began in it, and those that ended in it. */
  const begun = Array.from({ length: SLICES }, () => 0);
  const ended = Array.from({ length: SLICES }, () => 0);
  let current = 0;
  /** Under way, and begun before the slices that are counted. */
  let late = 0;
  let underWay = 0;
  let refusedAt = -Infinity;

  const at = (counts: readonly number[], slice: number) => counts[slice % SLICES] ?? 0;

  function turn(): void {
    const slice = Math.floor(now() / SLICE_MS);
    for (let next = Math.max(current + 1, slice - SLICES + 1); next <= slice; next += 1) {
      late += at(begun, next);
      begun[next % SLICES] = 0;
      ended[next % SLICES] = 0;
    }
    current = Math.max(current, slice);
  }

  return {
    refusal() {
      turn();
      const most = Math.max(
        LEAST,
        ended.reduce((sum, count) => sum + count, 0),
      );
      const isCalm = late < LATE && now() - refusedAt > CALM_MS;
      if (underWay < (isCalm ? MOST : Math.min(most, MOST))) {
        faults.recovered();
        return null;
      }
      refusedAt = now();
      faults.failed(new Error(`${underWay} operations are under way, ${late} of them for long`));
      return overloaded(retryAfter());
    },
    begin() {
      turn();
      begun[current % SLICES] = at(begun, current) + 1;
      underWay += 1;
      return current;
    },
    end(ticket) {
      turn();
      ended[current % SLICES] = at(ended, current) + 1;
      underWay -= 1;
      if (ticket > current - SLICES) begun[ticket % SLICES] = at(begun, ticket) - 1;
      else late -= 1;
    },
  };
}
