import { matchFilter, type ChangeFilter } from './filter.ts';
import type { HubMember } from './hub.ts';
import type { LoggedChange } from './change-log.ts';
import type { Position } from './position.ts';

/** The reader takes nothing, and more has changed than is kept for it. The socket is closed with 4503. */
export class SlowFollower extends Error {
  constructor() {
    super('The reader is too slow; come back with the last cursor as "after"');
    this.name = 'SlowFollower';
  }
}

/** A change that fits, or has just left, the filter. */
export interface Fitting {
  change: LoggedChange;
  matchesFilter: boolean;
  /** From where to read again without missing anything. */
  position: Position;
}

/** change: the next one. behind: the rest is to be read from the log, from that position on. end: no more comes. */
export type Taken =
  { kind: 'change'; fitting: Fitting } | { kind: 'behind'; from: Position } | { kind: 'end' };

/** What a hub puts in and one reader takes out. */
export interface Follower extends HubMember {
  /** Waits for the next. @throws SlowFollower */
  take(): Promise<Taken>;
}

export interface FollowerOptions {
  filter: ChangeFilter;
  /** Changes kept at most. Past half of it, a later change of a delivery takes the place of its earlier one. */
  limit: number;
  /** How long a reader whose buffer has run over may take nothing, in milliseconds. */
  patienceMs: number;
  /** Told once when it was too long; the reader itself may be stuck where it can't be told. */
  onSlow: () => void;
}

/**
 * The buffer between the hub and one reader. When it runs over it is emptied: a reader that
 * still takes is sent to the log, which is read as fast as it takes; one that does not has ended.
 */
export function createFollower({ filter, limit, patienceMs, onSlow }: FollowerOptions): Follower {
  /** In order of arrival, by a running number, so that one can be replaced in its place. */
  const kept = new Map<number, Fitting>();
  const newest = new Map<string, number>();
  let arrivals = 0;
  let final: Taken | null = null;
  let slow: SlowFollower | null = null;
  let patience: NodeJS.Timeout | undefined;
  let waiting: ((taken: Taken) => void) | null = null;
  let caughtUp: { promise: Promise<void>; resolve: () => void } | null = null;

  function finish(taken: Taken): void {
    if (final) return;
    final = taken;
    kept.clear();
    newest.clear();
    settleCaughtUp();
    waiting?.(taken);
    waiting = null;
  }

  function fallBehind(from: Position): void {
    if (final) return;
    const [oldest] = kept.values();
    const isWaiting = waiting !== null;
    finish({ kind: 'behind', from: oldest?.position ?? from });
    if (isWaiting) return;
    patience = setTimeout(() => {
      slow = new SlowFollower();
      onSlow();
    }, patienceMs);
    patience.unref();
  }

  function settleCaughtUp(): void {
    caughtUp?.resolve();
    caughtUp = null;
  }

  function next(): Taken | null {
    const [first] = kept;
    if (!first) return final;
    const [number, fitting] = first;
    kept.delete(number);
    if (newest.get(fitting.change.deliveryId) === number) newest.delete(fitting.change.deliveryId);
    if (kept.size <= limit / 2) settleCaughtUp();
    return { kind: 'change', fitting };
  }

  function keep(fitting: Fitting): boolean {
    const { deliveryId } = fitting.change;
    const earlier = kept.size > limit / 2 ? newest.get(deliveryId) : undefined;
    const replaced = earlier === undefined ? undefined : kept.get(earlier);
    if (earlier !== undefined && replaced) {
      // The older position: what came between the two is still behind it in the buffer.
      kept.set(earlier, { ...fitting, position: replaced.position });
      return true;
    }
    if (kept.size >= limit) return false;
    arrivals += 1;
    kept.set(arrivals, fitting);
    newest.set(deliveryId, arrivals);
    return true;
  }

  return {
    receive(change, position) {
      if (final) return false;
      const match = matchFilter(filter, change);
      if (match === 'no') return true;
      const fitting = { change, matchesFilter: match === 'matches', position };
      if (waiting) {
        waiting({ kind: 'change', fitting });
        waiting = null;
      } else if (!keep(fitting)) fallBehind(position);
      return final === null;
    },
    skip(from) {
      fallBehind(from);
      return false;
    },
    keepsUp() {
      if (final || kept.size <= limit / 2) return null;
      if (!caughtUp) {
        let resolve = () => {};
        const promise = new Promise<void>((settle) => (resolve = settle));
        caughtUp = { promise, resolve };
      }
      return caughtUp.promise;
    },
    end: () => {
      clearTimeout(patience);
      finish({ kind: 'end' });
    },
    take() {
      clearTimeout(patience);
      if (slow) return Promise.reject(slow);
      const taken = next();
      if (taken) return Promise.resolve(taken);
      return new Promise((resolve) => (waiting = resolve));
    },
  };
}
