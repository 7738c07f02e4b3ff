import { describe, expect, it } from 'vitest';

import { ExactNumber } from '../../../server/domain/json/exact-number.ts';
import { compileSchema, readSchema } from '../../../server/event-types/schema/payload-schema.ts';

function violations(schema: unknown, payload: unknown): string[] {
  const read = readSchema(schema);
  if ('fault' in read) throw new Error(JSON.stringify(read.fault));
  return compileSchema(read.text)
    .violationsOf(payload)
    .map(({ path, message }) => `${path}: ${message}`);
}

function fault(schema: unknown): string | null {
  const read = readSchema(schema);
  return 'fault' in read ? `${read.fault.pointer}: ${read.fault.message}` : null;
}

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

const copies = (count: number, schema: object) => Array.from({ length: count }, () => schema);

/** Levels of `wrap` around `inner`. */
function nested(levels: number, inner: unknown, wrap: (inner: unknown) => unknown): unknown {
  let schema = inner;
  for (let level = 0; level < levels; level += 1) schema = wrap(schema);
  return schema;
}

describe('a schema', () => {
  it.each([
    ['a type', { type: 'string' }, 'a', 1, ': must be string'],
    ['a property', { required: ['a/b'] }, { 'a/b': 1 }, {}, ': must have the property "a/b"'],
    [
      'a place inside',
      { properties: { 'a/b': { items: { minimum: 3 } } } },
      { 'a/b': [3] },
      { 'a/b': [3, 2] },
      '/a~1b/1: must be >= 3',
    ],
    ['an enum', { enum: ['a', 1] }, 1, 2, ': must be one of ["a",1]'],
    ['a const', { const: { a: 1 } }, { a: 1 }, {}, ': must be {"a":1}'],
    [
      'no more properties',
      { properties: { a: true }, additionalProperties: false },
      { a: 1 },
      { b: 1 },
      ': must not have the property "b"',
    ],
    [
      'none that was not looked at',
      { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
      { a: 1 },
      { b: 1 },
      ': must not have the property "b"',
    ],
    ['prefixItems', { prefixItems: [{ type: 'null' }] }, [null], [1], '/0: must be null'],
    [
      'unique items, whatever the order of keys',
      { uniqueItems: true },
      [{ a: 1 }, { a: 2 }],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      ': must not have the same item twice',
    ],
    ['a format', { format: 'email' }, 'a@example.com', 'a', ': must match format "email"'],
    ['a pattern', { pattern: '^\\d+$' }, '12', '1\n', ': must match pattern "^\\d+$"'],
    [
      'a pattern in JSON’s letters',
      { pattern: '^[\\u00e4/]$' },
      'ä',
      'a',
      ': must match pattern "^[\\u00e4/]$"',
    ],
    [
      'names of properties',
      { propertyNames: { maxLength: 1 } },
      { a: 1 },
      { ab: 1 },
      ': has the property "ab", which must NOT have more than 1 characters',
    ],
    [
      'own properties alone',
      { required: ['constructor'] },
      { constructor: 1 },
      {},
      ': must have the property "constructor"',
    ],
    [
      'a reference',
      { $ref: '#/$defs/a%25', $defs: { 'a%': { type: 'null' } } },
      null,
      1,
      ': must be null',
    ],
    [
      'an anchor',
      { $ref: '#n', $defs: { a: { $anchor: 'n', type: 'null' } } },
      null,
      1,
      ': must be null',
    ],
    [
      'itself',
      { properties: { a: { $ref: '#' } }, type: 'object' },
      { a: { a: {} } },
      { a: { a: 1 } },
      '/a/a: must be object',
    ],
    [
      'false',
      { properties: { a: { $ref: '#/$defs/no' } }, $defs: { no: false } },
      {},
      { a: 1 },
      '/a: boolean schema is false',
    ],
    [
      'its name',
      { $id: 'https://example.com/s', $ref: '#/$defs/a', $defs: { a: { type: 'null' } } },
      null,
      1,
      ': must be null',
    ],
    [
      'draft-07',
      { $schema: DRAFT_07, items: [{ type: 'null' }], definitions: { a: {} } },
      [null],
      [1],
      '/0: must be null',
    ],
  ])('judges %s', (_what, schema, fits, does, message) => {
    expect(violations(schema, fits)).toEqual([]);
    expect(violations(schema, does)[0]).toBe(message);
  });

  it.each([
    ['an unknown format', { format: 'made-up' }],
    ['an unknown keyword', { 'x-own': [1], title: 'T' }],
    ['32 in each other', nested(32, { type: 'null' }, (not) => ({ not }))],
    ['properties 32 deep', nested(32, {}, (a) => ({ properties: { a } }))],
  ])('may have %s', (_what, schema) => {
    expect(fault(schema)).toBeNull();
  });

  it('says 20 of all that does not fit', () => {
    expect(violations({ items: { type: 'null' } }, Array(1_000).fill(1))).toHaveLength(20);
  });
});

describe('no schema', () => {
  it.each([
    ['text', 'string', ': must be a JSON object'],
    ['true', true, ': must be a JSON object'],
    ['a number kept as it was written', new ExactNumber('1.0'), ': must be a JSON object'],
    [
      'an unknown type',
      { properties: { a: { type: 'strin' } } },
      '/properties/a/type: must be one of',
    ],
    ['a wrong keyword', { items: { minimum: 'x' } }, '/items/minimum: must be number'],
    [
      'another dialect',
      { $schema: 'http://json-schema.org/draft-04/schema#' },
      '/$schema: must be one of',
    ],
    [
      'a remote reference',
      { items: { $ref: 'https://example.com/s' } },
      '/items/$ref: must begin with #',
    ],
    ['a file', { $ref: 'file:///etc/passwd' }, '/$ref: must begin with #'],
    [
      'the schema of schemas',
      { $ref: 'https://json-schema.org/draft/2020-12/schema' },
      '/$ref: must begin',
    ],
    ['a reference to nothing', { $ref: '#/$defs/none' }, '/$ref: leads to no schema'],
    [
      'a reference to what is no schema',
      { $ref: '#/enum/0', enum: [{}] },
      '/$ref: leads to no schema',
    ],
    ['a malformed reference', { $ref: '#%zz' }, '/$ref: '],
    ['a name inside', { properties: { a: { $id: 'b' } } }, '/properties/a/$id: is for the whole'],
    ['itself', { $ref: '#' }, ': judges the same value without end'],
    [
      'a round of references',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } },
      'judges the same value without end',
    ],
    [
      'a dynamic round',
      { $dynamicAnchor: 'n', anyOf: [{ type: 'null' }, { $dynamicRef: '#n' }] },
      'judges the same value without end',
    ],
    [
      'look-around',
      { properties: { a: { pattern: '(?=a)' } } },
      '/properties/a: "(?=a)" is no pattern that is matched in linear time',
    ],
    ['a back-reference', { pattern: '(a)\\1' }, 'linear time'],
    ['a malformed pattern', { patternProperties: { '(': {} } }, ': "(" is no pattern'],
    ['a pattern that grows', { pattern: '((a{1,1000}){1,1000}){1,1000}' }, 'linear time'],
    ['33 in each other', nested(33, {}, (not) => ({ not })), 'must not stand in more than 32'],
    ['10,000 in each other', nested(10_000, {}, (not) => ({ not })), 'must not nest this deep'],
    ['10,000 lists', { enum: [nested(10_000, 1, (each) => [each])] }, 'must not nest this deep'],
    ['more than 64 KiB', { description: 'd'.repeat(65_536) }, ': must have at most 65536 bytes'],
    ['more than 1,000', { anyOf: copies(1_001, { type: 'null' }) }, ': must hold at most 1000'],
  ])('is %s', (_what, schema, message) => {
    expect(fault(schema)).toContain(message);
  });
});

describe('a check ends soon', () => {
  const SPENT = [
    ': takes too many steps to check: make the schema simpler, or the payload smaller',
  ];
  const doubled = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      `a${n}`,
      { allOf: [{ $ref: `#/$defs/a${n + 1}` }, { $ref: `#/$defs/a${n + 1}` }] },
    ]),
  );
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1]));
  it.each([
    [
      'a schema that doubles',
      { $ref: '#/$defs/a0', $defs: { ...doubled, a40: { type: 'null' } } },
      1,
    ],
    [
      'a schema that doubles with each level',
      { properties: { a: { allOf: [{ $ref: '#' }, { $ref: '#' }] } } },
      nested(400, {}, (a) => ({ a })),
    ],
    [
      'patterns by properties',
      {
        patternProperties: Object.fromEntries(
          Object.keys(many(900)).map((key) => [`^${key}`, true]),
        ),
      },
      many(10_000),
    ],
    [
      'a long text, looked at often',
      { allOf: copies(900, { pattern: '(a|b)+c$', maxLength: 5 }) },
      'a'.repeat(200_000),
    ],
    [
      'a long list, compared often',
      { allOf: copies(900, { uniqueItems: true }) },
      Array.from({ length: 10_000 }, (_, n) => n),
    ],
  ])('for %s', (_what, schema, payload) => {
    expect(violations(schema, payload)).toEqual(SPENT);
  });

  it('for a pattern that would take others for ever', () => {
    expect(violations({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`)).toHaveLength(1);
  });
});
