import { describe, expect, test } from 'vitest';

import { parseJsonTree, readableString, type JsonNode } from '../../web/lib/json/json-nodes.ts';

/** The tree as text again, with no spaces. */
function written(node: JsonNode): string {
  if (node.kind === 'object') {
    return `{${node.entries.map(({ key, value }) => `${key}:${written(value)}`).join(',')}}`;
  }
  if (node.kind === 'array') return `[${node.items.map(written).join(',')}]`;
  return node.text;
}

describe('what is written stays as it is written', () => {
  test.each([
    '9007199254740993',
    '1e400',
    '-0.0',
    '1.10E+05',
    '{"a":1,"a":2}',
    '{"2":0,"1":0}',
    '"\\u00e9\\/\\n"',
    '[[],{},"",null,true,false]',
    '{"a":{"b":[1,{"c":[]}]},"d":"}"}',
  ])('%s', (text) => {
    const tree = parseJsonTree(text);
    expect(tree && written(tree)).toBe(text);
  });

  test('spaces around tokens do not count', () => {
    const tree = parseJsonTree(' { "a" :\t[ 1 ,\r\n2 ] } ');
    expect(tree && written(tree)).toBe('{"a":[1,2]}');
  });
});

test.each([
  '',
  ' ',
  'hello',
  '{"a":1',
  '{"a":1,}',
  '[1,]',
  '[1 2]',
  '[,1]',
  '{a:1}',
  '{"a"}',
  '{"a":1]',
  '01',
  '1.',
  '-',
  '+1',
  '12abc',
  'NaN',
  '"a',
  '"\\x"',
  '"a\nb"',
  '1 2',
  '{}}',
  ']',
  '\u00a0{}',
])('%j is no JSON', (text) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(parseJsonTree(text)).toBeNull();
});

test('a text of any depth and size is read', () => {
  const deep = '['.repeat(130_000) + ']'.repeat(130_000);
  expect(parseJsonTree(deep)?.kind).toBe('array');
  expect(parseJsonTree(deep.slice(1))).toBeNull();

  const long = JSON.stringify('x\\"\u{1f600}'.repeat(60_000));
  expect(parseJsonTree(long)).toEqual({ kind: 'string', text: long });

  const wide = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => index));
  const tree = parseJsonTree(wide);
  expect(tree && written(tree)).toBe(wide);
});

describe('a string for reading', () => {
  test.each([
    ['"Zo\\u00eb"', '"Zoë"'],
    ['"\\ud83d\\ude00"', '"😀"'],
    ['"\\ud83d"', '"\\ud83d"'],
    ['"\\u00e9\\u0000"', '"é\\u0000"'],
    ['"\\u0022\\u005c"', '"\\u0022\\u005c"'],
    ['"\\u202e\\u200b\\u00a0"', '"\\u202e\\u200b\\u00a0"'],
    ['"\\\\u00eb"', '"\\\\u00eb"'],
    ['"a\\nb"', '"a\\nb"'],
  ])('%s is %s', (text, shown) => {
    expect(readableString(text)).toBe(shown);
  });
});

describe('a text that breaks off', () => {
  const WHOLE = ' {"a": [1, {"b\\"c": "d\\\\e", "f": []}, true], "g": {}, "h": -1.5e3} ';

  test('is shown as far as it goes, wherever that is', () => {
    for (let length = 2; length < WHOLE.trimEnd().length; length += 1) {
      const text = WHOLE.slice(0, length);
      expect(parseJsonTree(text)).toBeNull();
      const tree = parseJsonTree(text, { isCut: true });
      // Read on from what is shown, nothing of it is lost.
      const shown = tree === null ? '' : written(tree);
      const tokens = text.replaceAll(/[\s:,[\]{}]/g, '');
      expect(shown.replaceAll(/[\s:,[\]{}]/g, '')).toBe(tokens);
    }
  });

  test('and is whole all the same is shown whole', () => {
    expect(parseJsonTree(WHOLE, { isCut: true })).toEqual(parseJsonTree(WHOLE));
  });

  test.each(['', 'Bad gateway', '<html>', '{"a":1}}', '{a:1', '[1 2', '{"a":nonsense,'])(
    'and was no JSON before is no tree (%j)',
    (text) => {
      expect(parseJsonTree(text, { isCut: true })).toBeNull();
    },
  );
});
