import type { Span, TrendInterval } from '../../../graphql/trend-intervals.ts';
import { isUtc, zonedFormat, type ZonedFormat } from '../../../lib/time/time-style.ts';

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In minutes. */
const STEPS_WITHIN_DAY = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
const STEPS_OF_DAYS = [1, 2, 4, 7, 14, 28, 56, 112, 224];

const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const DATE: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
const DATE_AND_YEAR: Intl.DateTimeFormatOptions = { ...DATE, year: 'numeric' };

const formats = new Map<string, ZonedFormat>();

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  const found = formats.get(key) ?? zonedFormat(options);
  formats.set(key, found);
  return found.format(at);
}

/**
 * Where the axis of time is labelled: at round times of the chosen clock, at most so many. The
 * API's days are those of UTC, and are labelled as such.
 */
export function timeTicks(span: Span, interval: TrendInterval, most: number): readonly TimeTick[] {
  if (interval === 'DAY') return utcDayTicks(span, most);
  const length = span.to - span.from;
  const minutes = STEPS_WITHIN_DAY.find((step) => length / (step * MINUTE) <= most);
  if (minutes !== undefined) return clockTicks(span, minutes);
  return isUtc() ? utcDayTicks(span, most) : localDayTicks(span, most);
}

function midnightBefore(at: number): Date {
  const midnight = new Date(at);
  if (isUtc()) midnight.setUTCHours(0, 0, 0, 0);
  else midnight.setHours(0, 0, 0, 0);
  return midnight;
}

function clockTicks(span: Span, stepMinutes: number): readonly TimeTick[] {
  const midnight = midnightBefore(span.from);
  const ticks: TimeTick[] = [];
  for (let minute = 0; ; minute += stepMinutes) {
    // Counted on the clock, so that they stay round when it is put forward or back.
    const at = isUtc()
      ? midnight.getTime() + minute * MINUTE
      : new Date(midnight).setMinutes(minute);
    if (at >= span.to) return ticks;
    const last = ticks.at(-1);
    if (at < span.from || (last !== undefined && at <= last.at)) continue;
    const isMidnight = minute % (24 * 60) === 0;
    ticks.push({ at, label: format(at, isMidnight ? DATE : TIME) });
  }
}

function localDayTicks(span: Span, most: number): readonly TimeTick[] {
  const step = dayStep(span, most);
  const day = midnightBefore(span.from);
  const ticks: TimeTick[] = [];
  for (; day.getTime() < span.to; day.setDate(day.getDate() + 1)) {
    const number = Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / DAY;
    if (day.getTime() < span.from || number % step !== 0) continue;
    ticks.push({ at: day.getTime(), label: format(day.getTime(), DATE) });
  }
  return ticks;
}

function utcDayTicks(span: Span, most: number): readonly TimeTick[] {
  const step = dayStep(span, most);
  const isOneYear = new Date(span.from).getUTCFullYear() === new Date(span.to - 1).getUTCFullYear();
  const ticks: TimeTick[] = [];
  for (let number = Math.floor(span.from / DAY); number * DAY < span.to; number += 1) {
    if (number % step !== 0) continue;
    const look = isOneYear ? DATE : DATE_AND_YEAR;
    ticks.push({ at: number * DAY, label: format(number * DAY, { ...look, timeZone: 'UTC' }) });
  }
  return ticks;
}

function dayStep(span: Span, most: number): number {
  const days = (span.to - span.from) / DAY;
  return STEPS_OF_DAYS.find((step) => days / step <= most) ?? 448;
}

/** `23 Nov, 14:05`, `23 Nov, 14:00 – 15:00`, `23 Nov (UTC)`: one interval of a trend, in words. */
export function intervalLabel(start: number, interval: TrendInterval): string {
  switch (interval) {
    case 'MINUTE':
      return format(start, { ...DATE, ...TIME });
    case 'HOUR':
      return `${format(start, { ...DATE, ...TIME })} – ${format(start + HOUR, TIME)}`;
    case 'DAY':
      return `${format(start, { ...DATE_AND_YEAR, timeZone: 'UTC' })} (UTC)`;
  }
}
