import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimDue } from '../../server/deliveries/changes/claim.ts';
import {
  releaseClaimsOf,
  releaseClaimsOfOthers,
  releaseForgottenClaims,
} from '../../server/deliveries/changes/release.ts';
import { beat, findSilentClaimers, forgetWorker } from '../../server/deliveries/worker-registry.ts';
import {
  claimAll,
  insertWaiting,
  loggedOf,
  newClaimer,
  stateOf,
} from '../support/database/claims.ts';
import {
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { openAgedPool } from '../support/database/long-running-postgres.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let webhook: MadeWebhook;
beforeAll(async () => {
  database = await createTestDatabase();
  webhook = await insertWebhook(database.pool, await insertTenant(database.pool));
});
beforeEach(() => database.pool.query('DELETE FROM "Delivery"'));
afterAll(() => database.drop());

async function claimed(claimer = newClaimer(), options: Parameters<typeof insertWaiting>[2] = {}) {
  const deliveries = await insertWaiting(database.pool, webhook, options);
  await claimAll(database.pool, deliveries, claimer);
  const [delivery] = deliveries;
  if (delivery === undefined) throw new Error('nothing was claimed');
  return delivery;
}

/** As if the last change had been made that long ago. */
const age = ({ id }: { id: string }, seconds: number) =>
  database.pool.query(
    `UPDATE "Delivery" SET "updatedAt" = now() - make_interval(secs => $2) WHERE id = $1`,
    [id, seconds],
  );

/** As if it had been made, or come due, that long ago. */
const dueBefore = (
  deliveries: readonly { id: string }[],
  seconds: number,
  column: 'createdAt' | 'nextAttemptAt',
) =>
  database.pool.query(
    `UPDATE "Delivery" SET "${column}" = now() - make_interval(secs => $2) WHERE id = ANY($1::uuid[])`,
    [deliveries.map(({ id }) => id), seconds],
  );

const silence = (workerId: string, seconds: number) =>
  database.pool.query(
    `UPDATE "Worker" SET "lastSeenAt" = now() - make_interval(secs => $2) WHERE id = $1`,
    [workerId, seconds],
  );

describe('giving claims back', () => {
  it('leaves a delivery waiting and due, with none of its attempts lost', async () => {
    const { pool } = database;
    const claimer = newClaimer();
    const fresh = await claimed(claimer);
    const tried = await claimed(claimer, { status: 'RETRYING' });
    const another = await claimed();
    const released = await releaseClaimsOf(pool, [claimer.workerId]);
    expect(released.map(({ id }) => id).toSorted()).toEqual([fresh.id, tried.id].toSorted());
    for (const [delivery, status, attemptCount] of [
      [fresh, 'PENDING', 0],
      [tried, 'RETRYING', 1],
    ] as const) {
      const state = await stateOf(pool, delivery);
      expect(state).toMatchObject({ status, attemptCount, claimedBy: null, claimToken: null });
      expect(state.dueIn).toBeLessThanOrEqual(0);
      expect(await loggedOf(pool, delivery)).toEqual(['SENDING', status]);
    }
    expect(await stateOf(pool, another)).toMatchObject({ status: 'SENDING' });
  });

  it.each([
    ['in no line', 'before', null, null, 40],
    ['in a line', 'before', 'key', 1, 40],
    ['in no line', 'after', null, null, 1],
    ['in a line', 'after', 'key', 1, 1],
  ])(
    'puts a delivery before all that its webhook has waiting, however long that waits: %s, made %s the others',
    async (_where, _when, orderingKey, orderingSeq, madeBefore) => {
      const { pool } = database;
      const claimer = newClaimer();
      const first = await claimed(claimer);
      await pool.query(
        `UPDATE "Delivery" SET "orderingKey" = $2, "orderingSeq" = $3 WHERE id = $1`,
        [first.id, orderingKey, orderingSeq],
      );
      const waiting = await insertWaiting(pool, webhook, { count: 20 });
      await dueBefore([first], madeBefore, 'createdAt');
      await dueBefore(waiting, 30, 'nextAttemptAt');
      await releaseClaimsOf(pool, [claimer.workerId]);
      const wanted = [{ webhookId: webhook.id, room: 1 }];
      const next = await claimDue(pool, newClaimer(), wanted, 0);
      expect(next.claimed.map(({ id }) => id)).toEqual([first.id]);
    },
  );

  it('does not put it past a pause that comes later, where what waits longest was sent by hand in one', async () => {
    const { pool } = database;
    const claimer = newClaimer();
    const first = await claimed(claimer);
    const [byHand, ...others] = await insertWaiting(pool, webhook, { count: 3 });
    await dueBefore(others, 30, 'nextAttemptAt');
    await pool.query(
      `UPDATE "Delivery" SET "nextAttemptAt" = now() - interval '1000 years' WHERE id = $1`,
      [byHand?.id],
    );
    await releaseClaimsOf(pool, [claimer.workerId]);
    expect((await stateOf(pool, first)).dueIn).toBeGreaterThan(-31_000);
    const wanted = [{ webhookId: webhook.id, room: 2 }];
    const next = await claimDue(pool, newClaimer(), wanted, 0);
    expect(new Set(next.claimed.map(({ id }) => id))).toEqual(new Set([byHand?.id, first.id]));
  });

  it.each([
    ['paused', '"pausedAt" = now()'],
    ['with an open circuit', '"circuitOpenedAt" = now()'],
  ])('does not put it past what holds a webhook back that is %s', async (_name, held) => {
    const { pool } = database;
    const claimer = newClaimer();
    const first = await claimed(claimer);
    const byHand = await insertWaiting(pool, webhook);
    await dueBefore([first], 400, 'createdAt');
    await dueBefore(byHand, 300, 'nextAttemptAt');
    await pool.query(`UPDATE "Webhook" SET ${held} WHERE id = $1`, [webhook.id]);
    await releaseClaimsOf(pool, [claimer.workerId]);
    expect((await stateOf(pool, first)).dueIn).toBeGreaterThan(-100);
    await pool.query(
      `UPDATE "Webhook" SET "pausedAt" = NULL, "circuitOpenedAt" = NULL WHERE id = $1`,
      [webhook.id],
    );
  });

  it('goes on past one batch', async () => {
    const claimer = newClaimer();
    await claimed(claimer, { count: 1_001 });
    expect(await releaseClaimsOf(database.pool, [claimer.workerId])).toHaveLength(1_001);
  });

  it('takes all of others’ for a worker that is alone, and none of its own', async () => {
    const { pool } = database;
    const own = newClaimer();
    const [mine, theirs] = [await claimed(own), await claimed()];
    await releaseClaimsOfOthers(pool, own.workerId);
    expect(await stateOf(pool, mine)).toMatchObject({ status: 'SENDING' });
    expect(await stateOf(pool, theirs)).toMatchObject({ status: 'PENDING' });
  });

  it('takes what a worker has forgotten, after 5 s', async () => {
    const { pool } = database;
    const workerId = randomUUID();
    const [held, forgotten, recent] = [newClaimer(), newClaimer(), newClaimer()].map(
      ({ token }) => ({ workerId, token }),
    );
    const [kept, lost, young] = [
      await claimed(held),
      await claimed(forgotten),
      await claimed(recent),
    ];
    const another = await claimed();
    await age(kept, 60);
    await age(lost, 5.1);
    await age(young, 4);
    await age(another, 60);
    const released = await releaseForgottenClaims(pool, workerId, [held?.token ?? '']);
    expect(released.map(({ id }) => id)).toEqual([lost.id]);
    for (const delivery of [kept, young, another]) {
      expect(await stateOf(pool, delivery)).toMatchObject({ status: 'SENDING' });
    }
    await age(kept, 60);
    expect(await releaseForgottenClaims(pool, workerId, [])).toHaveLength(1);
  });
});

describe('the list of workers', () => {
  it('tells who holds claims and has been silent for 20 s, or was never heard of', async () => {
    const { pool } = database;
    const [alive, silent, unknown, idle] = [newClaimer(), newClaimer(), newClaimer(), newClaimer()];
    for (const claimer of [alive, silent, idle]) await beat(pool, claimer.workerId);
    for (const claimer of [alive, silent, unknown]) {
      await claimed(claimer, { count: 2 });
    }
    await silence(alive.workerId, 19);
    await silence(silent.workerId, 21);
    await silence(idle.workerId, 600);
    const aged = await openAgedPool(pool, database.url);
    try {
      const found = await findSilentClaimers(aged);
      expect(found.toSorted()).toEqual([silent.workerId, unknown.workerId].toSorted());
    } finally {
      await aged.end();
    }
  });

  it('forgets a worker that stops, and those that are long gone', async () => {
    const { pool } = database;
    const [stopping, gone, other] = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of [stopping, gone, other]) await beat(pool, id);
    await silence(gone, 3_700);
    await forgetWorker(pool, stopping);
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM "Worker"');
    const known = rows.map(({ id }) => id);
    expect(known).toContain(other);
    expect(known).not.toContain(stopping);
    expect(known).not.toContain(gone);
  });
});
