import { describe, expect, test } from 'vitest';

import { canonicalJson, MAX_DEPTH } from '../../server/domain/json/canonical-json.ts';
import { parseJson } from '../../server/domain/json/json-request.ts';
import { parseExact, unmarkNumbers } from '../../web/lib/json/exact-numbers.ts';
import { placeOf, readPayload } from '../../web/lib/json/json-faults.ts';

/** What is marked in the text, with its words. */
function marked(text: string): string[] {
  return readPayload(text).faults.map(
    ({ severity, from, to, message }) => `${severity} ${text.slice(from, to)} | ${message}`,
  );
}

describe('syntax', () => {
  test.each([
    ['{"a":1,}', ',', 'Remove the comma before }.'],
    ['[1,2,]', ',', 'Remove the comma before ].'],
    ['{"a" 1}', '1', 'Unexpected "1": expected a colon.'],
    ['{"a":1 "b":2}', '"b"', 'Unexpected string: expected a comma or }.'],
    ['{a:1}', 'a', 'Unexpected "a": expected a key in double quotes.'],
    ["{'a':1}", "'", 'JSON has double quotes: " not \'.'],
    ['[1, undefined]', 'undefined', 'Unexpected "undefined": expected a value.'],
    ['{"a":NaN}', 'NaN', 'Unexpected "NaN": expected a value.'],
    ['[01]', '01', 'Unexpected "01": expected a value.'],
    ['[1.]', '1.', 'Unexpected "1.": expected a value.'],
    ['[truest]', 'truest', 'Unexpected "truest": expected a value.'],
    ['{"a":"b\n}', '"b', 'This string has no closing quote on its line.'],
    ['{"a":"', '"', 'This string has no closing quote on its line.'],
    ['["\\x"]', '"\\x"', /wrong escape/],
    ['["a\tb"]', '"a\tb"', /control character/],
    ['{} {}', '{', 'Unexpected "{": expected nothing more.'],
    ['[1] // why', '/', 'JSON has no comments.'],
    ['{"a":[1', '1', 'The text ends here: the closing ] is missing.'],
    ['{"a":', ':', 'The text ends here: the closing } is missing.'],
    ['', '', 'The text ends here: a value is missing.'],
    [']', ']', 'Unexpected "]": expected a value.'],
  ])('%j', (text, at, message) => {
    const { faults, size } = readPayload(text);
    expect(size).toBeNull();
    expect(faults).toHaveLength(1);
    const [fault] = faults;
    expect(text.slice(fault?.from, fault?.to)).toBe(at);
    expect(fault?.severity).toBe('error');
    expect(fault?.message).toMatch(message);
  });

  const PIECES = ['{', '}', '[', ']', ',', ':', '"a"', '"', '\\', '1', '-', '0', '.', 'e', 'true'];
  test('finds a fault exactly when JSON.parse does', () => {
    let seed = 7;
    const next = (bound: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % bound;
    };
    let good = 0;
    const missed: string[] = [];
    for (let round = 0; round < 20_000; round += 1) {
      const text = Array.from({ length: 1 + next(7) }, () => PIECES[next(PIECES.length)]).join('');
      const isJson = parses(text);
      if (isJson) good += 1;
      if ((readPayload(text).size !== null) !== isJson) missed.push(text);
    }
    expect(missed).toEqual([]);
    expect(good).toBeGreaterThan(500);
  });

  test('a place by line and column', () => {
    expect(placeOf('{\n  "a": 1,\n}', 11)).toEqual({ line: 2, column: 10 });
    expect(placeOf('', 0)).toEqual({ line: 1, column: 1 });
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('numbers that nobody could read', () => {
  test('are marked, each with its path', () => {
    const long = '9'.repeat(310);
    const text = `{"user":{"ids":[1,9007199254740993,1.0]},"a b":${long},"x":1e400}`;
    expect(marked(text)).toEqual([
      `error ${long} | payload["a b"]: the number ${long.slice(0, 40)}… is too large; send it as a string.`,
      'error 1e400 | payload.x: the number 1e400 is too large; send it as a string.',
    ]);
  });

  test.each(['9007199254740991', '9007199254740992', '1e21', '"9007199254740993"', '0.1', '-0'])(
    '%s would not',
    (text) => expect(marked(text)).toEqual([]),
  );

  test('what passes here arrives with its digits', () => {
    for (const text of ['1152921504606846976', '1152921504606847000', '1.0', '-20.5', '1e+16']) {
      expect(marked(text)).toEqual([]);
      const sent = unmarkNumbers(JSON.stringify(parseExact(text)));
      expect(canonicalJson(parseJson(sent).value)).toBe(text);
    }
  });
});

describe('keys', () => {
  test('one that is there twice is told', () => {
    expect(marked('{"a":1,"b":{"a":2},"\\u0061":3}')).toEqual([
      'warning "\\u0061" | payload.a is there twice: only the last is sent.',
    ]);
    expect(marked('[{"a":1},{"a":2}]')).toEqual([]);
  });

  test('toJSON, which the client cannot send', () => {
    expect(marked('{"a":{"toJSON":1}}')[0]).toMatch(/^error "toJSON" \| payload\.a\.toJSON: /);
  });
});

describe('size', () => {
  test.each(['{ "a": [1, 2],\n "b": "é€😀\\n\\u007f" }', '"plain"', '[]', '{"b":1,"a":null}'])(
    '%s is as large as what the server sends',
    (text) => expect(readPayload(text).size).toBe(canonicalJson(JSON.parse(text)).length),
  );

  test('nesting ends where the server ends it', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(readPayload(nested(MAX_DEPTH)).size).toBe(2 * MAX_DEPTH);
    expect(readPayload(nested(MAX_DEPTH + 1)).faults).toMatchObject([
      { from: MAX_DEPTH, message: 'Nested deeper than 500 levels.' },
    ]);
    expect(readPayload(nested(100_000)).size).toBeNull();
  });
});
