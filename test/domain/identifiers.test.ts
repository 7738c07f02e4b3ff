import { describe, expect, it } from 'vitest';

import { isUuid, lowestIdAt, millisOf, newId } from '../../server/domain/identifiers.ts';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const at = Date.UTC(2026, 10, 23, 12);

describe('newId', () => {
  it('holds exactly the millisecond asked for, also where time goes back', () => {
    for (const ms of [at, at + 5, at + 4, at - 1, at + 5, 0, 2 ** 48 - 2, at]) {
      const id = newId(ms);
      expect(id).toMatch(VERSION_7);
      expect(millisOf(id)).toBe(ms);
    }
    const before = Date.now();
    const made = millisOf(newId());
    expect(made).toBeGreaterThanOrEqual(before);
    expect(made).toBeLessThanOrEqual(Date.now());
  });

  it('rises within a millisecond', () => {
    const ids = Array.from({ length: 1_000 }, () => newId(at));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses what is no time', () => {
    for (const ms of [-1, 1.5, Number.NaN, 2 ** 48]) expect(() => newId(ms)).toThrow(RangeError);
  });
});

describe('lowestIdAt', () => {
  it('parts the ids of one millisecond from those of the next', () => {
    expect(lowestIdAt(at)).toMatch(VERSION_7);
    expect(newId(at) >= lowestIdAt(at)).toBe(true);
    expect(newId(at) < lowestIdAt(at + 1)).toBe(true);
    expect(newId(at - 1) < lowestIdAt(at)).toBe(true);
  });
});

describe('isUuid', () => {
  it('takes the canonical form only', () => {
    expect(isUuid(newId())).toBe(true);
    expect(isUuid('00000000-0000-0000-0000-000000000000')).toBe(true);
    for (const text of ['', newId().toUpperCase(), `{${newId()}}`, `${newId()}\n`, 'x']) {
      expect(isUuid(text)).toBe(false);
    }
  });
});
