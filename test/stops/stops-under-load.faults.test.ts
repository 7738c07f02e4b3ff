import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmptyDatabase } from '../support/database/postgres.ts';
import { SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { buildVersion, commitBeforeNewestMigration, type BuiltVersion } from './earlier-version.ts';
import { restartEmbedded } from './restart-embedded.ts';
import { rollUnderLoad } from './roll.ts';
import { expectInOrder } from './seen-stops.ts';

const earlier = await commitBeforeNewestMigration();
// It takes minutes, beside what comes first.
const building = earlier === null ? null : buildVersion(earlier);
building?.catch(() => undefined);
afterAll(async () => (await building?.catch(() => null))?.remove(), 400_000);

test.each(SERVED_BACKENDS)(
  'SIGTERM at 500 deliveries a second loses nothing, repeats nothing and fails no client, on $on',
  { timeout: 400_000 },
  async ({ options }) => expectInOrder(await rollUnderLoad(options)),
);

test(
  'SIGTERM at 500 deliveries a second loses nothing and repeats nothing, embedded',
  { timeout: 400_000 },
  async () => expectInOrder(await restartEmbedded(3)),
);

// A shallow clone knows of no version before its own.
describe.skipIf(building === null)('the version before the newest migration', () => {
  let version: BuiltVersion;
  beforeAll(async () => {
    if (building !== null) version = await building;
  }, 400_000);

  test.each(SERVED_BACKENDS)(
    'is changed for this one under the same load, on $on',
    { timeout: 400_000 },
    async ({ options }) => {
      const database = await createEmptyDatabase();
      try {
        const from = version.main;
        const seen = await rollUnderLoad({ ...options, databaseUrl: database.url, from });
        const { rows } = await database.pool.query<{ name: string }>(
          'SELECT migration_name AS name FROM _prisma_migrations ORDER BY name',
        );
        expect(rows.at(-2)?.name).toBe(version.migration);
        expectInOrder(seen);
      } finally {
        await database.drop();
      }
    },
  );
});
