import { setTimeout as pause } from 'node:timers/promises';

import { openPool } from '../../server/database/pool.ts';
import { composeBody } from '../../server/domain/event/event-body.ts';
import { foldAll } from '../../server/deliveries/stats/rollup-fold.ts';
import { PAYLOAD } from './driver.ts';
import type { Stand } from './stand.ts';

/** Deliveries that were made long ago, as the rows that they left. */
export interface OldDeliveries {
  /** Each with its event and an attempt, spread evenly over the time and over the webhooks that there are. */
  count: number;
  /** In days before now; the older first. */
  from: number;
  to: number;
  /** How many in a hundred have failed for good; none if omitted. */
  failedOfHundred?: number;
}

const INSERTED_AT_A_TIME = 250_000;
const DELTAS_PER_FOLD = 20_000;

/** Puts them in, with their sums, and leaves tables that are known to the planner and written to disk. */
export async function insertOldDeliveries(stand: Stand, old: OldDeliveries): Promise<void> {
  const { database } = stand;
  const { rows } = await database.query<{ tenantId: string; webhookIds: string[] }>(
    'SELECT "tenantId", array_agg(id) AS "webhookIds" FROM "Webhook" GROUP BY 1 LIMIT 1',
  );
  const [of] = rows;
  if (of === undefined) throw new Error('there is no webhook');
  const body = composeBody({
    ...{ eventType: 'order.created', eventId: 'old', timestamp: new Date(0) },
    payload: JSON.stringify(PAYLOAD),
  });
  const days = old.from - old.to;
  for (let made = 0; made < old.count; made += INSERTED_AT_A_TIME) {
    const share = Math.min(INSERTED_AT_A_TIME, old.count - made);
    await database.query(INSERT, [
      ...[of.tenantId, of.webhookIds, body, share],
      ...[old.from - (days * made) / old.count, (days * share) / old.count],
      old.failedOfHundred ?? 0,
    ]);
  }
  await database.query(SUM_UP);
  const pool = openPool({ url: stand.databaseUrl, poolSize: 1 });
  // While a worker of the stand is at it, nothing is folded here.
  const isLeft = 'SELECT EXISTS (SELECT FROM "DeliveryRollupDelta") AS left';
  for (;;) {
    await foldAll(pool, { limit: DELTAS_PER_FOLD });
    const { rows: deltas } = await database.query<{ left: boolean }>(isLeft);
    if (deltas[0]?.left !== true) break;
    await pause(100);
  }
  await pool.end();
  await database.query('VACUUM (ANALYZE)');
  await database.query('CHECKPOINT');
}

const INSERT = `
WITH event AS (
  INSERT INTO "Event" (id, "tenantId", type, "eventId", body, hash, "webhooksNotified", "createdAt")
  SELECT uuid_v7_at(at), $1, CASE WHEN n % 20 = 0 THEN 'user.deleted' ELSE 'order.created' END,
    'old-' || extract(epoch FROM at) || '-' || n, $3, '', 1, at
  FROM (SELECT n, date_trunc('milliseconds', now() - make_interval(secs => 86400 * ($5::float8 - $6::float8 * n / $4))) AS at
    FROM generate_series(1, $4::int) n) made
  RETURNING *
), delivery AS (
  INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", status, "failureReason",
    "lastStatusCode", "attemptCount", "attemptsMade", "changeXid", "createdAt", "updatedAt", "completedAt")
  SELECT uuid_v7_at("createdAt"), "tenantId", id, ($2::uuid[])[1 + n % cardinality($2::uuid[])], type, "eventId",
    CASE WHEN failed THEN 'FAILED' ELSE 'SUCCESS' END::"DeliveryStatus",
    CASE WHEN failed THEN 'ATTEMPTS_EXHAUSTED' END::"DeliveryFailureReason",
    CASE WHEN failed THEN 500 ELSE 200 END, 1, 1, 1, "createdAt", "createdAt", "createdAt" + interval '20 ms'
  FROM (SELECT *, row_number() OVER () AS n, random() < $7::float8 / 100 AS failed FROM event) numbered
  RETURNING *
)
INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs", "requestHead",
  "responseStatusCode", "responseHead", "responseBody")
SELECT id, 1, "tenantId", "createdAt", 20, '', "lastStatusCode", '', 'ok'
FROM delivery`;

const SUM_UP = `
INSERT INTO "DeliveryRollupDelta" ("tenantId", "webhookId", minute, total, success, failed, waiting, latencies)
SELECT "tenantId", "webhookId", date_trunc('minute', "createdAt", 'UTC'), count(*),
  count(*) FILTER (WHERE status = 'SUCCESS'), count(*) FILTER (WHERE status = 'FAILED'), 0,
  coalesce(array_agg(latency_bucket(20)) FILTER (WHERE status = 'SUCCESS'), '{}')
FROM "Delivery" GROUP BY 1, 2, 3`;
