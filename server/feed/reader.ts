import { defer, type Deferred } from './deferred.ts';
import { matchFilter, type ChangeFilter } from './filter.ts';
import type { HubReader } from './hub.ts';
import type { LoggedChange } from './log/change-log.ts';
import type { Position } from './log/position.ts';

/** The reader takes nothing, and more has changed than is kept for it. The socket is closed with 4503. */
export class SlowReader extends Error {
  constructor() {
    super('The reader is too slow; come back with the last cursor as "after"');
    this.name = 'SlowReader';
  }
}

/** A change that fits, or has just left, the filter. */
export interface Fitting {
  change: LoggedChange;
  matchesFilter: boolean;
  /** From where to read again without missing anything. */
  position: Position;
}

/** changes: the next ones, in order; the same list for all who get the same. behind: the rest is to be read from the log, from that position on. end: no more comes. */
export type Taken =
  | { kind: 'changes'; fittings: readonly Fitting[] }
  | { kind: 'behind'; from: Position }
  | { kind: 'end' };

/** What a hub puts in and one subscription takes out. */
export interface Reader extends HubReader {
  /** Waits for the next, and takes what is there. @throws SlowReader */
  take(): Promise<Taken>;
}

export interface ReaderOptions {
  filter: ChangeFilter;
  /** Changes kept at most. Past half of it, a later change of a delivery takes the place of its earlier one. */
  limit: number;
  /** How long a reader whose buffer has run over may take nothing, in milliseconds. */
  patienceMs: number;
  /** Called once when it was too long; the reader itself may be stuck where nothing reaches it. */
  onSlow: () => void;
}

/** Changes taken at a time: where taking them is dear, others get their turn between. */
const MOST_TAKEN = 200;

/**
 * The buffer between the hub and one subscription. When it runs over it is emptied: a reader that
 * still takes is sent to the log, which is read as fast as it takes; one that does not has ended.
 */
export function createReader({ filter, limit, patienceMs, onSlow }: ReaderOptions): Reader {
  /** In order of arrival, by a running number, so that one can be replaced in its place. */
  const kept = new Map<number, Fitting>();
  const newest = new Map<string, number>();
  let arrivals = 0;
  let final: Taken | null = null;
  let slow: SlowReader | null = null;
  let patience: NodeJS.Timeout | undefined;
  let waiting: ((taken: Taken) => void) | null = null;
  let caughtUp: Deferred | null = null;
  const fittingOf = createFitting(filter);

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
      slow = new SlowReader();
      onSlow();
    }, patienceMs);
    patience.unref();
  }

  function settleCaughtUp(): void {
    caughtUp?.resolve();
    caughtUp = null;
  }

  function next(): Taken | null {
    if (kept.size === 0) return final;
    const fittings: Fitting[] = [];
    for (const [number, fitting] of kept) {
      if (fittings.length === MOST_TAKEN) break;
      fittings.push(fitting);
      kept.delete(number);
      const { id } = fitting.change.delivery;
      if (newest.get(id) === number) newest.delete(id);
    }
    if (kept.size <= limit / 2) settleCaughtUp();
    return { kind: 'changes', fittings };
  }

  function keep(fitting: Fitting): boolean {
    const { id } = fitting.change.delivery;
    const earlier = kept.size > limit / 2 ? newest.get(id) : undefined;
    const replaced = earlier === undefined ? undefined : kept.get(earlier);
    if (earlier !== undefined && replaced) {
      // The older position: what came between the two is still behind it in the buffer.
      kept.set(earlier, { ...fitting, position: replaced.position });
      return true;
    }
    if (kept.size >= limit) return false;
    arrivals += 1;
    kept.set(arrivals, fitting);
    newest.set(id, arrivals);
    return true;
  }

  return {
    receive(changes, position) {
      if (final) return false;
      const fittings = fittingOf(changes, position);
      if (waiting && fittings.length > 0) {
        waiting({ kind: 'changes', fittings });
        waiting = null;
      } else if (!fittings.every(keep)) fallBehind(position);
      return final === null;
    },
    skip(from) {
      fallBehind(from);
      return false;
    },
    keepsUp() {
      if (final || kept.size <= limit / 2) return null;
      caughtUp ??= defer();
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

/** What fits of changes, by filter: made once for all readers that get the same. */
const found = new WeakMap<readonly LoggedChange[], Map<string, readonly Fitting[]>>();

function createFitting(
  filter: ChangeFilter,
): (changes: readonly LoggedChange[], position: Position) => readonly Fitting[] {
  const question = JSON.stringify(filter);
  return (changes, position) => {
    const present = found.get(changes) ?? new Map<string, readonly Fitting[]>();
    const same = present.get(question);
    if (same) return same;
    const fittings = changes.flatMap((change) => {
      const match = matchFilter(filter, change);
      return match === 'no' ? [] : [{ change, matchesFilter: match === 'matches', position }];
    });
    if (present.set(question, fittings).size === 1) found.set(changes, present);
    return fittings;
  };
}
