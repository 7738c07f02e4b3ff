import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from '../../server/database/pool.ts';
import { claimByIds, claimDue } from '../../server/deliveries/changes/claim.ts';
import { claimPaced } from '../../server/deliveries/changes/claim-paced.ts';
import { insertWaiting, newClaimer } from '../support/database/claims.ts';
import { insertTenant, insertWebhook } from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  tenantId = await insertTenant(database.pool);
});
afterAll(() => database.drop());

async function newLimited(attempts: number, perSeconds: number) {
  const { pool } = database;
  const webhook = await insertWebhook(pool, tenantId);
  await pool.query(
    `UPDATE "Webhook" SET "rateAttempts" = $2, "ratePerSeconds" = $3 WHERE id = $1`,
    [webhook.id, attempts, perSeconds],
  );
  await pool.query(`INSERT INTO "RateWindow" ("webhookId") VALUES ($1)`, [webhook.id]);
  return webhook;
}

async function windowOf(webhookId: string) {
  const { rows } = await database.pool.query<{
    counts: number[];
    ages: number[];
    fullUntil: Date | null;
  }>(
    `SELECT counts, "fullUntil", ARRAY(SELECT extract(epoch FROM clock_timestamp() - t)::float8 FROM unnest(times) t) AS ages
     FROM "RateWindow" WHERE "webhookId" = $1`,
    [webhookId],
  );
  return rows[0];
}

/** Moves what the window holds into the past. */
const age = (webhookId: string, seconds: number) =>
  database.pool.query(
    `UPDATE "RateWindow" SET times = ARRAY(SELECT t - make_interval(secs => $2) FROM unnest(times) t),
       "paceAt" = "paceAt" - make_interval(secs => $2)
     WHERE "webhookId" = $1`,
    [webhookId, seconds],
  );

const claim = (webhookId: string, room = 100) =>
  claimPaced(database.pool, newClaimer(), [{ webhookId, room }], 0);

describe('a paced claim', () => {
  it('takes what the window has left, and says when there is more', async () => {
    const { pool } = database;
    const { id, ...webhook } = await newLimited(5, 3_600);
    const waiting = await insertWaiting(pool, { id, ...webhook }, { count: 8 });
    const first = await claim(id, 3);
    expect(first.claimed).toHaveLength(3);
    expect(first.limits).toEqual([{ webhookId: id, freeInMs: null }]);
    expect((await windowOf(id))?.fullUntil).toBeNull();

    const second = await claim(id);
    expect(second.claimed).toHaveLength(2);
    const freeInMs = second.limits[0]?.freeInMs ?? 0;
    expect(freeInMs).toBeGreaterThan(3_500_000);
    expect(freeInMs).toBeLessThanOrEqual(3_600_000);
    // The two came within a two hundredth of the window: they are one entry.
    expect((await windowOf(id))?.counts).toEqual([5]);
    expect((await windowOf(id))?.fullUntil).not.toBeNull();

    const third = await claim(id);
    expect(third.claimed).toEqual([]);
    expect(third.limits).toHaveLength(1);
    // No other claim takes what a limit keeps.
    const ids = waiting.map((delivery) => delivery.id);
    expect((await claimByIds(pool, newClaimer(), ids, 0)).changed).toEqual([]);
    const room = [{ webhookId: id, room: 100 }];
    expect((await claimDue(pool, newClaimer(), room, 0)).changed).toEqual([]);
  });

  it('counts an attempt until it has left the window, and a late one from when it could have come', async () => {
    const { pool } = database;
    const webhook = await newLimited(4, 1_000);
    const { id } = webhook;
    await insertWaiting(pool, webhook, { count: 20 });
    expect((await claim(id, 2)).claimed).toHaveLength(2);
    await age(id, 400);
    expect((await claim(id)).claimed).toHaveLength(2);
    expect((await windowOf(id))?.counts).toEqual([2, 2]);
    await age(id, 597);
    expect((await claim(id)).claimed).toEqual([]);
    // From now on one by one, every 250 seconds: a burst that repeats would meet at the receiver.
    await age(id, 3.2);
    const next = await claim(id);
    expect(next.claimed).toHaveLength(1);
    expect(next.limits[0]?.freeInMs).toBeGreaterThan(249_000);
    // It came a little late, and is written as if it had come in time; so is the next, a second late, up to half of one.
    await age(id, 251);
    const late = await claim(id);
    expect(late.claimed).toHaveLength(1);
    const freeInMs = late.limits[0]?.freeInMs ?? 0;
    expect(freeInMs).toBeGreaterThan(248_000);
    expect(freeInMs).toBeLessThanOrEqual(249_500);
    // The two of the middle have left, and the pace is kept to.
    await age(id, 100);
    expect((await claim(id)).claimed).toEqual([]);
  });

  it('lets the whole limit go at once after a rest, and hoards no more than that', async () => {
    const { pool } = database;
    const webhook = await newLimited(4, 1_000);
    const { id } = webhook;
    await insertWaiting(pool, webhook, { count: 20 });
    expect((await claim(id)).claimed).toHaveLength(4);
    await age(id, 1_400);
    expect((await claim(id)).claimed).toHaveLength(1);
    await age(id, 5_000);
    expect((await claim(id)).claimed).toHaveLength(4);
    expect((await windowOf(id))?.counts).toEqual([4]);
  });

  it('does not count what ends instead, and leaves webhooks without a limit alone', async () => {
    const { pool } = database;
    const off = await newLimited(1, 3_600);
    await insertWaiting(pool, off, { count: 3 });
    await pool.query(`UPDATE "Webhook" SET "isActive" = false WHERE id = $1`, [off.id]);
    for (let ended = 0; ended < 3; ended += 1) {
      const { claimed, changed } = await claim(off.id);
      expect(claimed).toEqual([]);
      expect(changed).toHaveLength(1);
    }
    const free = await insertWebhook(pool, tenantId);
    await insertWaiting(pool, free, { count: 3 });
    expect(await claim(free.id)).toMatchObject({ claimed: [], changed: [], limits: [] });
  });

  it('keeps to the limit over many workers that claim at once, and reaches it', async () => {
    const { pool } = database;
    const webhook = await newLimited(50, 1);
    await insertWaiting(pool, webhook, { count: 1_000 });
    const batches = openPool({ url: database.url, poolSize: 8 }, 'batches');
    const begun = performance.now();
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (times.length < 150) {
          const wanted = [{ webhookId: webhook.id, room: 7 }];
          const { claimed } = await claimPaced(batches, newClaimer(), wanted, 0);
          for (const _each of claimed) times.push(performance.now() - begun);
        }
      }),
    );
    const elapsed = (performance.now() - begun) / 1_000;
    await batches.end();
    // However busy the machine is: in the first window the whole limit, then at its pace.
    expect(times.length).toBeLessThanOrEqual(50 * Math.max(1, elapsed) + 50 / 20 + 1);
  });
});
