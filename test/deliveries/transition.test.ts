import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const SERVER = fileURLToPath(new URL('../../server', import.meta.url));

/** Who writes what the feed and the stats are read from, by file; texts of statements are looked at. */
function writersOf(statement: RegExp): string[] {
  return readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
    .filter((name) => statement.test(readFileSync(join(SERVER, name), 'utf8')))
    .map((name) => name.replaceAll('\\', '/'));
}

it.each([
  ['deliveries', /(?:UPDATE|INSERT\s+INTO)\s+(?:ONLY\s+)?"Delivery"/i],
  ['the log of changes', /(?:UPDATE|INSERT\s+INTO)\s+"DeliveryChange"/i],
  ['sums', /"DeliveryRollupDelta"\s*\("tenantId"/i],
])('only a transition writes %s', (_what, statement) => {
  expect(writersOf(statement)).toEqual(['deliveries/changes/transition.ts']);
});

it('no delivery is changed past the statements, by Prisma', () => {
  const byPrisma = /\.delivery(?:Change|RollupDelta)?\.(?:create|update|upsert)/;
  expect(writersOf(byPrisma)).toEqual([]);
});
