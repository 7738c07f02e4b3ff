import { randomBytes, randomUUID } from 'node:crypto';

import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openPool } from '../../server/database/pool.ts';
import {
  claimByIdsQuery,
  type ClaimedDelivery,
  claimDueQuery,
} from '../../server/deliveries/changes/claim.ts';
import { claimPacedQuery } from '../../server/deliveries/changes/claim-paced.ts';
import { handedQuery } from '../../server/deliveries/changes/handed.ts';
import { recordAttemptsQuery } from '../../server/deliveries/changes/record.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { insertEventsQuery, type NewEvent } from '../../server/events/trigger/insert-events.ts';
import { attemptAt, newClaimer, PATIENT } from '../support/database/claims.ts';
import {
  insertSubscription,
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { type KeptPlan, keepPlan } from '../support/database/explain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

/*
 * The plans of a delivery's statements are kept by each connection: one that was made when the
 * tables were empty has to be good when they are full, for one row and for a thousand.
 */
const DELIVERIES = 30_000;
const WEBHOOKS = 10;
/** Webhooks that another type of event goes to. */
const OTHERS = 500;
/** Each is one more lookup by index, or one more step of the statement. */
const STEPS = 60;

const statements = {
  insert: (events: readonly NewEvent[]) => insertEventsQuery(events, CLAIM),
  claim: (ids: readonly string[]) => claimByIdsQuery(CLAIMER, ids, 60),
  refill: (webhookIds: readonly string[], room: number) =>
    claimDueQuery(
      CLAIMER,
      webhookIds.map((webhookId) => ({ webhookId, room })),
      60,
    ),
  paced: (webhookIds: readonly string[], room: number) =>
    claimPacedQuery(
      CLAIMER,
      webhookIds.map((webhookId) => ({ webhookId, room })),
      60,
    ),
  handed: (deliveryIds: readonly string[]) =>
    handedQuery(CLAIMER.workerId, { deliveryIds, tokens: [CLAIMER.token] }),
  record: (claimed: readonly ClaimedDelivery[]) =>
    recordAttemptsQuery(
      claimed.map((delivery) => attemptAt(delivery, { status: 'SUCCESS' })),
      PATIENT,
    ),
};
const CLAIMER = newClaimer();
const CLAIM = { claimer: CLAIMER, room: 2_000, crowded: [] };

type Plans = Record<keyof typeof statements, KeptPlan>;

let database: TestDatabase;
let pool: Pool;
let tenantId: string;
let webhooks: MadeWebhook[];
/** Made while the tables were empty, with many webhooks, and when they were full and known to be. */
const plans = new Map<string, Plans>();
let waiting: string[];
let sending: ClaimedDelivery[];

async function keepAll(): Promise<Plans> {
  const kept = {
    insert: await keepPlan(pool, statements.insert([]).text),
    claim: await keepPlan(pool, statements.claim([]).text),
    refill: await keepPlan(pool, statements.refill([], 1).text),
    paced: await keepPlan(pool, statements.paced([], 1).text),
    handed: await keepPlan(pool, statements.handed([]).text),
    record: await keepPlan(pool, statements.record([]).text),
  };
  // Planned now, and for good: statistics alone make a connection plan anew.
  await kept.insert.explain(statements.insert([newEvent()]).values);
  await kept.claim.explain(statements.claim([]).values);
  await kept.refill.explain(statements.refill([], 1).values);
  await kept.handed.explain(statements.handed([]).values);
  await kept.record.explain(statements.record([]).values);
  await kept.paced.explain(statements.paced([], 1).values);
  return kept;
}

beforeAll(async () => {
  database = await createTestDatabase();
  pool = openPool({ url: database.url, poolSize: 21 }, 'batches');
  tenantId = await insertTenant(pool);
  webhooks = [];
  for (let n = 0; n < WEBHOOKS; n += 1) {
    const webhook = await insertWebhook(pool, tenantId);
    await insertSubscription(pool, webhook);
    webhooks.push(webhook);
  }
  plans.set('empty', await keepAll());
  await addOthers();
  plans.set('empty but for webhooks', await keepAll());
  await fill();
});
afterAll(async () => {
  for (const each of plans.values()) for (const plan of Object.values(each)) plan.release();
  await pool.end();
  await database.drop();
});

/** Two thirds have ended, of the rest one half waits and one is being sent. */
async function fill(): Promise<void> {
  await pool.query(
    `WITH event AS (
       INSERT INTO "Event" (id, "tenantId", type, "eventId", body, hash, "webhooksNotified", "createdAt")
       SELECT uuid_v7_at(now() - n * interval '1 ms'), $1::uuid, 'user.created', 'event-' || n, '{}', '', 1,
         now() - n * interval '1 ms'
       FROM generate_series(1, $5::int) n RETURNING *
     ), numbered AS (SELECT *, row_number() OVER () AS n FROM event)
     INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", status,
       "nextAttemptAt", "claimedBy", "claimToken", "changeXid", "createdAt", "updatedAt")
     SELECT uuid_v7_at("createdAt"), "tenantId", id, ($2::uuid[])[1 + n % $6::int], type, "eventId",
       (ARRAY['SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS', 'PENDING', 'SENDING'])[1 + n % 6]::"DeliveryStatus",
       CASE WHEN n % 6 = 4 THEN "createdAt" END, CASE WHEN n % 6 = 5 THEN $3::uuid END,
       CASE WHEN n % 6 = 5 THEN $4::uuid END, 1, "createdAt", "createdAt"
     FROM numbered`,
    [tenantId, webhooks.map(({ id }) => id), CLAIMER.workerId, CLAIMER.token, DELIVERIES, WEBHOOKS],
  );
  const ofStatus = async (status: string) => {
    const { rows } = await pool.query<ClaimedDelivery>(
      `SELECT id, "tenantId", "webhookId", "eventType", "claimToken" AS token, 0 AS "attemptCount",
         0 AS "attemptsMade" FROM "Delivery" WHERE status = $1 ORDER BY id LIMIT 1000`,
      [status],
    );
    return rows;
  };
  await pool.query(`INSERT INTO "RateWindow" ("webhookId") SELECT id FROM "Webhook"`);
  waiting = (await ofStatus('PENDING')).map(({ id }) => id);
  sending = await ofStatus('SENDING');
}

async function addOthers(): Promise<void> {
  await pool.query(
    `WITH other AS (
       INSERT INTO "Webhook"
       SELECT (jsonb_populate_record(w, jsonb_build_object('id', gen_random_uuid()))).*
       FROM "Webhook" w, generate_series(1, $2::int) WHERE w.id = $1 RETURNING *
     )
     INSERT INTO "EventSubscription" (id, "tenantId", "webhookId", "eventType")
     SELECT gen_random_uuid(), "tenantId", id, 'order.created' FROM other`,
    [webhooks[0]?.id, OTHERS],
  );
}

/** Gives all webhooks a limit, or takes it from them. */
const limitAll = (attempts: number | null) =>
  pool.query(`UPDATE "Webhook" SET "rateAttempts" = $1::int, "ratePerSeconds" = sign($1::int)`, [
    attempts,
  ]);

function newEvent(type = 'user.created'): NewEvent {
  const id = newId();
  const createdAt = new Date();
  const hash = randomBytes(32);
  return {
    id,
    tenantId,
    customerKey: null,
    orderingKey: null,
    type,
    eventId: randomUUID(),
    body: '{}',
    hash,
    violations: null,
    createdAt,
  };
}

describe.each(['empty', 'empty but for webhooks', 'full'])(
  'planned when the tables were %s',
  (state) => {
    beforeAll(async () => {
      if (state !== 'full') return;
      await pool.query('ANALYZE');
      plans.set(state, await keepAll());
    });

    async function expectByIndex(name: keyof Plans, rows: number, values: unknown[]) {
      const plan = await plans.get(state)?.[name].explain(values);
      expect(plan?.scannedTables).toEqual([]);
      const handled = plan?.rowsHandled ?? Number.NaN;
      // Beside what there is of each row, some of each webhook.
      expect(handled).toBeLessThan(STEPS * (rows + 2 * WEBHOOKS));
      // It did its work: what it changes passes through more steps than one.
      expect(handled).toBeGreaterThan(3 * rows);
    }

    it('the statement to insert an event for many webhooks goes to each by its index', async () => {
      await expectByIndex('insert', OTHERS, statements.insert([newEvent('order.created')]).values);
    });

    describe.each([1, 100, 1_000])('of %i', (count) => {
      const cases: [Exclude<keyof typeof statements, 'paced'>, number, () => unknown[]][] = [
        [
          'insert',
          count * WEBHOOKS,
          () => statements.insert(Array.from({ length: count }, () => newEvent())).values,
        ],
        ['claim', count, () => statements.claim(waiting.slice(0, count)).values],
        [
          'refill',
          count,
          () =>
            statements.refill(
              webhooks.map(({ id }) => id),
              Math.ceil(count / WEBHOOKS),
            ).values,
        ],
        [
          'handed',
          count,
          () => statements.handed(sending.slice(0, count).map(({ id }) => id)).values,
        ],
        ['record', count, () => statements.record(sending.slice(0, count)).values],
      ];
      it.each(cases)('the statement to %s goes to each row by its index', (name, rows, values) =>
        expectByIndex(name, rows, values()),
      );

      it('the statement to claim within limits goes to each row by its index', async () => {
        await limitAll(100_000);
        const ids = webhooks.map(({ id }) => id);
        await expectByIndex(
          'paced',
          count,
          statements.paced(ids, Math.ceil(count / WEBHOOKS)).values,
        );
        await limitAll(null);
      });
    });
  },
);
