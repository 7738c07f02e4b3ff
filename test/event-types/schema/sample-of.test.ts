import { expect, it } from 'vitest';

import { sampleOf } from '../../../server/event-types/schema/sample-of.ts';

it.each([
  [
    'what it gives',
    { properties: { a: { examples: [7] }, b: { default: 'd' }, c: { const: 1 } } },
    { a: 7, b: 'd', c: 1 },
  ],
  ['types', { type: 'array', items: { type: ['number', 'null'], minimum: 4.5 } }, [6]],
  [
    'references and parts',
    {
      $defs: { a: { type: 'object', properties: { x: { type: 'boolean' } } } },
      allOf: [{ $ref: '#/$defs/a' }],
      properties: { y: { enum: ['e'] } },
    },
    { x: true, y: 'e' },
  ],
  ['the first choice', { oneOf: [{ type: 'string', format: 'date' }, {}] }, '2025-01-31'],
  ['nothing', {}, null],
])('is made of %s', (_what, schema, sample) => {
  expect(sampleOf(schema)).toEqual(sample);
});

it('ends where a schema does not', () => {
  const properties = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [n, { $ref: '#' }]));
  expect(JSON.stringify(sampleOf({ properties })).length).toBeLessThan(10_000);
});
