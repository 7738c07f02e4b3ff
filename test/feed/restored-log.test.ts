import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPosition } from '../../server/feed/log/change-log.ts';
import { forgetRestoredChanges } from '../../server/feed/log/restored-log.ts';
import { insertTenant } from '../support/database/delivery-factory.ts';
import { changeDeliveries, makeDeliveries } from '../support/database/delivery-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const logged = async () => {
  const { rows } = await database.pool.query<{ status: string }>(
    'SELECT DISTINCT status FROM "DeliveryChange"',
  );
  return rows.map(({ status }) => status);
};

test('changes that came with a dump from a cluster with more transactions are forgotten, and no others', async () => {
  const { pool } = database;
  const made = await Promise.all(
    ['Acme', 'Globex'].map(async (name) => {
      const tenantId = await insertTenant(pool, name);
      const deliveries = await makeDeliveries(pool, 6_000, { tenantId });
      await changeDeliveries(pool, deliveries, 'SENDING');
      return deliveries;
    }),
  );
  expect(made).toHaveLength(2);
  expect(await forgetRestoredChanges(pool)).toBe(0);
  const { xmax } = await readPosition(pool);
  await pool.query(`UPDATE "DeliveryChange" SET xid = xid + $1 WHERE status = 'PENDING'`, [xmax]);
  expect(await forgetRestoredChanges(pool)).toBe(12_000);
  expect(await logged()).toEqual(['SENDING']);
});
