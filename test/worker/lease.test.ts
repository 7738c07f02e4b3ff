import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLease, type Lease } from '../../server/worker/lease.ts';
import { claimAll, insertWaiting, newClaimer, stateOf } from '../support/database/claims.ts';
import {
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { openAgedPool } from '../support/database/long-running-postgres.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { openTcpGate, type TcpGate } from '../support/receiver/tcp-gate.ts';

const workerId = randomUUID();
let database: TestDatabase;
let webhook: MadeWebhook;
let gate: TcpGate;
/** The lease's own, by way of the gate. */
let pool: Pool;
let lease: Lease;
let heldTokens: string[];
let released: string[];
const queries = () => vi.mocked(pool.query).mock.results.map(({ value }) => value as unknown);

beforeEach(async () => {
  database = await createTestDatabase();
  webhook = await insertWebhook(database.pool, await insertTenant(database.pool));
  gate = await openTcpGate(database.url);
  pool = await openAgedPool(database.pool, gate.url);
  vi.spyOn(pool, 'query');
  [heldTokens, released] = [[], []];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await gate.reopen();
  await lease.end().catch(() => undefined);
  await pool.end();
  await gate.shut();
  await database.drop();
});

async function begin({ isAlone = false } = {}): Promise<void> {
  lease = createLease({
    pool,
    workerId,
    isAlone,
    heldTokens: () => heldTokens,
    onReleased: (deliveries) => released.push(...deliveries.map(({ id }) => id)),
    logger: pino({ level: 'silent' }),
  });
  await lease.begin();
}

/** Until the statements that were begun, and those that they lead to, have ended. */
async function settle(): Promise<void> {
  for (let seen = -1; seen < queries().length;) {
    seen = queries().length;
    await Promise.allSettled(queries());
    for (let n = 0; n < 5; n += 1) await turn();
  }
}

/** Lets so many heartbeats of 5 s pass. */
async function beats(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await vi.advanceTimersByTimeAsync(5_000);
    await settle();
  }
}

async function claimedBy(claimer: { workerId: string; token: string }) {
  const [delivery] = await insertWaiting(database.pool, webhook);
  if (delivery === undefined) throw new Error('nothing was made');
  await claimAll(database.pool, [delivery], claimer);
  await database.pool.query(
    `UPDATE "Delivery" SET "updatedAt" = now() - interval '1 minute' WHERE id = $1`,
    [delivery.id],
  );
  return delivery;
}

async function workers(): Promise<{ id: string; age: number }[]> {
  const { rows } = await database.pool.query<{ id: string; age: number }>(
    `SELECT id, extract(epoch FROM now() - "lastSeenAt")::float8 AS age FROM "Worker"`,
  );
  return rows;
}

describe('a worker’s lease', () => {
  it('is kept by a heartbeat', async () => {
    await begin();
    await database.pool.query(`UPDATE "Worker" SET "lastSeenAt" = now() - interval '4 s'`);
    await beats(1);
    const [worker] = await workers();
    expect(worker?.id).toBe(workerId);
    expect(worker?.age).toBeLessThan(3);
    expect(lease.isHeld()).toBe(true);
  });

  it('is lost after 15 s without the database, before others may take the claims, and found again', async () => {
    await begin();
    await gate.shut();
    await beats(2);
    expect(lease.isHeld()).toBe(true);
    await beats(1);
    expect(lease.isHeld()).toBe(false);
    await gate.reopen();
    await beats(1);
    expect(lease.isHeld()).toBe(true);
  });

  it('gives back what the worker is said to hold and does not', async () => {
    const [kept, forgotten] = [
      { workerId, token: randomUUID() },
      { workerId, token: randomUUID() },
    ];
    heldTokens = [kept.token];
    const [held, lost] = [await claimedBy(kept), await claimedBy(forgotten)];
    await begin();
    await beats(1);
    expect(released).toEqual([lost.id]);
    expect(await stateOf(database.pool, held)).toMatchObject({ status: 'SENDING' });
    expect(await stateOf(database.pool, lost)).toMatchObject({ status: 'PENDING' });
  });

  it('takes over from silent workers, once it has itself been in touch for 20 s', async () => {
    const silent = newClaimer();
    const orphan = await claimedBy(silent);
    await begin();
    await beats(3);
    expect(released).toEqual([]);
    await beats(1);
    expect(released).toEqual([orphan.id]);
  });

  it('calls nobody silent for 20 s after the database was away', async () => {
    await begin();
    await beats(3);
    await gate.shut();
    await beats(1);
    await gate.reopen();
    const orphan = await claimedBy(newClaimer());
    await beats(4);
    expect(released).toEqual([]);
    await beats(1);
    expect(released).toEqual([orphan.id]);
  });

  it('takes over all claims at its start where it is alone by design', async () => {
    const orphan = await claimedBy(newClaimer());
    await begin({ isAlone: true });
    expect(released).toEqual([orphan.id]);
  });

  it('ends with all given back and the worker off the list', async () => {
    await begin();
    const delivery = await claimedBy({ workerId, token: randomUUID() });
    await lease.end();
    expect(released).toEqual([delivery.id]);
    expect(await workers()).toEqual([]);
  });
});
