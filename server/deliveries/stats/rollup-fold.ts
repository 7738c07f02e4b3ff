import type { Pool } from 'pg';
import { ADVISORY_LOCKS } from '../../database/advisory-locks.ts';
import { NIL_UUID } from '../../domain/identifiers.ts';

/** The webhook id of the rollups that hold a tenant's sums over all its webhooks. */
export const ALL_WEBHOOKS = NIL_UUID;

/** Deltas that one fold moves by default: some tens of milliseconds of work. */
const DEFAULT_LIMIT = 4_000;

/*
 * Each delta counts in six rollups: minute, hour and day, of its webhook and of its tenant; and in
 * those of its customer, where it has one.
 * Latencies are summed by bucket first, for a delta may list hundreds. An array is written as
 * text, with a zero for each bucket that lies between two that are not empty: PostgreSQL has no
 * aggregate that fills gaps.
 */
const FOLD = `
WITH gate AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock($2::bigint) AS entered
), moved AS (
  DELETE FROM "DeliveryRollupDelta" WHERE id IN (
    SELECT id FROM "DeliveryRollupDelta" WHERE (SELECT entered FROM gate) ORDER BY id LIMIT $1::int
  )
  RETURNING "tenantId", "webhookId", "customerId", minute, total, success, failed, waiting, latencies
), by_minute AS (
  SELECT "tenantId", "webhookId", "customerId", minute, sum(total) AS total, sum(success) AS success,
    sum(failed) AS failed, sum(waiting) AS waiting
  FROM moved GROUP BY 1, 2, 3, 4
), bucket_by_minute AS (
  SELECT "tenantId", "webhookId", "customerId", minute, greatest(entry, -1 - entry) AS bucket,
    sum(CASE WHEN entry < 0 THEN -1 ELSE 1 END) AS n
  FROM moved CROSS JOIN LATERAL unnest(latencies) AS entry
  GROUP BY 1, 2, 3, 4, 5
), level AS (
  SELECT * FROM (VALUES
    ('MINUTE'::"RollupLevel", 'minute'), ('HOUR', 'hour'), ('DAY', 'day')
  ) AS level(level, unit)
), counted AS (
  SELECT m."tenantId", l.level, owner.id AS "webhookId", date_trunc(l.unit, m.minute, 'UTC') AS start,
    sum(total) AS total, sum(success) AS success, sum(failed) AS failed, sum(waiting) AS waiting
  FROM by_minute m CROSS JOIN level l
  CROSS JOIN LATERAL (VALUES (m."webhookId"), ($3::uuid), (nullif(m."customerId", $3::uuid))) AS owner(id)
  WHERE owner.id IS NOT NULL
  GROUP BY 1, 2, 3, 4
), bucketed AS (
  SELECT m."tenantId", l.level, owner.id AS "webhookId", date_trunc(l.unit, m.minute, 'UTC') AS start,
    bucket, sum(n) AS n
  FROM bucket_by_minute m CROSS JOIN level l
  CROSS JOIN LATERAL (VALUES (m."webhookId"), ($3::uuid), (nullif(m."customerId", $3::uuid))) AS owner(id)
  WHERE owner.id IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5
), spaced AS (
  SELECT *, bucket - 1 - lag(bucket, 1, -1) OVER (
    PARTITION BY "tenantId", level, "webhookId", start ORDER BY bucket
  ) AS gap
  FROM bucketed
), histogram AS (
  SELECT "tenantId", level, "webhookId", start,
    ('{' || string_agg(repeat('0,', gap) || n, ',' ORDER BY bucket) || '}')::int[] AS latencies
  FROM spaced GROUP BY 1, 2, 3, 4
), folded AS (
  INSERT INTO "DeliveryRollup" AS r
    ("tenantId", level, "webhookId", start, total, success, failed, waiting, latencies)
  SELECT "tenantId", level, "webhookId", start, total, success, failed, waiting,
    coalesce(latencies, '{}')
  FROM counted LEFT JOIN histogram USING ("tenantId", level, "webhookId", start)
  ORDER BY 1, 2, 3, 4
  ON CONFLICT ("tenantId", level, "webhookId", start) DO UPDATE SET
    total = r.total + excluded.total,
    success = r.success + excluded.success,
    failed = r.failed + excluded.failed,
    waiting = r.waiting + excluded.waiting,
    latencies = coalesce((
      SELECT array_agg(coalesce(kept, 0) + coalesce(added, 0) ORDER BY place)
      FROM unnest(r.latencies, excluded.latencies) WITH ORDINALITY AS pair(kept, added, place)
    ), '{}')
)
SELECT count(*)::int AS moved FROM moved`;

/**
 * Moves sums that batches have appended ("DeliveryRollupDelta") into the rollups, in one
 * statement and so in one transaction: a reader sees each sum in one of the two places. Where
 * another process is at it, nothing is done.
 *
 * @param limit deltas to move at most.
 * @returns how many were moved; as many as `limit` means that there may be more.
 */
export async function foldRollups(
  pool: Pool,
  { limit = DEFAULT_LIMIT }: { limit?: number } = {},
): Promise<number> {
  const { rows } = await pool.query<{ moved: number }>({
    name: 'fold-rollups',
    text: FOLD,
    values: [limit, ADVISORY_LOCKS.fold, ALL_WEBHOOKS],
  });
  return rows[0]?.moved ?? 0;
}
