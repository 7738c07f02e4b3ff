import { openPool } from '../../server/database/pool.ts';
import { deleteExpired } from '../../server/deliveries/retention.ts';
import { createDrivers, PAYLOAD } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { median, percentiles } from '../percentiles.ts';
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
const INSERTED_AT_A_TIME = 250_000;
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
  await insertOld(stand, deliveries);
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

/** Deliveries of the second month before this one, as rows, and some that still wait. */
async function insertOld({ database }: Stand, count: number): Promise<void> {
  const { rows } = await database.query<{ tenantId: string; webhookId: string }>(
    'SELECT "tenantId", id AS "webhookId" FROM "Webhook" LIMIT 1',
  );
  const [webhook] = rows;
  if (webhook === undefined) throw new Error('there is no webhook');
  const body = JSON.stringify({ event_id: 'old', data: PAYLOAD });
  for (let made = 0; made < count; made += INSERTED_AT_A_TIME) {
    const share = Math.min(INSERTED_AT_A_TIME, count - made);
    const [from, to] = [made / count, (made + share) / count];
    await database.query(INSERT, [webhook.tenantId, webhook.webhookId, body, share, from, to]);
  }
  await database.query(
    `UPDATE "Delivery" SET status = 'RETRYING', "completedAt" = NULL, "nextAttemptAt" = now() + interval '1 year'
     WHERE id IN (SELECT id FROM "Delivery" ORDER BY id LIMIT ${WAITING})`,
  );
  await database.query('VACUUM (ANALYZE) "Event", "Delivery", "DeliveryAttempt"');
  await database.query('CHECKPOINT');
}

const INSERT = `
WITH event AS (
  INSERT INTO "Event" (id, "tenantId", type, "eventId", body, hash, "webhooksNotified", "createdAt")
  SELECT uuid_v7_at(at), $1, 'order.created', 'old-' || extract(epoch FROM at) || '-' || n, $3, '', 1, at
  FROM (SELECT n, date_trunc('milliseconds', now() - interval '60 days'
      + interval '29 days' * ($5::float8 + ($6::float8 - $5::float8) * n / $4)) AS at
    FROM generate_series(1, $4::int) n) made
  RETURNING *
), delivery AS (
  INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", status, "attemptCount",
    "attemptsMade", "changeXid", "createdAt", "updatedAt", "completedAt")
  SELECT uuid_v7_at("createdAt"), "tenantId", id, $2, type, "eventId", 'SUCCESS', 1, 1, 1,
    "createdAt", "createdAt", "createdAt"
  FROM event RETURNING *
)
INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs", "requestHeaders",
  "responseStatusCode", "responseHeaders", "responseBody")
SELECT id, 1, "tenantId", "createdAt", 20, '[]', 200, '[]', 'ok'
FROM delivery`;
