import type { Pool } from 'pg';
import { plainArray } from '../../database/array-text.ts';
import { heldBack } from '../held-back.ts';
import {
  CLAIM_COLUMNS,
  claiming,
  DUE,
  NOT_ERASED,
  toClaim,
  type Claim,
  type Claimer,
  type ClaimRow,
  type Room,
} from './claim.ts';

/**
 * Claiming for webhooks with a rate limit: at most so many attempts in any window, over all workers. Who
 * claims holds the lock of the webhook's window, in which the attempts are written that were claimed.
 *
 * To one hundredth of the window: claims that follow each other within half of that are written as one,
 * at the time of the first; and a claim that comes up to as much later than it could have come is
 * written at the time when it could. So what a wake-up costs does not add up, and the rate is reached.
 */
const TOLERANCE = 'a.per / 200';

/** The newest time that is written. */
const LAST = 'a.times[cardinality(a.times)]';

const CLAIM_PACED = `
WITH locked AS MATERIALIZED (
  SELECT r.* FROM "RateWindow" r WHERE r."webhookId" = ANY($3::uuid[]) ORDER BY r."webhookId" FOR UPDATE
), timed AS MATERIALIZED (
  -- Above the lock: the wait for it has passed.
  SELECT l.*, clock_timestamp() AS at FROM locked l
), allowance AS MATERIALIZED (
  SELECT t."webhookId", t.at, t."fullUntil", w.attempts, w.per, inside.*,
    greatest(0, least(wanted.room, w.attempts - inside.used)) AS most
  FROM timed t JOIN unnest($3::uuid[], $4::int[]) AS wanted("webhookId", room) USING ("webhookId")
  CROSS JOIN LATERAL (
    SELECT w."rateAttempts" AS attempts, make_interval(secs => w."ratePerSeconds") AS per
    FROM "Webhook" w WHERE w.id = t."webhookId" AND w."rateAttempts" IS NOT NULL
  ) w
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.count) FILTER (WHERE g.time > t.at - w.per), 0)::int AS used,
      coalesce(array_agg(g.time ORDER BY g.place) FILTER (WHERE g.time > t.at - w.per), '{}') AS times,
      coalesce(array_agg(g.count ORDER BY g.place) FILTER (WHERE g.time > t.at - w.per), '{}') AS counts,
      max(g.time) FILTER (WHERE g.time <= t.at - w.per) + w.per AS "freedAt"
    FROM unnest(t.times, t.counts) WITH ORDINALITY AS g(time, count, place)
  ) inside
), ${claiming(`
  SELECT due.* FROM allowance a JOIN "Webhook" w ON w.id = a."webhookId"
  CROSS JOIN LATERAL (
    SELECT d.id, d.status, d."attemptCount", d."webhookId", d."isTest"
    FROM "Delivery" d WHERE d."webhookId" = a."webhookId" AND ${DUE}
      AND d."nextAttemptAt" <= now() - ${heldBack('$5::float8')}
      AND ${NOT_ERASED}
    ORDER BY d."nextAttemptAt" LIMIT a.most FOR UPDATE SKIP LOCKED
  ) due`)}, granted AS (
  SELECT u."webhookId", count(*)::int AS count FROM updated u WHERE u.status = 'SENDING' GROUP BY 1
), booked AS (
  SELECT a."webhookId", a."fullUntil" AS "wasFullUntil", coalesce(g.count, 0) AS granted,
    CASE WHEN g.count IS NULL OR how."isSame" THEN a.times ELSE a.times || how.at END AS times,
    CASE WHEN g.count IS NULL THEN a.counts
         WHEN how."isSame" THEN a.counts[:cardinality(a.counts) - 1] || (a.counts[cardinality(a.counts)] + g.count)
         ELSE a.counts || g.count END AS counts,
    a.used + coalesce(g.count, 0) >= a.attempts AS "isFull", a.per
  FROM allowance a LEFT JOIN granted g USING ("webhookId")
  CROSS JOIN LATERAL (SELECT greatest(${LAST}, a.at - ${TOLERANCE}, least(a.at, a."freedAt")) AS "couldBe") could
  CROSS JOIN LATERAL (
    SELECT CASE WHEN a."freedAt" IS NULL THEN a.at ELSE could."couldBe" END AS at,
      coalesce((CASE WHEN a."freedAt" IS NULL THEN a.at ELSE could."couldBe" END) - ${LAST} < ${TOLERANCE}, false) AS "isSame"
  ) how
), kept AS (
  UPDATE "RateWindow" r SET times = b.times, counts = b.counts,
    "fullUntil" = CASE WHEN b."isFull" THEN b.times[1] + b.per END
  FROM booked b
  WHERE r."webhookId" = b."webhookId"
    AND (b.granted > 0 OR b."wasFullUntil" IS DISTINCT FROM (CASE WHEN b."isFull" THEN b.times[1] + b.per END)::timestamptz(3))
)
SELECT b."webhookId" AS "pacedWebhookId",
  CASE WHEN b."isFull" THEN extract(epoch FROM b.times[1] + b.per - clock_timestamp())::float8 * 1000 END AS "freeInMs",
  claimed.*
FROM booked b LEFT JOIN (
  SELECT ${CLAIM_COLUMNS} FROM updated u JOIN "Event" e ON e.id = u."eventRef"
) claimed ON claimed."webhookId" = b."webhookId"`;

/** How much of a webhook's limit is used. */
export interface UsedLimit {
  webhookId: string;
  /** Milliseconds until the next attempt may be claimed; null where one may be at once. */
  freeInMs: number | null;
}

interface PacedRow extends ClaimRow {
  pacedWebhookId: string;
  freeInMs: number | null;
  /** This and what follows is null where nothing was claimed of the webhook. */
  id: string;
}

/**
 * Claims what is due longest of each of the given webhooks that has a rate limit, as far as the limit lets it.
 * One statement.
 * @param holdSeconds as in claimDue.
 * @returns what was claimed, and each webhook that has a limit; those that have none are left out.
 */
export async function claimPaced(
  pool: Pool,
  claimer: Claimer,
  wanted: readonly Room[],
  holdSeconds: number,
): Promise<Claim & { limits: UsedLimit[] }> {
  const { rows } = await pool.query<PacedRow>(claimPacedQuery(claimer, wanted, holdSeconds));
  const limits = new Map(rows.map((row) => [row.pacedWebhookId, row.freeInMs]));
  // The driver knows no better: a row without an id is of a webhook of which nothing was claimed.
  const found = rows.filter(({ id }: { id: string | null }) => id !== null);
  return {
    ...toClaim(found, claimer),
    limits: Array.from(limits, ([webhookId, freeInMs]) => ({ webhookId, freeInMs })),
  };
}

/** The statement of {@link claimPaced}, for its plan to be looked at. */
export function claimPacedQuery(claimer: Claimer, wanted: readonly Room[], holdSeconds: number) {
  return {
    name: 'claim-paced',
    text: CLAIM_PACED,
    values: [
      claimer.workerId,
      claimer.token,
      plainArray(wanted.map((entry) => entry.webhookId)),
      plainArray(wanted.map((entry) => entry.room)),
      holdSeconds,
    ],
  };
}
