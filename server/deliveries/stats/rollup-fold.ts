import type { Pool } from 'pg';
import { ADVISORY_LOCKS } from '../../database/advisory-locks.ts';
import { unhurried } from '../../database/unhurried.ts';
import { NIL_UUID } from '../../domain/identifiers.ts';

/** The webhook id of the rollups that hold a tenant's sums over all its webhooks. */
export const ALL_WEBHOOKS = NIL_UUID;

/** Deltas that one fold moves by default: some tens of milliseconds of work. */
const DEFAULT_LIMIT = 4_000;

/*
 * Each delta counts in six rollups: minute, hour and day, of its webhook and of its tenant; and in
 * those of its customer, where it has one. To write those is most of the work, so deltas are taken by their
 * webhooks: all that there are of one are added up before.
 * Latencies are summed by bucket first, for a delta may list hundreds. An array is written as
 * text, with a zero for each bucket that lies between two that are not empty: PostgreSQL has no
 * aggregate that fills gaps.
 */
const FOLD = `
WITH gate AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock($2::bigint) AS entered
), moved AS (
  -- Nobody else deletes or changes one, so that they can be named by their places.
  DELETE FROM "DeliveryRollupDelta" WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM "DeliveryRollupDelta"
    WHERE (SELECT entered FROM gate) AND ("tenantId", "webhookId") >= ($4::uuid, $5::uuid)
    ORDER BY "tenantId", "webhookId" LIMIT $1::int
  ))
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
    latencies = CASE WHEN excluded.latencies = '{}' THEN r.latencies ELSE coalesce((
      SELECT array_agg(coalesce(kept, 0) + coalesce(added, 0) ORDER BY place)
      FROM unnest(r.latencies, excluded.latencies) WITH ORDINALITY AS pair(kept, added, place)
    ), '{}') END
), reached AS (
  SELECT "tenantId", "webhookId" FROM moved ORDER BY 1 DESC, 2 DESC LIMIT 1
)
SELECT (SELECT count(*)::int FROM moved) AS moved, "tenantId", "webhookId"
FROM (VALUES (1)) one LEFT JOIN reached ON true`;

/** Where among the deltas a fold goes on: those of a tenant's webhook, and all behind them. */
export interface FoldPlace {
  tenantId: string;
  webhookId: string;
}

const START: FoldPlace = { tenantId: NIL_UUID, webhookId: NIL_UUID };

interface FoldRow {
  moved: number;
  tenantId: string | null;
  webhookId: string | null;
}

export interface Folded {
  /** How many were moved. */
  moved: number;
  /** Where there may be more; null where all were moved, or another process is at it. */
  next: FoldPlace | null;
}

/**
 * Moves sums that batches have appended ("DeliveryRollupDelta") into the rollups, in one
 * statement and so in one transaction: a reader sees each sum in one of the two places. Where
 * another process is at it, nothing is done.
 *
 * @param limit deltas to move at most.
 * @param from where to begin: `next` of the fold before it, or at the start if omitted.
 */
export async function foldRollups(
  pool: Pool,
  { limit = DEFAULT_LIMIT, from = START }: { limit?: number; from?: FoldPlace } = {},
): Promise<Folded> {
  const { rows } = await pool.query<FoldRow>({
    name: 'fold-rollups',
    text: FOLD,
    values: [limit, ADVISORY_LOCKS.fold, ALL_WEBHOOKS, from.tenantId, from.webhookId],
  });
  const { moved, tenantId = null, webhookId = null } = rows[0] ?? { moved: 0 };
  const isMore = moved === limit && tenantId !== null && webhookId !== null;
  return { moved, next: isMore ? { tenantId, webhookId } : null };
}

/** A round that has moved so many has fallen behind: it does not rest any more. */
const MANY = 20_000;

/**
 * Moves all sums that there are, each webhook's once, in many short transactions: a long one would hold the feed
 * up. It rests in between, so that where sums come fast, more of them are added up before they are written.
 * @param limit deltas of one transaction.
 */
export async function foldAll(
  pool: Pool,
  { limit, signal }: { limit: number; signal?: AbortSignal },
): Promise<void> {
  let from: FoldPlace | null = START;
  let moved = 0;
  while (from !== null && signal?.aborted !== true) {
    const place: FoldPlace = from;
    const fold = () => foldRollups(pool, { limit, from: place });
    const folded: Folded = await (moved < MANY ? unhurried(fold, signal) : fold());
    moved += folded.moved;
    from = folded.next;
  }
}
