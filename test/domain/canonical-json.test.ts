import { describe, expect, it } from 'vitest';

import { canonicalJson, MAX_DEPTH, PayloadError } from '../../server/domain/json/canonical-json.ts';
import { parseJson } from '../../server/domain/json/json-request.ts';
import { pythonRows } from './python-rows.ts';

function fault(value: unknown): PayloadError {
  try {
    canonicalJson(value);
  } catch (error) {
    if (error instanceof PayloadError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { k: value };
  return value;
}

describe('canonicalJson', () => {
  it('writes what Python writes', () => {
    expect(pythonRows.length).toBeGreaterThan(400);
    for (const { payload, canonical } of pythonRows) {
      expect(canonicalJson(parseJson(payload).value)).toBe(canonical);
    }
  });

  it('writes the same again of what it wrote', () => {
    for (const { canonical } of pythonRows) {
      expect(canonicalJson(parseJson(canonical).value)).toBe(canonical);
    }
  });

  it('keeps every digit of integers that a double holds exactly', () => {
    expect(canonicalJson(2 ** 63)).toBe('9223372036854775808');
    expect(canonicalJson(-(2 ** 64))).toBe('-18446744073709551616');
    expect(canonicalJson(1e20)).toBe('100000000000000000000');
    expect(canonicalJson(1e21)).toBe('1000000000000000000000');
  });

  it('keeps numbers as they were written, in the form in which Python prints them', () => {
    const forms = {
      '1234567890123456789': '1234567890123456789',
      [JSON.stringify(2 ** 63)]: '9223372036854776000',
      '1.0': '1.0',
      '1.10': '1.1',
      '1e2': '100.0',
      '1e16': '1e+16',
      '-0': '0',
    };
    for (const [written, kept] of Object.entries(forms)) {
      expect(canonicalJson(parseJson(`{"n":${written}}`).value)).toBe(`{"n":${kept}}`);
    }
  });

  it('takes objects without a prototype, and __proto__ for a key like any other', () => {
    const object: object = Object.assign(Object.create(null), { b: 1, a: 2 });
    expect(canonicalJson(object)).toBe('{"a":2,"b":1}');
    expect(canonicalJson(JSON.parse('{"a":1,"__proto__":{"b":2},"constructor":3}'))).toBe(
      '{"__proto__":{"b":2},"a":1,"constructor":3}',
    );
  });

  it('refuses what JSON cannot carry, with its path', () => {
    expect(fault({ user: { ids: [1, Number.NaN] } })).toMatchObject({
      path: 'payload.user.ids[1]',
      message: expect.stringContaining('payload.user.ids[1]: NaN is no number') as unknown,
    });
    expect(fault([{ 'a b': Number.POSITIVE_INFINITY }]).path).toBe('payload[0]["a b"]');
    expect(fault({ a: [[1, 2, 3], { b: undefined }] }).path).toBe('payload.a[1].b');
    expect(fault(1n).path).toBe('payload');
    expect(fault({ at: new Date() }).path).toBe('payload.at');
    expect(fault({ run: () => 1 }).path).toBe('payload.run');
  });

  it('refuses a number that no receiver could read, with its path', () => {
    for (const literal of ['1e400', '-1e400', '9'.repeat(310), '9'.repeat(1_000)]) {
      const refused = fault(parseJson(`{"user":{"ids":[1,${literal}]}}`).value);
      expect(refused.path).toBe('payload.user.ids[1]');
      expect(refused.message).toContain('send it as a string');
      expect(refused.message.length).toBeLessThan(250);
    }
  });

  it(`takes ${MAX_DEPTH} levels and refuses more without running out of stack`, () => {
    expect(canonicalJson(nested(MAX_DEPTH))).toContain('"bottom"');
    expect(fault(nested(MAX_DEPTH + 1)).message).toContain(`deeper than ${MAX_DEPTH} levels`);
    expect(fault(nested(1_000_000)).path).toMatch(/^payload(\[0\]|\.k).{200,260}…$/);
  });
});
