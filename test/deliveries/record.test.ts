import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordAttempts } from '../../server/deliveries/changes/record.ts';
import { createRetryDelivery } from '../../server/deliveries/changes/retry.ts';
import {
  attemptAt,
  claimAll,
  insertWaiting,
  loggedOf,
  PATIENT,
  stateOf,
  sumsOf,
} from '../support/database/claims.ts';
import {
  insertTenant,
  insertWebhook,
  type MadeDelivery,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  tenantId = await insertTenant(database.pool);
});
afterAll(() => database.drop());

async function oneClaimed(options: Parameters<typeof insertWaiting>[2] = {}) {
  const { pool } = database;
  const webhook = await insertWebhook(pool, tenantId);
  const deliveries = await insertWaiting(pool, webhook, options);
  const [claimed] = await claimAll(pool, deliveries);
  const [delivery] = deliveries;
  if (claimed === undefined || delivery === undefined) throw new Error('nothing was made');
  return { webhook, delivery, claimed };
}

const attemptsOf = async ({ id }: MadeDelivery) => {
  const { rows } = await database.pool.query<{ number: number }>(
    'SELECT number FROM "DeliveryAttempt" WHERE "deliveryId" = $1 ORDER BY number',
    [id],
  );
  return rows.map(({ number }) => number);
};

describe('a recording', () => {
  it('keeps the attempt, ends the delivery and counts it', async () => {
    const { pool } = database;
    const { webhook, delivery, claimed } = await oneClaimed();
    const { changed, due } = await recordAttempts(
      pool,
      [attemptAt(claimed, { status: 'SUCCESS' })],
      PATIENT,
    );
    expect(changed).toMatchObject([{ id: delivery.id, webhookId: webhook.id }]);
    expect(due).toEqual([]);
    expect(await stateOf(pool, delivery)).toMatchObject({
      status: 'SUCCESS',
      attemptCount: 1,
      attemptsMade: 1,
      claimedBy: null,
      claimToken: null,
      completedAt: expect.any(Date),
    });
    expect(await attemptsOf(delivery)).toEqual([1]);
    expect(await loggedOf(pool, delivery)).toEqual(['SENDING', 'SUCCESS']);
    expect(await sumsOf(pool, webhook)).toEqual({ success: 1, failed: 0, waiting: 0 });
  });

  it('changes nothing where the token no longer matches', async () => {
    const { pool } = database;
    const { webhook, delivery, claimed } = await oneClaimed();
    const before = await stateOf(pool, delivery);
    const stale = attemptAt(claimed, { status: 'SUCCESS' }, { token: randomUUID() });
    expect(await recordAttempts(pool, [stale], PATIENT)).toMatchObject({ changed: [], due: [] });
    expect(await stateOf(pool, delivery)).toEqual(before);
    expect(await attemptsOf(delivery)).toEqual([]);
    expect(await sumsOf(pool, webhook)).toEqual({ success: 0, failed: 0, waiting: 0 });
  });

  it('changes nothing a second time, nor what has been given back and claimed anew', async () => {
    const { pool } = database;
    const { delivery, claimed } = await oneClaimed();
    await pool.query(
      `UPDATE "Delivery" SET status = 'PENDING', "nextAttemptAt" = now() - interval '1 ms', "claimToken" = NULL WHERE id = $1`,
      [delivery.id],
    );
    const [again] = await claimAll(pool, [delivery]);
    if (again === undefined) throw new Error('nothing was claimed');
    const retrying = { status: 'RETRYING', delaySeconds: 5 } as const;
    await recordAttempts(pool, [attemptAt(claimed, { status: 'SUCCESS' })], PATIENT);
    expect(await stateOf(pool, delivery)).toMatchObject({ status: 'SENDING', attemptCount: 0 });
    await recordAttempts(pool, [attemptAt(again, retrying)], PATIENT);
    const recorded = await stateOf(pool, delivery);
    await recordAttempts(pool, [attemptAt(again, { status: 'SUCCESS' })], PATIENT);
    expect(await stateOf(pool, delivery)).toMatchObject({
      version: recorded.version,
      status: 'RETRYING',
      attemptCount: 1,
    });
  });

  it('counts a wait from the end of the attempt', async () => {
    const { pool } = database;
    const { webhook, delivery, claimed } = await oneClaimed();
    const { due, now } = await recordAttempts(
      pool,
      [
        attemptAt(
          claimed,
          { status: 'RETRYING', delaySeconds: 60 },
          { endedAt: performance.now() - 10_000 },
        ),
      ],
      PATIENT,
    );
    const { dueIn } = await stateOf(pool, delivery);
    // 60 s after it ended 10 s ago; a due time is rounded to the millisecond.
    expect(dueIn).toBeGreaterThan(30);
    expect(dueIn).toBeLessThanOrEqual(50.001);
    expect(due).toEqual([{ webhookId: webhook.id, dueAt: expect.any(Number) }]);
    expect(Math.abs((due[0]?.dueAt ?? 0) - now - 50_000)).toBeLessThan(500);
    expect(await sumsOf(pool, webhook)).toEqual({ success: 0, failed: 0, waiting: 1 });
  });

  it('takes a delivery out of those that wait when it ends', async () => {
    const { pool } = database;
    const { webhook, claimed } = await oneClaimed({ status: 'RETRYING' });
    const exhausted = { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' } as const;
    await recordAttempts(pool, [attemptAt(claimed, exhausted)], PATIENT);
    expect(await sumsOf(pool, webhook)).toEqual({ success: 0, failed: 1, waiting: -1 });
  });

  it('plans no further attempt for a webhook that was deleted meanwhile', async () => {
    const { pool } = database;
    const { webhook, delivery, claimed } = await oneClaimed();
    await pool.query('UPDATE "Webhook" SET "deletedAt" = now() WHERE id = $1', [webhook.id]);
    await recordAttempts(
      pool,
      [attemptAt(claimed, { status: 'RETRYING', delaySeconds: 1 })],
      PATIENT,
    );
    expect(await stateOf(pool, delivery)).toMatchObject({
      status: 'FAILED',
      failureReason: 'WEBHOOK_DELETED',
      dueIn: null,
    });
    expect(await attemptsOf(delivery)).toEqual([1]);
  });

  it('switches a webhook off that is gone, in one go with others', async () => {
    const { pool } = database;
    const [gone, fine] = [await oneClaimed(), await oneClaimed()];
    await recordAttempts(
      pool,
      [
        attemptAt(gone.claimed, { status: 'FAILED', reason: 'GONE' }),
        attemptAt(fine.claimed, { status: 'SUCCESS' }),
      ],
      PATIENT,
    );
    const { rows } = await pool.query(
      `SELECT "isActive", "disabledReason", revision FROM "Webhook" WHERE id = ANY($1::uuid[]) ORDER BY id`,
      [[gone.webhook.id, fine.webhook.id]],
    );
    expect(rows).toEqual([
      { isActive: false, disabledReason: 'GONE', revision: 2 },
      { isActive: true, disabledReason: null, revision: 1 },
    ]);
  });

  it('leaves tests out of the sums', async () => {
    const { pool } = database;
    const { webhook, claimed } = await oneClaimed({ isTest: true });
    await recordAttempts(pool, [attemptAt(claimed, { status: 'SUCCESS' })], PATIENT);
    expect(await sumsOf(pool, webhook)).toEqual({ success: 0, failed: 0, waiting: 0 });
  });
});

describe('a retry by hand', () => {
  it.each([
    ['SUCCESS', { status: 'SUCCESS' }],
    ['FAILED', { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' }],
    ['RETRYING', { status: 'RETRYING', delaySeconds: 60 }],
  ] as const)('takes what is %s out of the sums again', async (_status, verdict) => {
    const { pool } = database;
    const { webhook, delivery, claimed } = await oneClaimed();
    await recordAttempts(pool, [attemptAt(claimed, verdict)], PATIENT);
    const retry = createRetryDelivery({
      pool,
      announcer: { announce: () => undefined },
      producer: { deliver: async () => undefined, due: async () => undefined },
      holdSeconds: 60,
    });
    expect(await retry(tenantId, delivery.id)).toEqual({ value: { deliveryId: delivery.id } });
    expect(await sumsOf(pool, webhook)).toEqual({ success: 0, failed: 0, waiting: 0 });
    const { rows } = await pool.query<{ latencies: number[] }>(
      'SELECT latencies FROM "DeliveryRollupDelta" WHERE "webhookId" = $1 AND latencies <> $2',
      [webhook.id, []],
    );
    const entries = rows.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
    // A bucket b is taken out as -1 - b.
    if (verdict.status === 'SUCCESS') expect((entries[0] ?? 0) + (entries[1] ?? 0)).toBe(-1);
    else expect(entries).toEqual([]);
    expect(await stateOf(pool, delivery)).toMatchObject({
      status: 'PENDING',
      attemptCount: 0,
      attemptsMade: 1,
      completedAt: null,
      failureReason: null,
    });
    const [again] = await claimAll(pool, [delivery]);
    if (again === undefined) throw new Error('nothing was claimed');
    await recordAttempts(pool, [attemptAt(again, { status: 'SUCCESS' })], PATIENT);
    expect(await attemptsOf(delivery)).toEqual([1, 2]);
    expect(await sumsOf(pool, webhook)).toEqual({ success: 1, failed: 0, waiting: 0 });
  });
});
