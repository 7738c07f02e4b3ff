import type { LoggedChange } from './change-log.ts';
import { includes, type Position } from './position.ts';
import type { DeliveryChange } from './topics.ts';

/**
 * Decides what is passed on and when, so that each change is passed on exactly once, and those of
 * one delivery in their order, whatever pub/sub loses, repeats or shuffles. All that lies behind
 * `position` has been passed on; of what lies ahead, `passed` tells how far each delivery got.
 */
export interface EmissionOrder {
  readonly position: Position | null;
  /** Whether announcements wait for one that came before them and has not been heard. */
  hasGaps(): boolean;
  /** Takes an announcement, which may be late, repeated or out of order. */
  hear(change: DeliveryChange): void;
  /** To be called before the log is read: what is announced until then has committed, so the read finds it. */
  beginRead(): void;
  /** Takes a change from the log; those of one delivery come in the order of their versions. */
  take(change: LoggedChange): void;
  /** All changes up to `position` have been taken. */
  advance(position: Position): void;
  /** Forgets everything, for nobody listened meanwhile. */
  reset(): void;
}

interface Heard {
  change: DeliveryChange;
  /** The read that was the last to begin when it came. */
  read: number;
}

/** Deliveries remembered, and announcements held, at most: past it the log alone tells. */
const MOST_REMEMBERED = 100_000;
const MOST_HELD = 20_000;

export function createEmissionOrder(
  emit: (change: LoggedChange, position: Position) => void,
): EmissionOrder {
  let position: Position | null = null;
  let read = 0;
  const passed = new Map<string, { version: number; xid: bigint }>();
  const held = new Map<string, Map<number, Heard>>();
  let heldCount = 0;

  function pass(change: LoggedChange, at: Position): void {
    passed.set(change.deliveryId, { version: change.version, xid: change.xid });
    emit(change, at);
  }

  function hold(heard: Heard): void {
    if (heldCount >= MOST_HELD) return;
    const { deliveryId, version } = heard.change;
    const own = held.get(deliveryId) ?? new Map<number, Heard>();
    if (!own.has(version)) heldCount += 1;
    own.set(version, heard);
    held.set(deliveryId, own);
  }

  function release(deliveryId: string, at: Position): void {
    const own = held.get(deliveryId);
    if (!own) return;
    for (;;) {
      const next = (passed.get(deliveryId)?.version ?? 0) + 1;
      const heard = own.get(next);
      if (!heard) break;
      own.delete(next);
      heldCount -= 1;
      pass(heard.change, at);
    }
    if (own.size === 0) held.delete(deliveryId);
  }

  function hear(heard: Heard): void {
    const { change } = heard;
    if (!position) {
      hold(heard);
      return;
    }
    const last = passed.get(change.deliveryId)?.version;
    const isKnown = includes(position, change.xid) || (last ?? 0) >= change.version;
    if (isKnown) return;
    const follows =
      last === undefined
        ? change.version === 1 ||
          (change.previousXid !== null && includes(position, change.previousXid))
        : change.version === last + 1;
    if (!follows) {
      hold(heard);
      return;
    }
    if (last === undefined && passed.size >= MOST_REMEMBERED) return;
    pass(change, position);
    release(change.deliveryId, position);
  }

  return {
    get position() {
      return position;
    },
    hasGaps: () => heldCount > 0,
    hear: (change) => hear({ change, read }),
    beginRead() {
      read += 1;
    },
    take(change) {
      if (!position) return;
      if ((passed.get(change.deliveryId)?.version ?? 0) >= change.version) return;
      pass(change, position);
      release(change.deliveryId, position);
    },
    advance(next) {
      position = next;
      for (const [deliveryId, { xid }] of passed) {
        if (includes(next, xid)) passed.delete(deliveryId);
      }
      const waiting = [...held.values()].flatMap((own) => [...own.values()]);
      held.clear();
      heldCount = 0;
      for (const heard of waiting.sort((a, b) => a.change.version - b.change.version)) {
        // One from before the read began has been read, or never happened.
        if (heard.read >= read) hear(heard);
      }
    },
    reset() {
      position = null;
      passed.clear();
      held.clear();
      heldCount = 0;
    },
  };
}
