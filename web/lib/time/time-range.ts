import { choiceOf, textOf } from '../search-text.ts';
import { zonedFormat } from './time-style.ts';

/** The ranges that a click chooses, each up to now. */
export const RANGES = ['1h', '24h', '7d', '30d'] as const;
export type RangeName = (typeof RANGES)[number];

/** A range of time as it stands in the address: up to now, or from and to (ISO 8601) of one's own. */
export interface RangeSearch {
  range?: RangeName;
  from?: string;
  to?: string;
}

/** Milliseconds that each range looks back. */
export const RANGE_MS: Readonly<Record<RangeName, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

export const RANGE_LABELS: Readonly<Record<RangeName, string>> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

/** Reads a range from an address; what makes no sense is left out. A range of one's own wins. */
export function rangeSearchOf(search: Record<string, unknown>): RangeSearch {
  const from = momentOf(search['from']);
  const to = momentOf(search['to']);
  if (from !== undefined || to !== undefined) {
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  }
  const range = choiceOf(search['range'], RANGES);
  return range === undefined ? {} : { range };
}

/**
 * What the API takes for it (TimeRange). A range up to now begins at a full minute, so that it is
 * the same filter for a minute; `null` where none was chosen.
 */
export function timeRangeOf(
  search: RangeSearch,
  now: number = Date.now(),
): { from?: string; to?: string } | null {
  if (search.range !== undefined) {
    const from = Math.floor((now - RANGE_MS[search.range]) / 60_000) * 60_000;
    return { from: new Date(from).toISOString() };
  }
  const { from, to } = search;
  if (from === undefined && to === undefined) return null;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

const MOMENT = zonedFormat({
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const YEAR = zonedFormat({ year: 'numeric' });
const MOMENT_OF_YEAR = zonedFormat({
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** In words, in the chosen zone: `Last 24 hours`, `3 Mar, 10:00 – 5 Mar, 12:30`, `since …`. */
export function formatRange(search: RangeSearch, now: number = Date.now()): string {
  if (search.range !== undefined) return RANGE_LABELS[search.range];
  const { from, to } = search;
  if (from !== undefined && to !== undefined) {
    return `${formatMoment(from, now)} – ${formatMoment(to, now)}`;
  }
  if (from !== undefined) return `Since ${formatMoment(from, now)}`;
  return to === undefined ? 'All time' : `Up to ${formatMoment(to, now)}`;
}

/** The year only where it is not this one. */
function formatMoment(moment: string, now: number): string {
  const date = new Date(moment);
  const isThisYear = YEAR.format(date) === YEAR.format(now);
  return (isThisYear ? MOMENT : MOMENT_OF_YEAR).format(date);
}

function momentOf(value: unknown): string | undefined {
  const text = textOf(value);
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
