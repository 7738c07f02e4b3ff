import { describe, expect, it } from 'vitest';

import {
  delaySeconds,
  parseRetryAfter,
  retryDelays,
  retrySchedule,
  type RetryPolicy,
} from '../../server/domain/delivery/retry-schedule.ts';

/** The brief's. */
const policy: RetryPolicy = {
  maxAttempts: 5,
  initialDelaySeconds: 60,
  backoffFactor: 2,
  jitter: 0,
};

describe('delaySeconds', () => {
  it('is the schedule of the brief', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((attempt) =>
      delaySeconds(retrySchedule(policy), attempt),
    );
    expect(delays).toEqual([60, 120, 240, 480, null, null]);
    expect(delaySeconds(retrySchedule({ ...policy, maxAttempts: 1 }), 1)).toBeNull();
  });

  it('takes fractions', () => {
    const quick = { ...policy, initialDelaySeconds: 0.2, backoffFactor: 1.5 };
    expect(delaySeconds(retrySchedule(quick), 1)).toBe(0.2);
    expect(delaySeconds(retrySchedule(quick), 3)).toBeCloseTo(0.45);
  });

  it('draws a wait from its length ± the share of jitter', () => {
    const jittery = { ...policy, jitter: 0.1 };
    expect(delaySeconds(retrySchedule(jittery), 2, { random: () => 0 })).toBeCloseTo(108);
    expect(delaySeconds(retrySchedule(jittery), 2, { random: () => 0.5 })).toBeCloseTo(120);
    expect(
      delaySeconds(retrySchedule(jittery), 2, { random: () => 1 - Number.EPSILON }),
    ).toBeCloseTo(132);
  });

  it('is lengthened by Retry-After up to an hour and never shortened', () => {
    const after = (retryAfterSeconds: number, attempt = 1) =>
      delaySeconds(retrySchedule(policy), attempt, { retryAfterSeconds });
    expect(after(90)).toBe(90);
    expect(after(1)).toBe(60);
    expect(after(0)).toBe(60);
    expect(after(1e9)).toBe(3_600);
    expect(after(Number.POSITIVE_INFINITY)).toBe(3_600);
    expect(after(90, 5)).toBeNull();
    const slow = { ...policy, initialDelaySeconds: 7_200 };
    expect(delaySeconds(retrySchedule(slow), 1, { retryAfterSeconds: 5_000 })).toBe(7_200);
  });

  it('stays within what a timestamp can hold under the steepest policy', () => {
    const steep = { maxAttempts: 20, initialDelaySeconds: 86_400, backoffFactor: 10, jitter: 0 };
    expect(delaySeconds(retrySchedule(steep), 19)).toBe(365 * 86_400);
  });
});

describe('retryDelays', () => {
  it('lists the waits without jitter', () => {
    expect(retryDelays({ ...policy, jitter: 0.5 })).toEqual([60, 120, 240, 480]);
    expect(retryDelays({ ...policy, maxAttempts: 1 })).toEqual([]);
  });
});

describe('parseRetryAfter', () => {
  const now = new Date('2026-11-23T12:00:00Z');

  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Mon, 23 Nov 2026 12:01:30 GMT', 90],
    ['Monday, 23-Nov-26 12:00:30 GMT', 30],
    ['Mon Nov 23 12:00:05 2026', 5],
    ['Tue Dec  1 12:00:00 2026', 8 * 86_400],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Thursday, 31-Dec-76 23:59:60 GMT', (Date.UTC(2077, 0, 1) - now.getTime()) / 1_000],
  ])('reads %s', (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds);
  });

  it.each([
    '',
    '-1',
    '1.5',
    '1e3',
    'soon',
    '2026-11-23T12:01:30Z',
    'Mon, 23 Nov 2026 12:01:30',
    'Mon, 23 Nov 2026 12:01:30 +0100',
    'Mon, 31 Feb 2026 12:01:30 GMT',
    'Mon, 00 Nov 2026 12:01:30 GMT',
    'Mon, 23 Nov 2026 25:01:30 GMT',
    'Mon, 23 Foo 2026 12:01:30 GMT',
  ])('refuses %j', (value) => {
    expect(parseRetryAfter(value, now)).toBeNull();
  });
});
