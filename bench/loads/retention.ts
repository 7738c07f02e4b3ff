import { openPool } from '../../server/database/pool.ts';
import { deleteExpired } from '../../server/deliveries/retention.ts';
import { createDrivers } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { median, percentiles } from '../percentiles.ts';
import { insertOldDeliveries } from '../stand/old-deliveries.ts';
import { type Kind, type Stand, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface RetentionLoad {
  kind: Kind;
  /** How many ended long ago, each with its event and an attempt. */
  deliveries: number;
  /** New events a second meanwhile, one a call. */
  rate: number;
}

export const RETENTION_LOADS: readonly RetentionLoad[] = [
  { kind: 'served', deliveries: 5_000_000, rate: 500 },
];

/** Enough for a short run to have something to delete. */
const SHORT_RUN = { seconds: 2, deliveries: 5_000 };
const CONNECTIONS = 64;
const WARM_UP_EVENTS = 2_000;
const ROUNDS = 5;
/** What waits for longer than anything is kept. */
const WAITING = 1_000;
const RETENTION_DAYS = 30;

/**
 * What new deliveries feel of the deletion of old ones, by turns without and beside it. What has not ended must
 * all be left.
 */
export async function measureRetention(
  load: RetentionLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const isShort = seconds < SHORT_RUN.seconds;
  const deliveries = isShort ? SHORT_RUN.deliveries : load.deliveries;
  // Its own workers keep everything: what is deleted, and when, is said here.
  const env = { ...options.env, LOG_RETENTION_DAYS: '3650' };
  const stand = await startStand({ ...options, kind: load.kind, env });
  const endpoints = await makeWebhooks(stand, 1);
  // The second month before this one.
  await insertOldDeliveries(stand, { count: deliveries, from: 60, to: 31 });
  await keepWaiting(stand);
  const { addresses, key } = stand;
  const { warmUp, driver } = createDrivers({ addresses, keys: [key], connections: CONNECTIONS });
  const warm = isShort ? 100 : WARM_UP_EVENTS;
  await warmUp.atRate(load.rate, warm);
  await endpoints.received(warm);

  const pool = openPool({ url: stand.databaseUrl, poolSize: 1 });
  const count = Math.round(load.rate * seconds);
  let seen = 0;
  let deleted = 0;
  const p95 = async () => {
    await driver.atRate(load.rate, count);
    const { latencies } = await endpoints.received(warm + seen + count);
    const own = latencies.slice(seen);
    seen += count;
    return percentiles(own).p95;
  };
  const rounds: { alone: number; beside: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = await p95();
    const stopping = new AbortController();
    const deleting = deleteExpired(pool, RETENTION_DAYS, stopping.signal);
    const beside = await p95();
    stopping.abort();
    deleted += await deleting;
    rounds.push({ alone, beside });
  }
  const { rows } = await stand.database.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM "Delivery" WHERE status = 'RETRYING'`,
  );
  if (rows[0]?.waiting !== WAITING) throw new Error(`${rows[0]?.waiting} of ${WAITING} are left`);
  await pool.end();
  for (const each of [warmUp, driver]) await each.close();
  endpoints.end();
  await stand.stop();
  const alone = median(rounds.map((each) => each.alone));
  const beside = median(rounds.map((each) => each.beside));
  return { 'alone p95': alone, 'beside p95': beside, 'deleted/s': deleted / (ROUNDS * seconds) };
}

/** Some of the oldest have not ended. */
async function keepWaiting({ database }: Stand): Promise<void> {
  await database.query(
    `UPDATE "Delivery" SET status = 'RETRYING', "completedAt" = NULL, "nextAttemptAt" = now() + interval '1 year'
     WHERE id IN (SELECT id FROM "Delivery" ORDER BY id LIMIT ${WAITING})`,
  );
}
