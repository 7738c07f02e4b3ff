import { expect, it } from 'vitest';

import { sourcesWith } from '../support/sources.ts';

/** Who writes what the feed and the stats are read from: texts of statements are looked at. */
it.each([
  ['deliveries', /(?:UPDATE|INSERT\s+INTO)\s+(?:ONLY\s+)?"Delivery"/i],
  ['the log of changes', /(?:UPDATE|INSERT\s+INTO)\s+"DeliveryChange"/i],
  ['sums', /"DeliveryRollupDelta"\s*\("tenantId"/i],
])('only a transition writes %s', (_what, statement) => {
  expect(sourcesWith(statement)).toEqual(['deliveries/changes/transition.ts']);
});

it('no delivery is changed past the statements, by Prisma', () => {
  const byPrisma = /\.delivery(?:Change|RollupDelta)?\.(?:create|update|upsert)/;
  expect(sourcesWith(byPrisma)).toEqual([]);
});
