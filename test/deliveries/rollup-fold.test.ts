import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_WEBHOOKS, foldAll, foldRollups } from '../../server/deliveries/stats/rollup-fold.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MINUTE = '2026-11-05T23:59:00Z';

interface Sums {
  total?: number;
  success?: number;
  failed?: number;
  waiting?: number;
  latencies?: number[];
}

async function append(pool: Pool, tenantId: string, webhookId: string, sums: Sums, at = MINUTE) {
  const { total = 0, success = 0, failed = 0, waiting = 0, latencies = [] } = sums;
  await pool.query(
    `INSERT INTO "DeliveryRollupDelta" ("tenantId", "webhookId", minute, total, success, failed, waiting, latencies)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenantId, webhookId, at, total, success, failed, waiting, latencies],
  );
}

async function rollups(pool: Pool, tenantId: string) {
  const { rows } = await pool.query(
    `SELECT "webhookId", level, start, total, success, failed, waiting, latencies
     FROM "DeliveryRollup" WHERE "tenantId" = $1 ORDER BY level, "webhookId", start`,
    [tenantId],
  );
  return rows;
}

describe('the fold', () => {
  it('moves each sum into minute, hour and day of its webhook and of its tenant', async () => {
    const { pool } = database;
    const [tenantId, webhookId] = [newId(), newId()];
    await append(pool, tenantId, webhookId, { total: 3, waiting: 1 });
    await append(pool, tenantId, webhookId, { success: 2, failed: 1, latencies: [4, 0] });
    expect(await foldRollups(pool)).toEqual({ moved: 2, next: null });
    const sums = { total: 3, success: 2, failed: 1, waiting: 1, latencies: [1, 0, 0, 0, 1] };
    const starts = [
      ['MINUTE', '2026-11-05T23:59:00Z'],
      ['HOUR', '2026-11-05T23:00:00Z'],
      ['DAY', '2026-11-05T00:00:00Z'],
    ] as const;
    expect(await rollups(pool, tenantId)).toEqual(
      starts.flatMap(([level, start]) =>
        [ALL_WEBHOOKS, webhookId].map((owner) => ({
          webhookId: owner,
          level,
          start: new Date(start),
          ...sums,
        })),
      ),
    );
    expect(await foldRollups(pool)).toEqual({ moved: 0, next: null });
  });

  it('adds to what is there, and takes out what a retry by hand takes out', async () => {
    const { pool } = database;
    const [tenantId, webhookId] = [newId(), newId()];
    await append(pool, tenantId, webhookId, { total: 2, success: 2, latencies: [1, 2] });
    await foldRollups(pool);
    await append(pool, tenantId, webhookId, { success: -1, latencies: [-1 - 2] });
    await append(pool, tenantId, webhookId, { success: 1, latencies: [5] });
    await foldRollups(pool);
    expect(await rollups(pool, tenantId)).toHaveLength(6);
    for (const rollup of await rollups(pool, tenantId)) {
      expect(rollup).toMatchObject({ total: 2, success: 2, latencies: [0, 1, 0, 0, 0, 1] });
    }
  });

  it('moves no more than it is asked to, and nothing twice when many fold at once', async () => {
    const { pool } = database;
    const [tenantId, webhookId] = [newId(), newId()];
    for (let n = 0; n < 50; n += 1) {
      await append(pool, tenantId, webhookId, { total: 1, success: 1, latencies: [n] });
    }
    expect(await foldRollups(pool, { limit: 7 })).toEqual({
      moved: 7,
      next: { tenantId, webhookId },
    });
    let moved = 7;
    while (moved < 50) {
      const folds = Array.from({ length: 6 }, () => foldRollups(pool, { limit: 5 }));
      for (const each of await Promise.all(folds)) moved += each.moved;
    }
    expect(moved).toBe(50);
    for (const rollup of await rollups(pool, tenantId)) {
      expect(rollup).toMatchObject({ total: 50, success: 50, latencies: Array(50).fill(1) });
    }
  });

  it('takes all of a webhook before it goes on to the next, so that each is written once', async () => {
    const { pool } = database;
    const tenantId = newId();
    const webhookIds = [newId(), newId(), newId()].toSorted();
    for (let n = 0; n < 4; n += 1) {
      for (const id of webhookIds) await append(pool, tenantId, id, { total: 1 });
    }
    const totals = async () => {
      const minutes = (await rollups(pool, tenantId)).filter(({ level }) => level === 'MINUTE');
      return webhookIds.map((id) => minutes.find(({ webhookId }) => webhookId === id)?.total ?? 0);
    };
    const first = await foldRollups(pool, { limit: 6 });
    expect(first).toEqual({ moved: 6, next: { tenantId, webhookId: webhookIds[1] } });
    expect(await totals()).toEqual([4, 2, 0]);

    // What has come for one that is done waits for the next round.
    await append(pool, tenantId, webhookIds[0] ?? '', { total: 1 });
    await foldRollups(pool, { limit: 100, ...(first.next && { from: first.next }) });
    expect(await totals()).toEqual([4, 4, 4]);

    await foldAll(pool, { limit: 1 });
    expect(await totals()).toEqual([5, 4, 4]);
  });

  it('moves all that there are, of all tenants, whatever one transaction moves', async () => {
    const { pool } = database;
    const tenantIds = Array.from({ length: 5 }, () => newId());
    for (const tenantId of tenantIds) {
      for (let n = 0; n < 5; n += 1) await append(pool, tenantId, newId(), { total: 1 });
    }
    await foldAll(pool, { limit: 4 });
    for (const tenantId of tenantIds) {
      const own = await rollups(pool, tenantId);
      const sums = own.filter(({ webhookId }) => webhookId === ALL_WEBHOOKS);
      expect(sums.map(({ total }) => total)).toEqual([5, 5, 5]);
      expect(own).toHaveLength(3 * (1 + 5));
    }
    expect(await foldRollups(pool)).toEqual({ moved: 0, next: null });
  });
});
