import { expect, test } from 'vitest';

import { delaysInWords, readDelays, writeDelays } from '../../web/lib/time/durations.ts';

test('the waits between attempts, each in the unit in which it is short', () => {
  expect(delaysInWords([60, 120, 240, 480])).toBe('60 s, 2 min, 4 min, 8 min');
  expect(delaysInWords([0.25, 90, 5_400, 10_800])).toBe('0.3 s, 90 s, 90 min, 3 h');
  expect(delaysInWords([])).toBe('None: there is one attempt');
});

test.each([
  ['', null],
  ['  ', null],
  ['none', []],
  ['10s 5m 1h 1d', [10, 300, 3_600, 86_400]],
  ['10, 0.5,  2 min'.replace(' min', 'min'), [10, 0.5, 120]],
  ['0', [0]],
  ['7d', [604_800]],
  ['8d', undefined],
  ['soon', undefined],
  ['10 none', undefined],
  ['-1', undefined],
  ['5x', undefined],
  ['1e3', undefined],
  [Array.from({ length: 20 }, () => '1s').join(' '), undefined],
])('%j is read as %j', (text, delays) => {
  expect(readDelays(text)).toEqual(delays);
});

test.each([[[]], [[0, 0.5, 10, 90, 300, 3_600, 86_400, 90_000]]])(
  'what is written of %j is read as the same',
  (delays: number[]) => {
    expect(readDelays(writeDelays(delays))).toEqual(delays);
  },
);
