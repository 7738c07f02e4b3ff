import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expireChanges } from '../../server/feed/log/change-log-expiry.ts';
import {
  changesQuery,
  readChanges,
  readPosition,
  type TenantPage,
} from '../../server/feed/log/change-log.ts';
import { changeDeliveries, makeDeliveries } from '../support/database/delivery-rows.ts';
import { explain, explainGeneric } from '../support/database/explain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('pages of several tenants hold each change once, and none from past the end of the read', async () => {
  const { pool } = database;
  const tenants = [randomUUID(), randomUUID(), randomUUID()];
  const from = await readPosition(pool);
  const counts = [0, 7, 25];
  for (const [index, tenantId] of tenants.entries()) {
    const made = await makeDeliveries(pool, counts[index] ?? 0, { tenantId });
    await changeDeliveries(pool, made, 'SENDING');
  }
  const read: string[] = [];
  let pages: TenantPage[] = tenants.map((tenantId) => ({ tenantId, from, after: null }));
  let until = null;
  while (pages.length > 0) {
    const page = await readChanges(pool, { pages, until, limit: 6 });
    until ??= page.position;
    pages = page.next;
    read.push(...page.changes.map(({ delivery, version }) => `${delivery.id} ${version}`));
    // Changes that come while it reads.
    await makeDeliveries(pool, 1, { tenantId: tenants[1] ?? '' });
  }
  expect(read).toHaveLength(2 * (7 + 25));
  expect(new Set(read).size).toBe(read.length);
});

test.each([
  ['its values', explain],
  ['any values', explainGeneric],
])('among many, what is new is found by its key, planned for %s', async (_planned, how) => {
  const { pool } = database;
  const tenants = [randomUUID(), randomUUID(), randomUUID()];
  for (const tenantId of tenants) {
    const made = await makeDeliveries(pool, 3_000, { tenantId });
    await changeDeliveries(pool, made, 'SENDING');
  }
  await pool.query('ANALYZE');
  const from = await readPosition(pool);
  for (const tenantId of tenants) await makeDeliveries(pool, 10, { tenantId });
  const pages = tenants.map((tenantId) => ({ tenantId, from, after: null }));
  const plan = await how(pool, changesQuery({ pages, until: null, limit: 1_000 }));
  const small = new Set(['Webhook', 'RateWindow']);
  expect(plan.scannedTables.filter((table) => !small.has(table))).toEqual([]);
  expect(plan.indexes).toEqual(expect.arrayContaining(['DeliveryChange_pkey', 'Delivery_pkey']));
  // Each change and its delivery; there are no webhooks.
  expect(plan.rowsRead).toBeLessThanOrEqual(2 * 30 + 10);
});

test('old changes are deleted in batches, newer ones stay', async () => {
  const { pool } = database;
  const tenantId = randomUUID();
  const made = await makeDeliveries(pool, 250, { tenantId });
  await pool.query(
    `UPDATE "DeliveryChange" SET at = now() - interval '26 hours' WHERE "tenantId" = $1`,
    [tenantId],
  );
  await pool.query(
    `UPDATE "DeliveryChange" SET at = now() - interval '3 days' WHERE "deliveryId" = ANY ($1::uuid[])`,
    [made.slice(0, 30).map(({ deliveryId }) => deliveryId)],
  );
  await changeDeliveries(pool, made, 'SENDING');
  expect(await expireChanges(pool, { batch: 20 })).toBe(250);
  expect(await expireChanges(pool)).toBe(0);
  const { rows } = await pool.query(`SELECT version FROM "DeliveryChange" WHERE "tenantId" = $1`, [
    tenantId,
  ]);
  expect(rows).toHaveLength(250);
  expect(rows.every(({ version }) => version === 2)).toBe(true);
});
