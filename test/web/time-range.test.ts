import { describe, expect, test } from 'vitest';

import { fromLocalInput, toLocalInput } from '../../web/lib/time/local-input.ts';
import { checkDraft, draftOf } from '../../web/lib/time/own-range.ts';
import { formatRange, rangeSearchOf, timeRangeOf } from '../../web/lib/time/time-range.ts';

const NOW = new Date(2026, 2, 7, 14, 3, 22).getTime();
const iso = (...parts: [number, number, number, number?, number?]) =>
  new Date(...parts).toISOString();

describe('a range in the address', () => {
  test('is one of those up to now, or one’s own', () => {
    expect(rangeSearchOf({ range: '7d' })).toEqual({ range: '7d' });
    expect(rangeSearchOf({ from: '2026-03-01T10:00:00Z', to: '2026-03-02' })).toEqual({
      from: '2026-03-01T10:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
    });
  });

  test('one’s own wins over the other', () => {
    expect(rangeSearchOf({ range: '7d', from: '2026-03-01T10:00:00Z' })).toEqual({
      from: '2026-03-01T10:00:00.000Z',
    });
  });

  test('what makes no sense is left out', () => {
    expect(rangeSearchOf({ range: '2y', from: 'yesterday', to: '' })).toEqual({});
    expect(rangeSearchOf({ range: '24h', from: 'yesterday' })).toEqual({ range: '24h' });
  });
});

describe('what the API is asked', () => {
  test('a range up to now is the same for a whole minute', () => {
    const at = Date.parse('2026-03-07T14:03:22Z');
    expect(timeRangeOf({ range: '1h' }, at)).toEqual({ from: '2026-03-07T13:03:00.000Z' });
    expect(timeRangeOf({ range: '1h' }, at + 30_000)).toEqual(timeRangeOf({ range: '1h' }, at));
  });

  test('one’s own as it is; none where none was chosen', () => {
    const own = { from: '2026-03-01T10:00:00.000Z', to: '2026-03-02T00:00:00.000Z' };
    expect(timeRangeOf(own, NOW)).toEqual(own);
    expect(timeRangeOf({}, NOW)).toBeNull();
  });
});

describe('in words', () => {
  test('the year stands there where it is not this one', () => {
    const from = iso(2026, 2, 1, 10);
    const to = iso(2026, 2, 2, 12, 30);
    expect(formatRange({ range: '24h' }, NOW)).toBe('Last 24 hours');
    expect(formatRange({ from, to }, NOW)).toBe('1 Mar, 10:00 – 2 Mar, 12:30');
    expect(formatRange({ from: iso(2025, 11, 31, 9) }, NOW)).toBe('Since 31 Dec 2025, 09:00');
    expect(formatRange({ to }, NOW)).toBe('Up to 2 Mar, 12:30');
    expect(formatRange({}, NOW)).toBe('All time');
  });
});

describe('a range while it is typed', () => {
  test('goes to the field and back, to the minute', () => {
    expect(toLocalInput(NOW)).toBe('2026-03-07T14:03');
    expect(fromLocalInput('2026-03-07T14:03')).toBe(iso(2026, 2, 7, 14, 3));
    expect(fromLocalInput('')).toBeUndefined();
    expect(fromLocalInput('2026-03-07')).toBeUndefined();
    expect(fromLocalInput('2026-13-07T14:03')).toBeUndefined();
  });

  test('begins with what is shown', () => {
    expect(draftOf({}, '24h', NOW)).toEqual({ from: '2026-03-06T14:03', to: '2026-03-07T14:03' });
    expect(draftOf({ from: iso(2026, 2, 1, 10), to: iso(2026, 2, 2) }, '24h', NOW)).toEqual({
      from: '2026-03-01T10:00',
      to: '2026-03-02T00:00',
    });
  });

  test('is checked before it is shown', () => {
    const check = (from: string, to: string) => checkDraft({ from, to }, NOW);
    expect(check('2026-03-01T10:00', '2026-03-02T10:00')).toEqual({
      from: iso(2026, 2, 1, 10),
      to: iso(2026, 2, 2, 10),
    });
    expect(check('', '2026-03-02T10:00')).toEqual({
      fault: { from: 'Enter a date and a time.', to: null },
    });
    expect(check('2026-03-02T10:00', '2026-03-02T10:00')).toEqual({
      fault: { from: null, to: 'The end must be after the start.' },
    });
    expect(check('2026-03-08T10:00', '2026-03-09T10:00')).toEqual({
      fault: { from: 'This is still to come.', to: null },
    });
    expect(check('2020-03-01T10:00', '2026-03-02T10:00')).toEqual({
      fault: { from: null, to: 'At most 1,000 days at once.' },
    });
  });
});
