import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { eraseCustomer } from '../../server/customers/erase.ts';
import { deleteErased } from '../../server/customers/erasing.ts';
import {
  insertCustomer,
  insertDeliveries,
  insertEvents,
  insertSubscription,
  insertTenant,
  insertWebhook,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
import { waitFor } from '../support/wait.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = database.pool;
});
afterAll(() => database.drop());

const ON = new AbortController().signal;

/** A tenant with two customers, each with so many events to a webhook of its own and to the platform's. */
async function tenantWith(events: number) {
  const tenantId = await insertTenant(pool);
  const platform = await insertWebhook(pool, tenantId);
  const customers: string[] = [];
  for (const key of ['gone', 'kept']) {
    const customerId = await insertCustomer(pool, tenantId, key);
    const webhook = await insertWebhook(pool, tenantId, { customerId });
    await insertSubscription(pool, { ...webhook, customerId });
    const made = Array.from({ length: events }, () => makeEvent(tenantId, { customerId }));
    await insertEvents(pool, made);
    for (const { id } of [webhook, platform]) {
      await insertDeliveries(
        pool,
        made.map((event) => makeDelivery(event, id)),
      );
    }
    customers.push(customerId);
  }
  const [gone = '', kept = ''] = customers;
  return { tenantId, gone, kept };
}

async function rowsOf(customerId: string): Promise<Record<string, number>> {
  const { rows } = await pool.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM "Customer" WHERE id = $1) AS customers,
       (SELECT count(*)::int FROM "Webhook" WHERE "customerId" = $1) AS webhooks,
       (SELECT count(*)::int FROM "EventSubscription" WHERE "customerId" = $1) AS subscriptions,
       (SELECT count(*)::int FROM "Event" WHERE "customerId" = $1) AS events,
       (SELECT count(*)::int FROM "Delivery" WHERE "customerId" = $1) AS deliveries`,
    [customerId],
  );
  return rows[0] ?? {};
}

const NOTHING = { customers: 0, webhooks: 0, subscriptions: 0, events: 0, deliveries: 0 };

describe('erasing', () => {
  it('takes what is its own, in batches, and nothing of another customer', async () => {
    const { tenantId, gone, kept } = await tenantWith(700);
    const before = await rowsOf(kept);
    await eraseCustomer(pool, tenantId, 'gone');
    await deleteFully(gone);
    expect(await rowsOf(kept)).toEqual(before);
    expect(before).toEqual({
      customers: 1,
      webhooks: 1,
      subscriptions: 1,
      events: 700,
      deliveries: 1_400,
    });
  });

  it('is taken up where it was broken off, by whoever comes', async () => {
    const { tenantId, gone } = await tenantWith(700);
    await eraseCustomer(pool, tenantId, 'gone');
    const { deliveries = 0 } = await rowsOf(gone);
    for (let left = deliveries; left > 0;) {
      await deleteErased(...brokenOffAfter(2));
      const now = (await rowsOf(gone))['deliveries'] ?? 0;
      expect(now).toBeLessThan(left);
      left = now;
    }
    await deleteFully(gone);
  });

  it('leaves what is being recorded, and comes back for it', async () => {
    const { tenantId, gone } = await tenantWith(3);
    await eraseCustomer(pool, tenantId, 'gone');
    const recorder = await pool.connect();
    await recorder.query('BEGIN');
    const { rows } = await recorder.query<{ id: string }>(
      'SELECT id FROM "Delivery" WHERE "customerId" = $1 LIMIT 1 FOR UPDATE',
      [gone],
    );
    await deleteErased(pool, ON);
    expect(await rowsOf(gone)).toMatchObject({ customers: 1, events: 1, deliveries: 1 });
    await recorder.query('UPDATE "Delivery" SET version = version + 1 WHERE id = $1', [
      rows[0]?.id,
    ]);
    await recorder.query('COMMIT');
    recorder.release();
    await deleteFully(gone);
  });

  it('goes on where its database was restored into a cluster that has had fewer transactions', async () => {
    const { tenantId, gone } = await tenantWith(1);
    await eraseCustomer(pool, tenantId, 'gone');
    await pool.query(`UPDATE "Customer" SET "erasedXid" = "erasedXid" + 1000000 WHERE id = $1`, [
      gone,
    ]);
    await deleteFully(gone);
  });

  it('waits for what was triggered as it began', async () => {
    const { tenantId, gone } = await tenantWith(1);
    const trigger = await pool.connect();
    await trigger.query('BEGIN');
    await trigger.query('SELECT pg_current_xact_id()');
    await eraseCustomer(pool, tenantId, 'gone');
    await deleteErased(pool, ON);
    expect(await rowsOf(gone)).toEqual({ ...NOTHING, customers: 1 });
    const late = makeEvent(tenantId, { customerId: gone });
    await trigger.query(
      `INSERT INTO "Event" (id, "tenantId", "customerId", type, "eventId", body, hash, "webhooksNotified", "createdAt")
       VALUES ($1, $2, $3, 'user.created', 'late', '{}', '', 0, now())`,
      [late.id, tenantId, gone],
    );
    await trigger.query('COMMIT');
    trigger.release();
    await deleteFully(gone);
  });
});

/** Transactions of other databases of the cluster hold up the last step. */
async function deleteFully(customerId: string): Promise<void> {
  await waitFor(async () => {
    await deleteErased(pool, ON);
    const rows = await rowsOf(customerId);
    return Object.values(rows).every((count) => count === 0);
  });
}

/** The pool, and a signal that is given once so many statements have been made through it. */
function brokenOffAfter(statements: number): [Pool, AbortSignal] {
  const breaking = new AbortController();
  let left = statements;
  const watched = new Proxy(pool, {
    get(target, key) {
      if (key !== 'query') return Reflect.get(target, key);
      return async (...query: [string, unknown[]]) => {
        const result = await target.query(...query);
        left -= 1;
        if (left === 0) breaking.abort();
        return result;
      };
    },
  });
  return [watched, breaking.signal];
}
