import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeDueProbes } from '../../server/deliveries/circuit-probes.ts';
import { claimByIds, claimDue } from '../../server/deliveries/changes/claim.ts';
import { findDueWebhooks } from '../../server/deliveries/due-webhooks.ts';
import { recordAttempts } from '../../server/deliveries/changes/record.ts';
import type { Verdict } from '../../server/domain/delivery/attempt-verdict.ts';
import type { HealthPolicy } from '../../server/domain/delivery/webhook-health.ts';
import {
  attemptAt,
  claimAll,
  insertWaiting,
  newClaimer,
  PATIENT,
} from '../support/database/claims.ts';
import {
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

const HOLD = 60;
const AT_ONCE: HealthPolicy = {
  opensAfterFailures: 3,
  opensAfterSeconds: 0,
  holdSeconds: HOLD,
  probeSeconds: 10,
  switchOffAfterSeconds: 0,
};
const RETRYING: Verdict = { status: 'RETRYING', delaySeconds: 1 };
const EXHAUSTED: Verdict = { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' };
const NIL = '00000000-0000-0000-0000-000000000000';

let database: TestDatabase;
let pool: Pool;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ pool } = database);
  tenantId = await insertTenant(pool);
});
afterAll(() => database.drop());

interface Health {
  failingSince: Date | null;
  failuresInRow: number;
  circuitOpenedAt: Date | null;
  nextProbeAt: Date | null;
  isActive: boolean;
  disabledReason: string | null;
  revision: number;
}

async function healthOf({ id }: MadeWebhook): Promise<Health> {
  const { rows } = await pool.query<Health>('SELECT * FROM "Webhook" WHERE id = $1', [id]);
  const [health] = rows;
  if (health === undefined) throw new Error('there is no such webhook');
  return health;
}

/** Sends once for each verdict, all on record in one batch. */
async function attempt(webhook: MadeWebhook, verdicts: Verdict[], policy: HealthPolicy) {
  const deliveries = await insertWaiting(pool, webhook, { count: verdicts.length });
  const claimed = await claimAll(pool, deliveries);
  await recordAttempts(
    pool,
    claimed.map((delivery, n) => attemptAt(delivery, verdicts[n] ?? RETRYING)),
    policy,
  );
}

async function failingWebhook(policy = AT_ONCE): Promise<MadeWebhook> {
  const webhook = await insertWebhook(pool, tenantId);
  await attempt(webhook, [RETRYING, RETRYING, RETRYING], policy);
  return webhook;
}

const failingFor = (webhook: MadeWebhook, interval: string) =>
  pool.query(`UPDATE "Webhook" SET "failingSince" = now() - $2::interval WHERE id = $1`, [
    webhook.id,
    interval,
  ]);

const OPEN = { circuitOpenedAt: expect.any(Date), nextProbeAt: expect.any(Date) };
const CLOSED = { circuitOpenedAt: null, nextProbeAt: null };

describe('a circuit', () => {
  it('opens at so many failures in a row, over batches', async () => {
    const webhook = await insertWebhook(pool, tenantId);
    await attempt(webhook, [RETRYING, EXHAUSTED], AT_ONCE);
    expect(await healthOf(webhook)).toMatchObject({
      ...CLOSED,
      failuresInRow: 2,
      failingSince: expect.any(Date),
    });
    await attempt(webhook, [RETRYING], AT_ONCE);
    expect(await healthOf(webhook)).toMatchObject({ ...OPEN, isActive: true, revision: 1 });
  });

  it('counts from the start after a success', async () => {
    const webhook = await insertWebhook(pool, tenantId);
    await attempt(webhook, [RETRYING, RETRYING], AT_ONCE);
    await attempt(webhook, [RETRYING, { status: 'SUCCESS' }], AT_ONCE);
    expect(await healthOf(webhook)).toMatchObject({ failingSince: null, failuresInRow: 0 });
    await attempt(webhook, [RETRYING, RETRYING], AT_ONCE);
    expect(await healthOf(webhook)).toMatchObject(CLOSED);
  });

  it('opens for no burst that is shorter than the rule asks', async () => {
    const policy = { ...AT_ONCE, opensAfterSeconds: 10 };
    const webhook = await failingWebhook(policy);
    expect(await healthOf(webhook)).toMatchObject(CLOSED);
    await failingFor(webhook, '11 s');
    await attempt(webhook, [RETRYING], policy);
    expect(await healthOf(webhook)).toMatchObject(OPEN);
  });

  it('never opens where the rule is switched off', async () => {
    const webhook = await failingWebhook(PATIENT);
    await attempt(webhook, [RETRYING, RETRYING, RETRYING], PATIENT);
    expect(await healthOf(webhook)).toMatchObject(CLOSED);
  });

  it('is closed by the first success', async () => {
    const webhook = await failingWebhook();
    await attempt(webhook, [{ status: 'SUCCESS' }], AT_ONCE);
    expect(await healthOf(webhook)).toMatchObject({
      ...CLOSED,
      failingSince: null,
      failuresInRow: 0,
    });
  });

  it('holds what is due back, as long as the rule says, and not what goes elsewhere', async () => {
    const webhook = await failingWebhook();
    const other = await insertWebhook(pool, tenantId);
    const [held, elsewhere] = await Promise.all([
      insertWaiting(pool, webhook, { count: 3 }),
      insertWaiting(pool, other, { count: 1 }),
    ]);
    const ids = [...held, ...elsewhere].map(({ id }) => id);
    const rooms = [{ webhookId: webhook.id, room: 10 }];
    const due = async () => (await findDueWebhooks(pool, NIL, 1_000, HOLD)).includes(webhook.id);

    expect((await claimDue(pool, newClaimer(), rooms, HOLD)).claimed).toEqual([]);
    const { claimed } = await claimByIds(pool, newClaimer(), ids, HOLD);
    expect(claimed.map(({ id }) => id)).toEqual(elsewhere.map(({ id }) => id));
    expect(await due()).toBe(false);

    await pool.query(
      `UPDATE "Delivery" SET "nextAttemptAt" = now() - make_interval(secs => $2) WHERE id = $1`,
      [held[0]?.id, HOLD + 1],
    );
    expect(await due()).toBe(true);
    const late = await claimDue(pool, newClaimer(), rooms, HOLD);
    expect(late.claimed.map(({ id }) => id)).toEqual([held[0]?.id]);
  });

  it('lets through at once what is sent by hand: tests, and the first attempt of a retry', async () => {
    const webhook = await failingWebhook();
    const [[test], [retried], [waiting]] = await Promise.all([
      insertWaiting(pool, webhook, { isTest: true }),
      insertWaiting(pool, webhook),
      insertWaiting(pool, webhook),
    ]);
    await pool.query(`UPDATE "Delivery" SET "attemptsMade" = 5 WHERE id = $1`, [retried?.id]);
    const ids = [test, retried, waiting].map((delivery) => delivery?.id ?? '');
    const { claimed } = await claimByIds(pool, newClaimer(), ids, HOLD);
    expect(claimed.map(({ id }) => id).toSorted()).toEqual(ids.slice(0, 2).toSorted());
  });

  it('is probed by one of several workers, in its time, with what is due', async () => {
    const webhook = await failingWebhook();
    const taken = async () => (await takeDueProbes(pool, 10)).filter((id) => id === webhook.id);
    const probeIsDue = () =>
      pool.query(`UPDATE "Webhook" SET "nextProbeAt" = now() WHERE id = $1`, [webhook.id]);
    const [first] = await insertWaiting(pool, webhook, { count: 2 });
    expect(await taken()).toEqual([]);

    await probeIsDue();
    const workers = await Promise.all([taken(), taken(), taken()]);
    expect(workers.flat()).toEqual([webhook.id]);
    const probe = await claimDue(pool, newClaimer(), [{ webhookId: webhook.id, room: 1 }], 0);
    expect(probe.claimed).toHaveLength(1);
    expect(first).toBeDefined();

    await pool.query(`DELETE FROM "Delivery" WHERE "webhookId" = $1`, [webhook.id]);
    await probeIsDue();
    expect(await taken()).toEqual([]);
  });
});

describe('a webhook that fails all it is sent', () => {
  const FIVE_DAYS: HealthPolicy = { ...AT_ONCE, switchOffAfterSeconds: 5 * 86_400 };

  it('is switched off when a delivery has failed for good and the time is over', async () => {
    const webhook = await failingWebhook(FIVE_DAYS);
    await failingFor(webhook, '119 hours 59 minutes');
    await attempt(webhook, [EXHAUSTED], FIVE_DAYS);
    expect(await healthOf(webhook)).toMatchObject({ isActive: true });

    await failingFor(webhook, '120 hours 1 second');
    await attempt(webhook, [RETRYING], FIVE_DAYS);
    expect(await healthOf(webhook)).toMatchObject({ isActive: true });
    await attempt(webhook, [EXHAUSTED], FIVE_DAYS);
    expect(await healthOf(webhook)).toMatchObject({
      ...CLOSED,
      isActive: false,
      disabledReason: 'FAILING',
      disabledAt: expect.any(Date),
      revision: 2,
    });
  });

  it('stays on where one of the batch succeeded', async () => {
    const webhook = await failingWebhook(FIVE_DAYS);
    await failingFor(webhook, '6 days');
    await attempt(webhook, [EXHAUSTED, { status: 'SUCCESS' }], FIVE_DAYS);
    expect(await healthOf(webhook)).toMatchObject({ isActive: true, failingSince: null });
  });

  it('stays on where the rule is switched off', async () => {
    const webhook = await failingWebhook();
    await failingFor(webhook, '400 days');
    await attempt(webhook, [EXHAUSTED], AT_ONCE);
    expect(await healthOf(webhook)).toMatchObject({ isActive: true });
  });

  it('keeps the reason that it was switched off for before', async () => {
    const webhook = await failingWebhook(FIVE_DAYS);
    await failingFor(webhook, '6 days');
    await pool.query(
      `UPDATE "Webhook" SET "isActive" = false, "disabledReason" = 'MANUAL', "disabledAt" = now() WHERE id = $1`,
      [webhook.id],
    );
    const deliveries = await insertWaiting(pool, webhook, { isTest: true });
    const [claimed] = await claimAll(pool, deliveries);
    if (claimed === undefined) throw new Error('nothing was claimed');
    await recordAttempts(pool, [attemptAt(claimed, EXHAUSTED)], FIVE_DAYS);
    expect(await healthOf(webhook)).toMatchObject({ disabledReason: 'MANUAL', revision: 1 });
  });
});
