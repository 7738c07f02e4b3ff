import { expect, it } from 'vitest';

import { sourcesWith } from '../support/sources.ts';

const inGraphql = (name: string) => name.startsWith('graphql/');

it('resolvers leave it to the services to read and write tables', () => {
  expect(sourcesWith(/./).filter(inGraphql).length).toBeGreaterThan(50);
  const own = /\bprisma\.\w+\.\w+\(|\bpool\.query\b|\$(query|execute)Raw/;
  expect(sourcesWith(own).filter(inGraphql)).toEqual([]);
});
