import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from '../../server/database/pool.ts';
import { releaseClaimsOf } from '../../server/deliveries/changes/release.ts';
import { createRetryDelivery } from '../../server/deliveries/changes/retry.ts';
import { insertEvents, type NewEvent } from '../../server/events/trigger/insert-events.ts';
import { insertTestEvent } from '../../server/events/trigger/insert-test-event.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { claimAll, insertWaiting, newClaimer } from '../support/database/claims.ts';
import {
  insertTenant,
  insertSubscription,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

/** Half of all moments round up to the next millisecond: in so many, one surely does. */
const MOMENTS = 30;

let database: TestDatabase;
let webhook: MadeWebhook;
/** Of one connection, so that a transaction can be held open over what the services do. */
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  webhook = await insertWebhook(database.pool, await insertTenant(database.pool));
  await insertSubscription(database.pool, webhook);
  pool = openPool({ url: database.url, poolSize: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const event = (): NewEvent => {
  const id = newId();
  const hash = createHash('sha256').update(id).digest();
  const { tenantId } = webhook;
  return {
    id,
    tenantId,
    customerKey: null,
    orderingKey: null,
    type: 'user.created',
    eventId: id,
    body: '{}',
    hash,
    violations: null,
    createdAt: new Date(),
  };
};

const WAYS: Record<string, () => Promise<unknown>> = {
  'that was just made': () => insertEvents(pool, [event()]),
  'of a test': () => insertTestEvent(pool, event(), webhook.id),
  'that was retried by hand': async () => {
    const [failed] = await insertWaiting(pool, webhook, { status: 'FAILED' });
    const retry = createRetryDelivery({
      pool,
      announcer: { announce: () => undefined },
      producer: { deliver: async () => undefined, due: async () => undefined },
      holdSeconds: 60,
    });
    await retry(webhook.tenantId, failed?.id ?? '');
  },
  'whose claim was given back': async () => {
    const claimer = newClaimer();
    await claimAll(pool, await insertWaiting(pool, webhook), claimer);
    await releaseClaimsOf(pool, [claimer.workerId]);
  },
};

describe('a delivery', () => {
  it.each(Object.entries(WAYS))('%s is due at that very moment', async (_name, make) => {
    const due: unknown[] = [];
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      // Within a transaction now() stands still, and no claim can come sooner than that.
      await pool.query('BEGIN');
      await make();
      const { rows } = await pool.query(
        `SELECT count(*)::int AS made, bool_and("nextAttemptAt" <= now()) AS "isDue" FROM "Delivery"`,
      );
      due.push(rows[0]);
      await pool.query('ROLLBACK');
    }
    expect(due).toEqual(due.map(() => ({ made: 1, isDue: true })));
  });
});
