import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteExpired } from '../../server/deliveries/retention.ts';
import {
  insertDeliveries,
  insertEvents,
  insertTenant,
  insertWebhook,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

const DAY_MS = 86_400_000;
const RETENTION_DAYS = 30;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const run = (signal = new AbortController().signal) =>
  deleteExpired(database.pool, RETENTION_DAYS, signal);

async function idsIn(table: 'Delivery' | 'Event' | 'Webhook'): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(`SELECT id FROM "${table}"`);
  return rows.map(({ id }) => id);
}

/** A delivery made so many days ago, with its event and an attempt. */
async function made(
  webhook: { id: string; tenantId: string },
  days: number,
  options: Parameters<typeof makeDelivery>[2] = {},
) {
  const event = makeEvent(webhook.tenantId, { createdAt: daysAgo(days) });
  const delivery = makeDelivery(event, webhook.id, options);
  await insertEvents(database.pool, [event]);
  await insertDeliveries(database.pool, [delivery]);
  await database.pool.query(
    `INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs")
     VALUES ($1, 1, $2, now(), 1)`,
    [delivery.id, delivery.tenantId],
  );
  return delivery;
}

describe('retention', () => {
  it('deletes what ended before the cut-off with its attempts and its event, and nothing else', async () => {
    const { pool } = database;
    const webhooks = [
      await insertWebhook(pool, await insertTenant(pool)),
      await insertWebhook(pool, await insertTenant(pool)),
    ];
    const [gone, kept] = [[], []] as { id: string; eventRef: string }[][];
    for (const webhook of webhooks) {
      gone?.push(
        await made(webhook, 31),
        await made(webhook, 400, { status: 'FAILED' }),
        await made(webhook, 31, { latencyMs: 0.9 * DAY_MS }),
      );
      kept?.push(
        await made(webhook, 29),
        // Made before the cut-off, ended after it.
        await made(webhook, 31, { latencyMs: 2 * DAY_MS }),
        await made(webhook, 400, { status: 'PENDING' }),
        await made(webhook, 400, { status: 'SENDING' }),
        await made(webhook, 400, { status: 'RETRYING' }),
      );
    }
    expect(await run()).toBe(gone?.length);
    expect((await idsIn('Delivery')).toSorted()).toEqual(kept?.map(({ id }) => id).toSorted());
    expect((await idsIn('Event')).toSorted()).toEqual(
      kept?.map(({ eventRef }) => eventRef).toSorted(),
    );
    const { rows } = await pool.query('SELECT DISTINCT "deliveryId" FROM "DeliveryAttempt"');
    expect(rows).toHaveLength(kept?.length ?? 0);
    expect(await run()).toBe(0);
  });

  it('keeps an event as long as any of its deliveries is kept', async () => {
    const { pool } = database;
    const webhook = await insertWebhook(pool, await insertTenant(pool));
    const event = makeEvent(webhook.tenantId, { createdAt: daysAgo(40) });
    const ended = makeDelivery(event, webhook.id);
    const waiting = makeDelivery(event, webhook.id, { status: 'RETRYING' });
    await insertEvents(pool, [event]);
    await insertDeliveries(pool, [ended, waiting]);
    expect(await run()).toBe(1);
    expect(await idsIn('Event')).toContain(event.id);
    expect(await idsIn('Delivery')).toContain(waiting.id);
  });

  it('deletes old events that went to nobody, and not the young', async () => {
    const { pool } = database;
    const tenantId = await insertTenant(pool);
    const [old, young] = [31, 29].map((days) => makeEvent(tenantId, { createdAt: daysAgo(days) }));
    await insertEvents(
      pool,
      [old, young].flatMap((event) => event ?? []),
    );
    await run();
    expect(await idsIn('Event')).not.toContain(old?.id);
    expect(await idsIn('Event')).toContain(young?.id);
  });

  it('deletes in batches, and stops between them when it is told', async () => {
    const { pool } = database;
    const webhook = await insertWebhook(pool, await insertTenant(pool));
    const events = Array.from({ length: 1_200 }, () =>
      makeEvent(webhook.tenantId, { createdAt: daysAgo(50) }),
    );
    await insertEvents(pool, events);
    await insertDeliveries(
      pool,
      events.map((event) => makeDelivery(event, webhook.id)),
    );
    const stopped = new AbortController();
    stopped.abort();
    expect(await run(stopped.signal)).toBe(0);
    await pool.query(`CREATE TABLE deleted_at_once (count int)`);
    await pool.query(
      `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO deleted_at_once SELECT count(*) FROM gone; RETURN NULL; END $$`,
    );
    await pool.query(
      `CREATE TRIGGER note AFTER DELETE ON "Delivery" REFERENCING OLD TABLE AS gone
       FOR EACH STATEMENT EXECUTE FUNCTION note()`,
    );
    expect(await run()).toBe(1_200);
    const { rows } = await pool.query<{ count: number }>(
      'SELECT count FROM deleted_at_once WHERE count > 0',
    );
    expect(rows.map(({ count }) => count)).toEqual([500, 500, 200]);
  });

  it('deletes a deleted webhook once its history is gone', async () => {
    const { pool } = database;
    const tenantId = await insertTenant(pool);
    const [empty, withHistory, recent] = await Promise.all(
      [1, 2, 3].map(() => insertWebhook(pool, tenantId, { isDeleted: true })),
    );
    if (empty === undefined || withHistory === undefined || recent === undefined) throw new Error();
    await made(withHistory, 10);
    await pool.query(
      `UPDATE "Webhook" SET "deletedAt" = now() - interval '31 days' WHERE id = ANY($1::uuid[])`,
      [[empty.id, withHistory.id]],
    );
    await run();
    const left = await idsIn('Webhook');
    expect(left).not.toContain(empty.id);
    expect(left).toContain(withHistory.id);
    expect(left).toContain(recent.id);
  });
});
