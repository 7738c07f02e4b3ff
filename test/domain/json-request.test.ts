import { describe, expect, it } from 'vitest';

import { ExactNumber } from '../../server/domain/json/exact-number.ts';
import { mayHoldExactNumbers, parseJson } from '../../server/domain/json/json-request.ts';
import { pythonRows } from './python-rows.ts';

const exact = (literal: string) => new ExactNumber(literal);

/** With each exact number as JavaScript reads it. */
function rounded(value: unknown): unknown {
  if (value instanceof ExactNumber) return JSON.parse(value.literal);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  const copy = {};
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: rounded(item),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

describe('parseJson', () => {
  it('parses as JSON.parse does, but for the numbers that are kept as written', () => {
    for (const { payload } of pythonRows) {
      expect(rounded(parseJson(payload).value)).toEqual(JSON.parse(payload));
    }
  });

  it('looks closer wherever there is such a number', () => {
    for (const { payload } of pythonRows) {
      // Beside one that is certain, every other is found too.
      const { value } = parseJson(`[1e2,${payload}]`);
      const holdsMore =
        JSON.stringify(value) !== `[{"literal":"1e2"},${JSON.stringify(JSON.parse(payload))}]`;
      expect(mayHoldExactNumbers(payload) || !holdsMore).toBe(true);
    }
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '123456789012345678901234567890',
    '9223372036854776000',
    '9'.repeat(400),
    '1.0',
    '-20.00',
    '0.0',
    '-0',
    '1e2',
    '1E400',
    '12e-1000000',
    '9007199254740993.0',
    '0.99999999999999999999',
  ])('keeps %s as it was written', (literal) => {
    for (const [text, value] of [
      [literal, exact(literal)],
      [`[ ${literal} ]`, [exact(literal)]],
      [`{"a":"b","n":${literal}}`, { a: 'b', n: exact(literal) }],
      [`[0,\n${literal}]`, [0, exact(literal)]],
    ] as const) {
      expect(parseJson(text)).toEqual({ value, hasExactNumbers: true });
    }
  });

  it.each([
    '0',
    '-1',
    '9007199254740991',
    '9007199254740992',
    '-9007199254740992',
    '9223372036854775808',
    '100000000000000000000',
    '1000000000000000000000',
    '0.12345678901234567890',
    '1.10',
    '-0.0',
    '1e-7',
    '12e-1',
  ])('takes %s for a number', (literal) => {
    const value = { n: Number(literal) };
    expect(parseJson(`{"n":${literal}}`)).toEqual({ value, hasExactNumbers: false });
  });

  it('looks no closer at what cannot be one', () => {
    for (const text of [
      '{"id":"3e5a-77","at":"2026-11-28T09:03:26.000Z","price":12.5,"n":-1,"list":[0,10,100]}',
      '{"a":"1.0","b":"3e5","c":"x.1e"}',
    ]) {
      expect(mayHoldExactNumbers(text)).toBe(false);
    }
  });

  it('finds numbers among strings that hold digits, quotes and backslashes', () => {
    const text = String.raw`{"9007199254740993":"9007199254740993","a\\":9007199254740993,
      "\"b\\\"":["\\\\",-9007199254740993,"\\\"9007199254740993",1.5,{"c":1.0}]}`;
    expect(parseJson(text).value).toEqual({
      '9007199254740993': '9007199254740993',
      'a\\': exact('9007199254740993'),
      '"b\\"': [
        '\\\\',
        exact('-9007199254740993'),
        '\\"9007199254740993',
        1.5,
        { c: exact('1.0') },
      ],
    });
  });

  it('takes __proto__ for a key like any other beside such a number', () => {
    const parsed = parseJson('{"a":{"__proto__":9007199254740993},"__proto__":{"b":1}}').value;
    expect(Object.keys(Object(parsed))).toEqual(['a', '__proto__']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(JSON.stringify(parsed)).toBe(
      '{"a":{"__proto__":{"literal":"9007199254740993"}},"__proto__":{"b":1}}',
    );
  });

  it('throws SyntaxError for what is no JSON, and takes any depth', () => {
    for (const text of [
      '',
      '{',
      '[9007199254740993',
      '01234567890123456789',
      '"1234567890123456',
    ]) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    }
    const depth = 200_000;
    const deep = `${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`;
    expect(Array.isArray(parseJson(deep).value)).toBe(true);
  });

  it('takes time in proportion to the text', () => {
    const text = JSON.stringify([`${'\\'.repeat(1_000_000)}${'"'.repeat(1_000_000)}`]);
    const started = performance.now();
    parseJson(`[${text},9007199254740993]`);
    // Some milliseconds; in proportion to its square it would take hours.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
