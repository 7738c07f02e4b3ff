import { describe, expect, test } from 'vitest';

import { parseJsonTree, readableString, type JsonNode } from '../../web/lib/json-tree.ts';

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
