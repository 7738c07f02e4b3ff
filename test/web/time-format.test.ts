import { describe, expect, test } from 'vitest';

import {
  formatCompactCount,
  formatCount,
  formatPercent,
  formatPlural,
} from '../../web/lib/number-format.ts';
import {
  formatClock,
  formatCountdown,
  formatDuration,
  formatExact,
  formatRelative,
} from '../../web/lib/time/time-format.ts';

const NOW = Date.parse('2026-03-07T13:03:22.000Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function after(ms: number): Date {
  return new Date(NOW + ms);
}

describe('a relative time', () => {
  test.each([
    [0, 'now'],
    [-999, 'now'],
    [999, 'now'],
    [-12_400, '12 s ago'],
    [40 * SECOND, 'in 40 s'],
    [-59_999, '59 s ago'],
    [-MINUTE, '1 min ago'],
    [-59 * MINUTE, '59 min ago'],
    [-3 * HOUR, '3 h ago'],
    [2 * DAY, 'in 2 d'],
    [-29 * DAY, '29 d ago'],
  ])('%i ms from now is "%s"', (ms, text) => {
    expect(formatRelative(after(ms), NOW)).toBe(text);
  });

  test('is a date from 30 days on', () => {
    expect(formatRelative(after(-40 * DAY), NOW)).toMatch(/^2[56] Jan 2026$/);
  });

  test('reads the API’s texts, and is a dash for what is no time', () => {
    expect(formatRelative('2026-03-07T13:03:10.000Z', NOW)).toBe('12 s ago');
    expect(formatRelative('soon', NOW)).toBe('–');
  });
});

describe('a time as a clock has it', () => {
  // Noon, so that an hour before and after is the same day in every zone that the tests may run in.
  const noon = new Date(2026, 2, 7, 12, 0, 5).getTime();
  test.each([
    [new Date(noon), '12:00:05'],
    [new Date(noon - HOUR), '11:00:05'],
    [new Date(noon - DAY), '6 Mar 12:00'],
    [new Date(noon + DAY), '8 Mar 12:00'],
    [new Date(2025, 10, 3, 9), '3 Nov 2025'],
    ['soon', '–'],
  ])('%s is "%s"', (time, text) => {
    expect(formatClock(time, noon)).toBe(text);
  });
});

test('an exact time has its seconds and its zone', () => {
  expect(formatExact(after(0))).toMatch(/^[678] Mar 2026, \d\d:\d\d:22 \S+/);
  expect(formatExact('soon')).toBe('–');
});

describe('a duration', () => {
  test.each([
    [0, '0 ms'],
    [83.4, '83 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_230, '1.2 s'],
    [9_949, '9.9 s'],
    [9_951, '10 s'],
    [12_400, '12 s'],
    [59_600, '1 min'],
    [65 * SECOND, '1 min 5 s'],
    [HOUR - 1, '1 h'],
    [2 * HOUR + 3 * MINUTE, '2 h 3 min'],
    [DAY - 1, '1 d'],
    [3 * DAY + 4 * HOUR, '3 d 4 h'],
    [Number.NaN, '–'],
  ])('of %d ms is "%s"', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('a countdown', () => {
  test.each([
    [42 * SECOND, 'in 0:42'],
    [41_001, 'in 0:42'],
    [5 * MINUTE + SECOND, 'in 5:01'],
    [HOUR + 2 * MINUTE + 3 * SECOND, 'in 1:02:03'],
    [1, 'in 0:01'],
    [0, 'now'],
    [-HOUR, 'now'],
  ])('%i ms before is "%s"', (ms, text) => {
    expect(formatCountdown(after(ms), NOW)).toBe(text);
  });
});

describe('a share', () => {
  test.each([
    [1, '100%'],
    [0.9996, '99.9%'],
    [0.29, '29%'],
    [0.0004, '<0.1%'],
    [0, '0%'],
    [Number.NaN, '–'],
  ])('of %d is %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });
});

test('counts', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatCompactCount(9_999)).toBe('9,999');
  expect(formatCompactCount(12_345)).toBe('12.3K');
  expect(formatPlural(1, 'retry', 'retries')).toBe('1 retry');
  expect(formatPlural(0, 'webhook')).toBe('0 webhooks');
});
