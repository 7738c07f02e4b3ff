import type { CombinedError } from '@urql/core';

/** What a list shows as a whole. A new object each time any of it changes. */
export interface LiveSnapshot {
  /** Shown, newest first; another array only when membership or order has changed. */
  readonly ids: readonly string[];
  /** New rows that wait while the list is held. */
  readonly newCount: number;
  /** 'failed': nothing could be read yet; it is tried again by itself, and by reload(). */
  readonly state: 'loading' | 'ready' | 'failed';
  /** What last went wrong and has not been mended since, whatever the state. */
  readonly error: CombinedError | null;
  /** Whether there are older rows than those shown. */
  readonly hasMore: boolean;
  /** Whether no older ones are read because `maxRows` are shown: narrow the filter to see them. */
  readonly isFull: boolean;
  readonly isLoadingMore: boolean;
  readonly isHeld: boolean;
}

/** Before anything was read. */
export const EMPTY_SNAPSHOT: LiveSnapshot = {
  ids: [],
  newCount: 0,
  state: 'loading',
  error: null,
  hasMore: false,
  isFull: false,
  isLoadingMore: false,
  isHeld: false,
};

export function isSame(a: LiveSnapshot, b: LiveSnapshot): boolean {
  return (
    a.ids === b.ids &&
    a.newCount === b.newCount &&
    a.state === b.state &&
    a.error === b.error &&
    a.hasMore === b.hasMore &&
    a.isFull === b.isFull &&
    a.isLoadingMore === b.isLoadingMore &&
    a.isHeld === b.isHeld
  );
}
