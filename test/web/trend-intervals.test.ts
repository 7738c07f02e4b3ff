import { describe, expect, test } from 'vitest';

import {
  intervalsIn,
  isPartial,
  spanOf,
  trendIntervalOf,
} from '../../web/graphql/trend-intervals.ts';
import { intervalLabel, timeTicks } from '../../web/features/dashboard/trend/time-ticks.ts';

const NOW = Date.parse('2026-03-07T14:03:22.500Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms: number) => new Date(NOW - ms).toISOString();

describe('the interval of a trend', () => {
  test.each([
    [{ range: '1h' }, 'MINUTE'],
    [{ range: '24h' }, 'HOUR'],
    [{ range: '7d' }, 'HOUR'],
    [{ range: '30d' }, 'DAY'],
  ] as const)('of %j is a %s', (search, interval) => {
    expect(trendIntervalOf(search, NOW)).toBe(interval);
  });

  test('of a range of one’s own is the finest with at most 200 points', () => {
    expect(trendIntervalOf({ from: ago(3 * HOUR), to: ago(0) }, NOW)).toBe('MINUTE');
    expect(trendIntervalOf({ from: ago(4 * HOUR), to: ago(0) }, NOW)).toBe('HOUR');
    expect(trendIntervalOf({ from: ago(8 * DAY), to: ago(0) }, NOW)).toBe('HOUR');
    expect(trendIntervalOf({ from: ago(9 * DAY), to: ago(0) }, NOW)).toBe('DAY');
    expect(trendIntervalOf({ from: ago(2_000 * DAY) }, NOW)).toBe('DAY');
  });

  test('an end that is left open is now, a start 24 hours before the end', () => {
    expect(spanOf({ from: ago(HOUR) }, NOW)).toEqual({ from: NOW - HOUR, to: NOW });
    expect(spanOf({ to: ago(HOUR) }, NOW)).toEqual({ from: NOW - HOUR - DAY, to: NOW - HOUR });
    expect(trendIntervalOf({ to: ago(HOUR) }, NOW)).toBe('HOUR');
  });

  test('a range up to now begins with a whole minute, as the API is asked', () => {
    expect(spanOf({ range: '1h' }, NOW)).toEqual({
      from: Date.parse('2026-03-07T13:03:00Z'),
      to: NOW,
    });
  });

  test('counts the intervals that a range touches', () => {
    const at = (text: string) => Date.parse(`2026-03-07T${text}Z`);
    expect(intervalsIn({ from: at('10:00'), to: at('12:00') }, 'HOUR')).toBe(2);
    expect(intervalsIn({ from: at('10:30'), to: at('12:30') }, 'HOUR')).toBe(3);
    expect(intervalsIn({ from: at('10:00'), to: at('10:00:30') }, 'MINUTE')).toBe(1);
  });

  test('the intervals at both ends are partial where the range cuts them', () => {
    const span = spanOf({ range: '24h' }, NOW);
    expect(isPartial(Date.parse('2026-03-06T14:00:00Z'), 'HOUR', span)).toBe(true);
    expect(isPartial(Date.parse('2026-03-06T15:00:00Z'), 'HOUR', span)).toBe(false);
    expect(isPartial(Date.parse('2026-03-07T13:00:00Z'), 'HOUR', span)).toBe(false);
    expect(isPartial(Date.parse('2026-03-07T14:00:00Z'), 'HOUR', span)).toBe(true);
  });
});

describe('the ticks of the time axis', () => {
  // Built from the parts of the clock, so that they hold in any zone the tests run in.
  const local = (...parts: [number, number, number, number?, number?]) =>
    new Date(...parts).getTime();

  test('stand at round times of the reader’s clock', () => {
    const span = { from: local(2026, 2, 7, 13, 3), to: local(2026, 2, 7, 14, 4) };
    expect(timeTicks(span, 'MINUTE', 13).map(({ label }) => label)).toEqual([
      '13:05',
      '13:10',
      '13:15',
      '13:20',
      '13:25',
      '13:30',
      '13:35',
      '13:40',
      '13:45',
      '13:50',
      '13:55',
      '14:00',
    ]);
    expect(timeTicks(span, 'MINUTE', 3).map(({ label }) => label)).toEqual(['13:30', '14:00']);
  });

  test('name the day at midnight', () => {
    const span = { from: local(2026, 2, 6, 14), to: local(2026, 2, 7, 15) };
    expect(timeTicks(span, 'HOUR', 5).map(({ label }) => label)).toEqual([
      '18:00',
      '7 Mar',
      '06:00',
      '12:00',
    ]);
  });

  test('of more than a few days are days', () => {
    const span = { from: local(2026, 2, 1, 14), to: local(2026, 2, 8, 15) };
    expect(timeTicks(span, 'HOUR', 8).map(({ label }) => label)).toEqual([
      '2 Mar',
      '3 Mar',
      '4 Mar',
      '5 Mar',
      '6 Mar',
      '7 Mar',
      '8 Mar',
    ]);
  });

  test('of intervals of a day are days of UTC, with the year where there are two', () => {
    const days = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 5) };
    expect(timeTicks(days, 'DAY', 10)).toEqual([
      { at: Date.UTC(2026, 2, 1), label: '1 Mar' },
      { at: Date.UTC(2026, 2, 2), label: '2 Mar' },
      { at: Date.UTC(2026, 2, 3), label: '3 Mar' },
      { at: Date.UTC(2026, 2, 4), label: '4 Mar' },
    ]);
    const years = { from: Date.UTC(2025, 11, 31), to: Date.UTC(2026, 0, 2) };
    expect(timeTicks(years, 'DAY', 10).map(({ label }) => label)).toEqual([
      '31 Dec 2025',
      '1 Jan 2026',
    ]);
  });

  test.each([2, 5, 14])('are never many more than %d', (most) => {
    for (const hours of [1, 5, 26, 24 * 8, 24 * 200, 24 * 1_000]) {
      const span = { from: NOW - hours * HOUR, to: NOW };
      const interval = trendIntervalOf({ from: ago(hours * HOUR) }, NOW);
      expect(timeTicks(span, interval, most).length).toBeLessThanOrEqual(most + 1);
    }
  });
});

test('one interval in words', () => {
  const start = new Date(2026, 2, 7, 14, 0).getTime();
  expect(intervalLabel(start, 'MINUTE')).toBe('7 Mar, 14:00');
  expect(intervalLabel(start, 'HOUR')).toBe('7 Mar, 14:00 – 15:00');
  expect(intervalLabel(Date.UTC(2026, 2, 7), 'DAY')).toBe('7 Mar 2026 (UTC)');
});
