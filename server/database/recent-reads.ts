import { putLast } from '../domain/bounded-map.ts';

/** How long what was read is good, and when it is read again while it still is: milliseconds. */
const GOOD_MS = 1_000;
const REFRESHED_AFTER_MS = 500;

/**
 * Values as they were read within the last second. What is in use is read again before it is too
 * old, beside what uses it, so that a steady stream of requests waits for no read.
 */
export interface RecentReads<Value> {
  /** What is remembered under a key, where it is still good; undefined where it is to be read. */
  recall(key: string): NonNullable<Value> | undefined;
  /** Reads it now, and remembers it unless it is null. */
  read(key: string): Promise<Value>;
  /** Forgets what was changed here, and what is being read of it. */
  forget(isChanged: (value: NonNullable<Value>, key: string) => boolean): void;
}

export interface RecentReadsOptions<Value> {
  read(key: string): Promise<Value>;
  /** Beyond them the one that was read longest ago is read anew. */
  most: number;
  /** Milliseconds on a clock that never goes back. */
  now?: (() => number) | undefined;
}

interface Remembered<Value> {
  value: NonNullable<Value>;
  /** When its reading began. */
  askedAt: number;
  isAskedAgain: boolean;
}

export function createRecentReads<Value>(options: RecentReadsOptions<Value>): RecentReads<Value> {
  const { most, now = () => performance.now() } = options;
  const remembered = new Map<string, Remembered<Value>>();
  /** A reading that began before the last change made here is not remembered. */
  let changes = 0;

  async function read(key: string): Promise<Value> {
    const [askedAt, changesBefore] = [now(), changes];
    const value = await options.read(key);
    if (value === null || value === undefined || changes !== changesBefore) remembered.delete(key);
    else putLast(remembered, key, { value, askedAt, isAskedAgain: false }, most);
    return value;
  }

  return {
    read,
    recall(key) {
      const known = remembered.get(key);
      if (known === undefined) return undefined;
      const age = now() - known.askedAt;
      if (age >= GOOD_MS) return undefined;
      if (age >= REFRESHED_AFTER_MS && !known.isAskedAgain) {
        known.isAskedAgain = true;
        // A fault is thrown to the next caller once this has expired.
        read(key).catch(() => (known.isAskedAgain = false));
      }
      return known.value;
    },
    forget(isChanged) {
      changes += 1;
      for (const [key, { value }] of remembered) {
        if (isChanged(value, key)) remembered.delete(key);
      }
    },
  };
}
