import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deliveryCountQuery,
  deliveryListQuery,
  type DeliveryListFilter,
} from '../../server/deliveries/list.ts';
import { NO_CUSTOMER } from '../../server/customers/row.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { insertTenant, insertWebhook } from '../support/database/delivery-factory.ts';
import { explain } from '../support/database/explain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let tenantId: string;
let webhookIds: string[];
let customerIds: string[];
let someIds: string[];

const NOW = Date.parse('2026-11-05T09:00:00Z');
const PAGE = 20;

/** Most of it in one status and of one type; the newest are of no use to those who look for the rest. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  tenantId = await insertTenant(pool);
  const other = await insertTenant(pool);
  const webhooks = [await insertWebhook(pool, tenantId), await insertWebhook(pool, tenantId)];
  webhookIds = webhooks.map(({ id }) => id);
  customerIds = [newId(), newId()];
  // Half of the events are for nobody, the rest for one of fifty.
  const ofEvents = Array.from({ length: 100 }, (_, n) =>
    n % 2 === 0 ? NO_CUSTOMER : (customerIds[(n - 1) / 2] ?? newId()),
  );
  await pool.query(
    `WITH made AS (
       SELECT n, $4::timestamptz - n * interval '10 ms' AS at, n % 500 = 0 AS test,
         CASE WHEN n % 3 = 0 THEN $2::uuid ELSE $1::uuid END AS tenant
       FROM generate_series(1, 50000) n
     ), event AS (
       INSERT INTO "Event" (id, "tenantId", "customerId", type, "eventId", body, hash, "webhooksNotified", "isTest", "createdAt")
       SELECT uuid_v7_at(at), tenant, ($5::uuid[])[1 + n % 100], CASE WHEN n % 50 = 0 THEN 'rare.type' ELSE 'user.created' END,
         'event-' || n, '{}', '', 1, test, at
       FROM made RETURNING *
     )
     INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "customerId", "eventType", "eventId", "isTest", status,
       "changeXid", "createdAt", "updatedAt")
     SELECT uuid_v7_at("createdAt"), "tenantId", id, ($3::uuid[])[1 + (random() < 0.1)::int], "customerId", type, "eventId",
       "isTest", CASE WHEN random() < 0.97 THEN 'SUCCESS' ELSE 'FAILED' END::"DeliveryStatus", 1, "createdAt", "createdAt"
     FROM event`,
    [tenantId, other, webhookIds, new Date(NOW), ofEvents],
  );
  await pool.query('ANALYZE');
  const { rows } = await pool.query<{ id: string }>(
    'SELECT id FROM "Delivery" WHERE "tenantId" = $1 LIMIT 15',
    [tenantId],
  );
  someIds = rows.map(({ id }) => id);
});
afterAll(() => database.drop());

interface Case {
  filter: () => DeliveryListFilter;
  index: string;
  /** How many scans of a page's length there are. */
  scans: number;
  /** Rows of other kinds among which those looked for lie, at most as many of them to one. */
  sparse?: number;
}

const BY_TENANT = 'Delivery_tenantId_status_id_idx';
const BY_TYPE = 'Delivery_tenantId_eventType_status_id_idx';
const BY_WEBHOOK = 'Delivery_webhookId_status_id_idx';
const BY_CUSTOMER = 'Delivery_customer_idx';
const RANGE = { from: new Date(NOW - 60_000), to: new Date(NOW - 30_000) };

const cases: Record<string, Case> = {
  nothing: { filter: () => ({}), index: BY_TENANT, scans: 5 },
  'a status': { filter: () => ({ statuses: ['FAILED'] }), index: BY_TENANT, scans: 1 },
  'a range': { filter: () => ({ createdAt: RANGE }), index: BY_TENANT, scans: 5 },
  'no tests': { filter: () => ({ isTest: false }), index: BY_TENANT, scans: 5, sparse: 1 },
  tests: { filter: () => ({ isTest: true }), index: 'Delivery_test_idx', scans: 5 },
  types: {
    filter: () => ({ eventTypes: ['rare.type', 'user.created'] }),
    index: BY_TYPE,
    scans: 10,
  },
  'a type and a status': {
    filter: () => ({ eventTypes: ['rare.type'], statuses: ['SUCCESS'] }),
    index: BY_TYPE,
    scans: 1,
  },
  webhooks: { filter: () => ({ webhookIds }), index: BY_WEBHOOK, scans: 10 },
  customers: { filter: () => ({ customerIds }), index: BY_CUSTOMER, scans: 10 },
  'a customer, a status and a range': {
    filter: () => ({
      customerIds: customerIds.slice(1),
      statuses: ['SUCCESS'],
      createdAt: RANGE,
    }),
    index: BY_CUSTOMER,
    scans: 1,
    // Two thirds are another tenant's here; a customer's rows have one tenant.
    sparse: 2,
  },
  'a webhook, a status and a range': {
    filter: () => ({ webhookIds: webhookIds.slice(1), statuses: ['FAILED'], createdAt: RANGE }),
    index: BY_WEBHOOK,
    scans: 1,
  },
  ids: { filter: () => ({ ids: someIds }), index: 'Delivery_pkey', scans: 1 },
  'an event': {
    filter: () => ({ eventId: 'event-31' }),
    index: 'Delivery_eventRef_id_idx',
    scans: 1,
  },
};

describe('the list of deliveries', () => {
  it.each(Object.entries(cases))('reads by an index, and little: %s', async (_name, each) => {
    for (const backwards of [false, true]) {
      const page = { limit: PAGE, backwards };
      const query = deliveryListQuery({ tenantId, filter: each.filter(), page });
      const plan = await explain(database.pool, query);
      expect(plan.scannedTables.filter((table) => table !== 'Webhook')).toEqual([]);
      expect(plan.indexes).toContain(each.index);
      // What the scans found, the page itself, and the webhooks or the event named.
      const bound = (PAGE + 1) * (each.scans * (1 + (each.sparse ?? 0)) + 1) + 2;
      expect(plan.rowsRead).toBeLessThanOrEqual(bound);
    }
  });

  it.each(Object.entries(cases))('counts by an index, and no further: %s', async (_name, each) => {
    const plan = await explain(database.pool, deliveryCountQuery(tenantId, each.filter(), PAGE));
    expect(plan.scannedTables.filter((table) => table !== 'Webhook')).toEqual([]);
    expect(plan.indexes).toContain(each.index);
    expect(plan.rowsRead).toBeLessThanOrEqual(PAGE * each.scans * (1 + (each.sparse ?? 0)) + 2);
  });

  it('reads by indexes where no single one holds both webhook and event type', async () => {
    const filter = { webhookIds: webhookIds.slice(0, 1), eventTypes: ['rare.type'] };
    const page = { limit: PAGE, backwards: false };
    const plan = await explain(database.pool, deliveryListQuery({ tenantId, filter, page }));
    expect(plan.scannedTables.filter((table) => table !== 'Webhook')).toEqual([]);
  });
});
