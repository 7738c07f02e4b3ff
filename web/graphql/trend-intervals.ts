import { graphql, type ResultOf } from './graphql.ts';
import { RANGE_MS, type RangeName, type RangeSearch } from '../lib/time/time-range.ts';

export type TrendInterval = ReturnType<typeof graphql.scalar<'TrendInterval'>>;

/** What the trend chart shows of each interval. */
export const TrendPointFragment = graphql(`
  fragment DashboardTrendPoint on TrendPoint @_unmask {
    start
    total
    success
    failed
  }
`);

/** How each range up to now is followed live. */
export const STATS_WINDOWS = {
  '1h': 'HOUR',
  '24h': 'DAY',
  '7d': 'WEEK',
  '30d': 'MONTH',
} as const satisfies Record<RangeName, string>;

export type TrendPoint = ResultOf<typeof TrendPointFragment>;

/** From the finest on. */
const INTERVALS: readonly TrendInterval[] = ['MINUTE', 'HOUR', 'DAY'];

export const INTERVAL_MS: Readonly<Record<TrendInterval, number>> = {
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
};

/** More bars than this are too thin to point at. */
const MOST_POINTS = 200;

/** A range in milliseconds since 1970, without `to` itself. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the API takes a range for: up to now, and of the last 24 hours, where it is left open. */
export function spanOf(search: RangeSearch, now: number): Span {
  if (search.range !== undefined) {
    const from = now - RANGE_MS[search.range];
    return { from: from - (from % INTERVAL_MS.MINUTE), to: now };
  }
  const to = search.to === undefined ? now : Date.parse(search.to);
  const from = search.from === undefined ? to - RANGE_MS['24h'] : Date.parse(search.from);
  return { from, to };
}

/** The finest interval that gives a chart which can be read; days, where even they are too many. */
export function trendIntervalOf(search: RangeSearch, now: number): TrendInterval {
  const span = spanOf(search, now);
  return INTERVALS.find((interval) => intervalsIn(span, interval) <= MOST_POINTS) ?? 'DAY';
}

/** How many intervals a range touches. */
export function intervalsIn({ from, to }: Span, interval: TrendInterval): number {
  const length = INTERVAL_MS[interval];
  return Math.ceil(to / length) - Math.floor(from / length);
}

/** Whether the range ends, or begins, within this interval: its numbers are not those of a whole one. */
export function isPartial(start: number, interval: TrendInterval, span: Span): boolean {
  return start < span.from || start + INTERVAL_MS[interval] > span.to;
}
