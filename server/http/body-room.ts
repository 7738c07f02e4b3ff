import type { Logger } from 'pino';

import { createFaultLog } from '../faults/fault-log.ts';
import { defer } from '../feed/deferred.ts';
import { endsWithin } from '../faults/time-bound.ts';

/**
 * Room for the bodies of requests, and for messages, while they are under way. Each is bounded by itself, but a
 * caller may send a thousand at once, and what becomes of one holds many times its bytes. So large ones take turns,
 * by their bytes, and wait unread; nobody has more than half of the room.
 */
export interface BodyRoom {
  /**
   * Takes room for so many bytes of somebody's. What is small, as nearly all is, has it at once.
   * @returns null where none came free in time.
   */
  enter(bytes: number, owner: string): Place | Promise<Place | null>;
}

/** Room that is taken until it is left; to leave it again does nothing. */
export interface Place {
  leave(): void;
}

/** Bodies that never wait: those of single events. Of these, even as many as are ever let in are bearable. */
export const SMALL_BYTES = 16_384;
/** How long one waits at most; then it had better come again. */
const LONGEST_WAIT_MS = 10_000;

interface Waiting {
  bytes: number;
  owner: string;
  admit(): void;
}

/**
 * @param options.bytes of all larger ones together; at least twice as many as one may have.
 * @param options.what says in the log whose room it is.
 */
export function createBodyRoom(options: {
  bytes: number;
  what: string;
  logger: Logger;
  longestWaitMs?: number;
}): BodyRoom {
  const { bytes: most, what, logger, longestWaitMs = LONGEST_WAIT_MS } = options;
  const faults = createFaultLog(logger, { away: 'http.no_room', back: 'http.has_room' });
  const waiting = new Set<Waiting>();
  const takenBy = new Map<string, number>();
  let taken = 0;

  const fits = (bytes: number, owner: string) =>
    taken + bytes <= most && (takenBy.get(owner) ?? 0) + bytes <= most / 2;

  function take(bytes: number, owner: string): Place {
    taken += bytes;
    takenBy.set(owner, (takenBy.get(owner) ?? 0) + bytes);
    let isTaken = true;
    return {
      leave() {
        if (!isTaken) return;
        isTaken = false;
        taken -= bytes;
        const left = (takenBy.get(owner) ?? 0) - bytes;
        if (left > 0) takenBy.set(owner, left);
        else takenBy.delete(owner);
        admit();
      },
    };
  }

  /** In the order in which they came, past those alone whose owner has its half. */
  function admit(): void {
    for (const next of waiting) {
      if (taken + next.bytes > most) return;
      if (!fits(next.bytes, next.owner)) continue;
      waiting.delete(next);
      next.admit();
    }
  }

  async function wait(bytes: number, owner: string): Promise<Place | null> {
    const admitted = defer();
    let place: Place | null = null;
    const own: Waiting = {
      bytes,
      owner,
      admit() {
        place = take(bytes, owner);
        admitted.resolve();
      },
    };
    waiting.add(own);
    // Those before it may be held back by what their owners have.
    admit();
    await endsWithin(admitted.promise, longestWaitMs);
    if (place !== null) {
      faults.recovered();
      return place;
    }
    waiting.delete(own);
    faults.failed(new Error(`${bytes} bytes of ${what} found no room within ${longestWaitMs} ms`));
    // Those behind it may fit where it did not.
    admit();
    return null;
  }

  return {
    enter(bytes, owner) {
      if (bytes <= SMALL_BYTES) return NO_PLACE;
      const counted = Math.min(bytes, most / 2);
      if (waiting.size === 0 && fits(counted, owner)) return take(counted, owner);
      return wait(counted, owner);
    },
  };
}

const NO_PLACE: Place = { leave: () => undefined };
