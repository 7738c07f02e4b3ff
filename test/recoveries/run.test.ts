import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../server/database/transaction.ts';
import { gather } from '../../server/recoveries/gather.ts';
import { putBack } from '../../server/recoveries/put-back.ts';
import { runRecoveries } from '../../server/recoveries/run.ts';
import type { RecoveryInput } from '../../server/recoveries/service.ts';
import { taskOf } from '../../server/recoveries/task.ts';
import { newId } from '../../server/domain/identifiers.ts';
import {
  insertSubscription,
  insertTenant,
  insertWebhook,
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { createRandom } from '../support/random.ts';
import { waitFor } from '../support/wait.ts';

let test: TestServices;
let pool: Pool;
beforeAll(async () => {
  test = await createTestServices();
  pool = test.batches;
});
afterAll(() => test.close());

async function failedDeliveries(count: number): Promise<{ webhook: MadeWebhook; ids: string[] }> {
  const webhook = await insertWebhook(pool, await insertTenant(pool));
  const events = Array.from({ length: count }, () => makeEvent(webhook.tenantId));
  await insertEvents(pool, events);
  const made = events.map((event) => makeDelivery(event, webhook.id, { status: 'FAILED' }));
  await insertDeliveries(pool, made);
  return { webhook, ids: made.map(({ id }) => id).toSorted() };
}

async function create({ tenantId }: MadeWebhook, input: RecoveryInput): Promise<string> {
  const by = { tenantId, apiKeyId: newId() };
  const { value, faults } = await test.services.recoveries.create(by, input, {});
  if (!value) throw new Error(JSON.stringify(faults));
  return value.id;
}

async function rowOf({ tenantId }: MadeWebhook, id: string) {
  const [row] = await test.services.recoveries.find(tenantId, [id]);
  if (row === undefined) throw new Error('there is no such recovery');
  return row;
}

const statusesOf = async (ids: readonly string[]) => {
  const { rows } = await pool.query<{ status: string; count: number }>(
    `SELECT status, count(*)::int AS count FROM "Delivery" WHERE id = ANY ($1) GROUP BY 1`,
    [ids],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
};

/** Ends what was put back: as a worker would, without one. */
const end = (ids: readonly string[], status: string) =>
  pool.query(
    `UPDATE "Delivery" SET status = $2::"DeliveryStatus", "nextAttemptAt" = NULL, "completedAt" = now()
     WHERE id = ANY ($1) AND status = 'PENDING'`,
    [ids, status],
  );

const run = (told: string[] = []) =>
  runRecoveries(
    pool,
    (changed) => told.push(...changed.map(({ id }) => id)),
    new AbortController().signal,
  );

describe('a recovery', () => {
  it('puts back each delivery once, tells of it, and is done when all have ended', async () => {
    const { webhook, ids } = await failedDeliveries(600);
    const id = await create(webhook, { retry: {} });
    const told: string[] = [];
    await waitFor(async () => {
      await run(told);
      return (await rowOf(webhook, id)).queued === 600;
    });
    expect(told.toSorted()).toEqual(ids);
    expect(await rowOf(webhook, id)).toMatchObject({
      ...{ status: 'RUNNING', estimated: 600, succeeded: 0, failed: 0, skipped: 0 },
      completedAt: null,
    });
    await end(ids.slice(0, 400), 'SUCCESS');
    await end(ids.slice(400), 'FAILED');
    const done = await waitFor(async () => {
      await run();
      const row = await rowOf(webhook, id);
      return row.status === 'DONE' && row;
    });
    expect(done).toMatchObject({ queued: 600, succeeded: 400, failed: 200, skipped: 0 });
    expect(done.completedAt).not.toBeNull();
  });

  it('leaves alone and counts what has changed since it was written down', async () => {
    const { webhook, ids } = await failedDeliveries(40);
    const other = await insertWebhook(pool, webhook.tenantId);
    await pool.query(`UPDATE "Delivery" SET "webhookId" = $2 WHERE id = ANY ($1)`, [
      ids.slice(0, 5),
      other.id,
    ]);
    const id = await create(webhook, { retry: {} });
    await inTransaction(pool, async (client) => {
      const row = await rowOf(webhook, id);
      const { added, position } = await gather(client, { ...row, position: null }, taskOf(row));
      expect({ added, position }).toEqual({ added: 40, position: null });
      await client.query(
        `UPDATE "Recovery" SET status = 'RUNNING', estimated = 40, "startedAt" = now() WHERE id = $1`,
        [id],
      );
    });
    await pool.query(`UPDATE "Webhook" SET "isActive" = false WHERE id = $1`, [other.id]);
    await pool.query(`UPDATE "Delivery" SET status = 'SUCCESS' WHERE id = ANY ($1)`, [
      ids.slice(5, 15),
    ]);
    await pool.query(`DELETE FROM "Delivery" WHERE id = $1`, [ids[39]]);
    await waitFor(async () => {
      await run();
      await end(ids.slice(15), 'SUCCESS');
      return (await rowOf(webhook, id)).status === 'DONE';
    });
    expect(await rowOf(webhook, id)).toMatchObject({
      ...{ estimated: 40, queued: 24, succeeded: 24, failed: 0, skipped: 16 },
    });
  });

  it('repeats nothing and leaves out nothing where it is killed at any moment', async () => {
    const { webhook, ids } = await failedDeliveries(900);
    const id = await create(webhook, { retry: { webhookIds: [webhook.id] } });
    const random = createRandom(7);
    await waitFor(async () => {
      if (random.next() < 0.5) {
        // Killed in the midst of a batch: its transaction is gone.
        const row = await rowOf(webhook, id);
        await inTransaction(
          pool,
          (client) => putBack(client, { ...row, limit: 100 }, taskOf(row)),
          () => false,
        );
      }
      await run();
      await end(ids, 'SUCCESS');
      return (await rowOf(webhook, id)).status === 'DONE';
    });
    expect(await rowOf(webhook, id)).toMatchObject({ queued: 900, succeeded: 900, skipped: 0 });
    const { rows } = await pool.query<{ times: number; count: number }>(
      `SELECT times, count(*)::int AS count FROM (
         SELECT count(*)::int AS times FROM "DeliveryChange" WHERE "deliveryId" = ANY ($1) AND "previousStatus" = 'FAILED' GROUP BY "deliveryId"
       ) each GROUP BY 1`,
      [ids],
    );
    expect(rows).toEqual([{ times: 1, count: 900 }]);
  });

  it('beside another over the same deliveries puts each back once at a time', async () => {
    const { webhook, ids } = await failedDeliveries(300);
    const [one, other] = [
      await create(webhook, { retry: {} }),
      await create(webhook, { retry: { statuses: ['FAILED'] } }),
    ];
    const told: string[] = [];
    await waitFor(async () => {
      await Promise.all([run(told), run(told)]);
      const { queued, skipped } = await rowOf(webhook, other);
      return (
        (await rowOf(webhook, one)).queued + queued + skipped >= 300 && queued + skipped === 300
      );
    });
    expect(told).toHaveLength(new Set(told).size);
    expect(told.toSorted()).toEqual(ids);
    expect(await statusesOf(ids)).toEqual({ PENDING: 300 });
  });

  it('keeps to its pace, and stops when it is cancelled', async () => {
    const { webhook, ids } = await failedDeliveries(500);
    const id = await create(webhook, { retry: {}, perSecond: 20 });
    const began = Date.now();
    await waitFor(async () => {
      await run();
      return (await rowOf(webhook, id)).queued > 0;
    });
    const { queued } = await rowOf(webhook, id);
    // However slow the machine is.
    expect(queued).toBeLessThanOrEqual(20 * ((Date.now() - began) / 1_000 + 1));
    const cancelled = await test.services.recoveries.cancel(webhook.tenantId, id);
    expect(cancelled?.status).toBe('CANCELLED');
    const put = (await rowOf(webhook, id)).queued;
    await end(ids, 'SUCCESS');
    const settled = await waitFor(async () => {
      await run();
      const row = await rowOf(webhook, id);
      return row.isSettled && row;
    });
    expect(settled).toMatchObject({ status: 'CANCELLED', queued: put, succeeded: put });
    expect((await statusesOf(ids))['FAILED']).toBe(500 - put);
    expect(
      (await pool.query(`SELECT FROM "RecoveryItem" WHERE "recoveryId" = $1`, [id])).rows,
    ).toEqual([]);
    // Of one that has ended nothing changes.
    expect(await test.services.recoveries.cancel(webhook.tenantId, id)).toMatchObject({
      status: 'CANCELLED',
      completedAt: settled.completedAt,
    });
    expect(await test.services.recoveries.cancel(await insertTenant(pool), id)).toBeNull();
  });
});

describe('what a webhook has missed', () => {
  it('is what it would have got as it is now, and has no delivery of: each once', async () => {
    const tenantId = await insertTenant(pool);
    const webhook = await insertWebhook(pool, tenantId);
    const stranger = await insertWebhook(pool, await insertTenant(pool));
    await insertSubscription(pool, stranger);
    const types = ['user.created', 'user.deleted', 'order.created', 'order.cancelled'];
    const random = createRandom(3);
    const wanted: string[] = [];
    for (let n = 0; n < 80; n += 1) {
      const type = random.pick(types);
      const event = makeEvent(tenantId, { type, isTest: random.next() < 0.1 });
      await insertEvents(pool, [event]);
      const hasOne = random.next() < 0.3;
      if (hasOne) await insertDeliveries(pool, [makeDelivery(event, webhook.id)]);
      if (!event.isTest && !hasOne && type !== 'user.deleted') wanted.push(event.id);
    }
    await insertEvents(pool, [makeEvent(stranger.tenantId, { type: 'user.created' })]);
    for (const eventType of ['user.created', 'order.*']) {
      await insertSubscription(pool, webhook, eventType);
    }
    const span = { from: new Date(Date.now() - 3_600_000) };
    const input = { missed: { webhookId: webhook.id, createdAt: span } };
    const { value: preview } = await test.services.recoveries.preview(tenantId, input);
    const { newestEvents, ...counted } = preview ?? {};
    expect(counted).toEqual({
      count: wanted.length,
      isExact: true,
    });
    expect(await newestEvents?.(5)).toEqual(wanted.toSorted().reverse().slice(0, 5));
    const both = [await create(webhook, input), await create(webhook, input)];
    const made = await waitFor(async () => {
      await Promise.all([run(), run()]);
      const rows = await Promise.all(both.map((id) => rowOf(webhook, id)));
      const looked = rows.every(
        ({ status, estimated, queued, skipped }) =>
          status !== 'ESTIMATING' && queued + skipped === estimated,
      );
      return looked && rows;
    });
    expect(made.map(({ estimated }) => estimated)).toEqual([wanted.length, wanted.length]);
    expect(made.reduce((sum, { queued }) => sum + queued, 0)).toBe(wanted.length);
    const { rows } = await pool.query<{ eventRef: string; status: string }>(
      `SELECT "eventRef", status FROM "Delivery" WHERE "webhookId" = $1 AND "eventRef" = ANY ($2)`,
      [webhook.id, wanted],
    );
    expect(rows.map(({ eventRef }) => eventRef).toSorted()).toEqual(wanted.toSorted());
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['PENDING']));
  });
});
