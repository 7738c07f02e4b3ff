import { INTERVAL_MS, startOf, type Span } from './pieces.ts';

/** A range as a query gives it, in milliseconds since the epoch; null is left out. */
export interface AskedRange {
  from: number | null;
  to: number | null;
}

/** A range as it is answered. */
export interface StatsRange extends Span {
  /** Up to where rows are counted: past `to` where the range is open, by {@link OPEN_END_MS}. */
  countTo: number;
}

/**
 * An open range ends with a whole minute this far ahead: nothing is made in the future, so the
 * minute that runs counts whole, from its rollup; and a database whose clock is ahead of ours
 * loses nothing.
 */
const OPEN_END_MS = INTERVAL_MS.MINUTE;

/**
 * The range meant: up to now where no end is given, and 24 hours long where no start is.
 *
 * @param now milliseconds since the epoch.
 */
export function meantRange(asked: AskedRange, now: number): StatsRange {
  const to = asked.to ?? now;
  const from = asked.from ?? to - INTERVAL_MS.DAY;
  const countTo =
    asked.to === null ? startOf('MINUTE', now) + INTERVAL_MS.MINUTE + OPEN_END_MS : to;
  return { from, to, countTo };
}
