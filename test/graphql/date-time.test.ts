import { GraphQLScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';

import { schema } from './reading.ts';

const type = schema.getType('DateTime');
const read = (text: string): string => {
  if (!(type instanceof GraphQLScalarType)) throw new Error('no scalar');
  const value: unknown = type.parseValue(text);
  if (!(value instanceof Date)) throw new Error('no date');
  return value.toISOString();
};

describe('a moment finer than a millisecond', () => {
  // All that is kept stands at whole milliseconds: from such a moment on, or up to it, is from or
  // up to the next one.
  it.each([
    ['2026-11-28T10:00:00.0001Z', '2026-11-28T10:00:00.001Z'],
    ['2026-11-28T10:00:00.123456789Z', '2026-11-28T10:00:00.124Z'],
    ['2026-11-28T10:00:00.999999Z', '2026-11-28T10:00:01.000Z'],
    ['2026-12-31T23:59:59.9995Z', '2027-01-01T00:00:00.000Z'],
    ['2026-11-28T10:00:00.000000001+01:00', '2026-11-28T09:00:00.001Z'],
    ['2026-11-28T10:00:00.123000Z', '2026-11-28T10:00:00.123Z'],
    ['2026-11-28T10:00:00.1Z', '2026-11-28T10:00:00.100Z'],
    ['2026-11-28T10:00:00Z', '2026-11-28T10:00:00.000Z'],
  ])('%s is %s', (given, meant) => {
    expect(read(given)).toBe(meant);
  });
});
