import { readFileSync } from 'node:fs';

import { buildSchema, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';

import { keys } from '../../web/graphql/cache/cache.ts';

describe('the cache', () => {
  it('knows how to tell objects without an id apart, and names none that has one or is gone', () => {
    const source = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    const schema = buildSchema(source);
    const roots = new Set([
      schema.getQueryType(),
      schema.getMutationType(),
      schema.getSubscriptionType(),
    ]);
    const withoutId = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !roots.has(type))
      .filter((type) => isObjectType(type) && !('id' in type.getFields()))
      .map(({ name }) => name);
    expect(Object.keys(keys).sort()).toEqual(withoutId.sort());
  });
});
