import { describe, expect, it } from 'vitest';

import {
  backlogInWords,
  rateInWords,
  readRateLimit,
  writeRateLimit,
} from '../../web/lib/rate-limits.ts';

describe('a rate limit as it is typed', () => {
  it.each([
    ['10/s', 10, 1],
    [' 10 / sec ', 10, 1],
    ['10 per second', 10, 1],
    ['1,000 per minute', 1_000, 60],
    ['600/min', 600, 60],
    ['5/h', 5, 3_600],
    ['20/10s', 20, 10],
    ['20 per 10 seconds', 20, 10],
    ['100000/60min', 100_000, 3_600],
  ])('%s is read', (text, attempts, perSeconds) => {
    expect(readRateLimit(text)).toEqual({ attempts, perSeconds });
  });

  it.each(['10', '0/s', '/s', '100001/s', '1/2h', '1/0s', '1/3601s', 'fast', '1.5/s', '-1/s'])(
    '%s is none',
    (text) => {
      expect(readRateLimit(text)).toBeUndefined();
    },
  );

  it('blank is no limit', () => {
    expect(readRateLimit('  ')).toBeNull();
  });

  it.each(['10/s', '600/min', '5/h', '20/10s', '3/2min', '7/90s'])('%s is written so', (text) => {
    const limit = readRateLimit(text);
    expect(limit && writeRateLimit(limit)).toBe(text);
  });
});

describe('a rate limit in words', () => {
  it('says what it is and what it makes of a backlog', () => {
    const limit = { attempts: 10, perSeconds: 1 };
    expect(rateInWords(limit)).toBe('at most 10 a second');
    expect(rateInWords({ attempts: 5, perSeconds: 3_600 })).toBe('at most 5 an hour');
    expect(rateInWords({ attempts: 20, perSeconds: 10 })).toBe('at most 20 in any 10 s');
    expect(backlogInWords(limit, 754)).toBe('754 waiting take about 75 s');
    expect(backlogInWords(limit, 1)).toBe('1 waiting takes about a second');
    expect(backlogInWords(limit, 1_000_000)).toBe('1,000,000 waiting take about 27.8 h');
  });
});
