import { describe, expect, it } from 'vitest';

import { parseJson, readInteger, UnsafeInteger } from '../../server/domain/json-request.ts';
import { pythonRows } from './python-rows.ts';

describe('parseJson', () => {
  it('parses as JSON.parse does where every integer survives', () => {
    for (const { payload } of pythonRows) expect(parseJson(payload)).toEqual(JSON.parse(payload));
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '123456789012345678901234567890',
    '9'.repeat(400),
  ])('keeps the integer %s as it was written', (literal) => {
    expect(parseJson(literal)).toEqual(new UnsafeInteger(literal));
    expect(parseJson(`[ ${literal} ]`)).toEqual([new UnsafeInteger(literal)]);
  });

  it.each([
    '9007199254740991',
    '9007199254740992',
    '-9007199254740992',
    '9223372036854775808',
    '100000000000000000000',
    '1000000000000000000000',
    '9007199254740993.0',
    '9007199254740993e0',
    '1E400',
    '0.12345678901234567890',
    '-0',
  ])('takes %s for a number', (literal) => {
    expect(parseJson(`{"n":${literal}}`)).toEqual({ n: Number(literal) });
  });

  it('finds integers among strings that hold digits, quotes and backslashes', () => {
    const text = String.raw`{"9007199254740993":"9007199254740993","a\\":9007199254740993,
      "\"b\\\"":["\\\\",-9007199254740993,"\\\"9007199254740993",1.5,{"c":9007199254740995}]}`;
    expect(parseJson(text)).toEqual({
      '9007199254740993': '9007199254740993',
      'a\\': new UnsafeInteger('9007199254740993'),
      '"b\\"': [
        '\\\\',
        new UnsafeInteger('-9007199254740993'),
        '\\"9007199254740993',
        1.5,
        { c: new UnsafeInteger('9007199254740995') },
      ],
    });
  });

  it('takes __proto__ for a key like any other beside an unsafe integer', () => {
    const parsed = parseJson('{"a":{"__proto__":9007199254740993},"__proto__":{"b":1}}');
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
    expect(Array.isArray(parseJson(deep))).toBe(true);
  });

  it('takes time in proportion to the text', () => {
    const text = JSON.stringify([`${'\\'.repeat(1_000_000)}${'"'.repeat(1_000_000)}`]);
    const started = performance.now();
    parseJson(`[${text},9007199254740993]`);
    // Some milliseconds; in proportion to its square it would take hours.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('readInteger', () => {
  it('tells integers that survive from those that do not', () => {
    expect(readInteger('42')).toBe(42);
    expect(readInteger('9007199254740993')).toEqual(new UnsafeInteger('9007199254740993'));
  });
});
