import type { Pool, QueryConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  deliveryCountQuery,
  deliveryListQuery,
  type DeliveryListFilter,
} from '../../server/deliveries/list.ts';
import { countDeliveries, type StatsOwners } from '../../server/deliveries/stats/counts.ts';
import { latencyHistograms } from '../../server/deliveries/stats/latency.ts';
import { topFailingWebhooks } from '../../server/deliveries/stats/top-failing.ts';
import { countByInterval } from '../../server/deliveries/stats/trend.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { insertTenant, insertWebhook } from '../support/database/delivery-factory.ts';
import { explain } from '../support/database/explain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

/*
 * One tenant with nearly all that there is, all of it ended, as of an installation that has run for months: its
 * planner knows of no delivery that is being sent.
 */
const DELIVERIES = 40_000;
const DAY_MS = 86_400_000;
const TO = Date.parse('2026-11-05T09:17:31.250Z');
const SIXTY_DAYS = { from: new Date(TO - 60 * DAY_MS), to: new Date(TO) };
const RANGE = { from: TO - 60 * DAY_MS, to: TO, countTo: TO };

let database: TestDatabase;
let tenantId: string;
let webhookId: string;
const customerId = newId();

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  tenantId = await insertTenant(pool);
  ({ id: webhookId } = await insertWebhook(pool, tenantId));
  await pool.query(
    `INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "customerId", "eventType", "eventId", status, "changeXid",
       "createdAt", "updatedAt", "completedAt")
     SELECT uuid_v7_at(at), $1, gen_random_uuid(), $2, $3, 'user.created', 'event-' || n,
       (CASE WHEN n % 50 = 0 THEN 'FAILED' ELSE 'SUCCESS' END)::"DeliveryStatus", 1, at, at, at
     FROM (SELECT n, $4::timestamptz - n * interval '2 minutes' AS at FROM generate_series(1, $5::int) n) made`,
    [tenantId, webhookId, customerId, new Date(TO), DELIVERIES],
  );
  // Of another tenant, within the last minute of the range.
  await pool.query(
    `INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", status, "changeXid",
       "createdAt", "updatedAt", "completedAt")
     SELECT uuid_v7_at(at), $1, gen_random_uuid(), gen_random_uuid(), 'user.created', '', 'SUCCESS', 1, at, at, at
     FROM (SELECT $2::timestamptz - n * interval '10 ms' AS at FROM generate_series(1, 3000) n) made`,
    [newId(), new Date(TO)],
  );
  await pool.query('VACUUM ANALYZE "Delivery"');
});
afterAll(() => database.drop());

/** What a reading asks the database, in place of doing it. */
async function asked(
  read: (pool: Pool) => Promise<unknown>,
): Promise<{ text: string; values: unknown[] }[]> {
  const queries: { text: string; values: unknown[] }[] = [];
  const pool = Object.create(database.pool) as Pool;
  Object.assign(pool, {
    query: async ({ text, values }: QueryConfig) => {
      queries.push({ text, values: values ?? [] });
      return { rows: [] };
    },
  });
  await read(pool);
  return queries;
}

const owners = (): [string, StatsOwners][] => [
  ['a tenant', null],
  ['a webhook', { kind: 'webhooks', ids: [webhookId] }],
  ['a customer', { kind: 'customers', ids: [customerId] }],
];

/** The smallest index has 160. */
const MOST_BLOCKS = 80;
const PAGE = 20;
const lists: [string, () => DeliveryListFilter][] = [
  ['what is to be sent', () => ({ statuses: ['PENDING', 'SENDING', 'RETRYING'] })],
  ['what is sent, in sixty days', () => ({ statuses: ['SENDING'], createdAt: SIXTY_DAYS })],
  ['what is to be sent to a webhook', () => ({ statuses: ['PENDING'], webhookIds: [webhookId] })],
  [
    'that in sixty days',
    () => ({ statuses: ['PENDING'], webhookIds: [webhookId], createdAt: SIXTY_DAYS }),
  ],
  ['what is to be sent of a type', () => ({ statuses: ['PENDING'], eventTypes: ['user.created'] })],
  [
    'that in sixty days',
    () => ({ statuses: ['PENDING'], eventTypes: ['user.created'], createdAt: SIXTY_DAYS }),
  ],
  [
    'what is to be sent for a customer',
    () => ({ statuses: ['PENDING'], customerIds: [customerId] }),
  ],
  ['another type', () => ({ eventTypes: ['user.deleted'] })],
  ['another type in sixty days', () => ({ eventTypes: ['user.deleted'], createdAt: SIXTY_DAYS })],
  ['another webhook', () => ({ webhookIds: [newId()] })],
  ['tests in sixty days', () => ({ isTest: true, createdAt: SIXTY_DAYS })],
];

describe('a page of what there is not', () => {
  it.each(lists)('%s', async (_, filter) => {
    const list = { tenantId, filter: filter(), page: { limit: PAGE, backwards: false } };
    for (const query of [deliveryListQuery(list), deliveryCountQuery(tenantId, filter(), 1_000)]) {
      const { rowsRead, blocks, scannedTables } = await explain(database.pool, query);
      expect(scannedTables).not.toContain('Delivery');
      expect(rowsRead).toBeLessThan(100);
      expect(blocks).toBeLessThan(MOST_BLOCKS);
    }
  });
});

describe('a reading of sixty days', () => {
  it.each(['a tenant', 'a webhook', 'a customer'])(
    'for %s looks at what it counts alone',
    async (name) => {
      const [, of = null] = owners().find(([each]) => each === name) ?? [];
      const readings = await Promise.all([
        asked((pool) => countDeliveries(pool, tenantId, of, RANGE)),
        asked((pool) => latencyHistograms(pool, tenantId, of, RANGE)),
        asked((pool) => countByInterval(pool, tenantId, of, RANGE, 'DAY')),
        asked((pool) => topFailingWebhooks(pool, tenantId, RANGE, 5)),
      ]);
      for (const query of readings.flat()) {
        const { rowsRead, blocks } = await explain(database.pool, query);
        expect(rowsRead).toBeLessThan(100);
        expect(blocks).toBeLessThan(MOST_BLOCKS);
      }
      expect(readings.flat()).toHaveLength(4);
    },
  );
});
