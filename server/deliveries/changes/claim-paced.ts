import type { Pool } from 'pg';
import {
  CLAIM_COLUMNS,
  claiming,
  claimValues,
  longestDue,
  toClaim,
  type Claim,
  type Claimer,
  type ClaimRow,
  type Room,
} from './claim.ts';
import { webhookOf } from '../webhook-of.ts';

/**
 * Claiming for webhooks with a rate limit: at most so many attempts in any window, over all workers. Who
 * claims holds the lock of the webhook's window, in which the attempts are written that were claimed.
 *
 * After a rest the whole limit may be claimed at once. From then on, attempts follow each other at even
 * distances, the first one window after the first of those: bursts that repeat would meet at a receiver, for
 * no two requests take equally long. (So the schedule of the generic cell rate algorithm, ITU-T I.371,
 * behind a window.) Each is written at the time when it could have come, up to {@link LATE} before it did: what
 * wake-ups cost does not add up, and the rate is reached. After half a window without any, that is over.
 */
const LATE = `least(rate.per / 20, interval '0.5 s')`;

/** Claims so close to each other are written as one, at the time of the first. */
const GRAIN = 'a.per / 200';

/** What waits for the next moment of a pace is held by it, though the moment may just have come. */
const HELD = `interval '100 ms'`;

const CLAIM_PACED = `
WITH locked AS MATERIALIZED (
  SELECT r.* FROM "RateWindow" r WHERE r."webhookId" = ANY($3::uuid[]) ORDER BY r."webhookId" FOR UPDATE
), timed AS MATERIALIZED (
  -- Above the lock: the wait for it has passed.
  SELECT l.*, clock_timestamp() AS at FROM locked l
), allowance AS MATERIALIZED (
  SELECT t."webhookId", t.at, t."fullUntil", rate.*, inside.*, pace.at AS "paceAt",
    greatest(0, least(wanted.room, rate.attempts - inside.used,
      CASE WHEN pace.at <= t.at
        THEN 1 + floor(extract(epoch FROM t.at - pace.at) / extract(epoch FROM rate.per) * rate.attempts)::int
        WHEN pace.at > t.at THEN 0 END)) AS most
  FROM timed t JOIN unnest($3::uuid[], $4::int[]) AS wanted("webhookId", room) USING ("webhookId")
  ${webhookOf('t')}
  CROSS JOIN LATERAL (
    SELECT w."rateAttempts" AS attempts, make_interval(secs => w."ratePerSeconds") AS per
  ) rate
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.count), 0)::int AS used, coalesce(array_agg(g.time ORDER BY g.place), '{}') AS times,
      coalesce(array_agg(g.count ORDER BY g.place), '{}') AS counts
    FROM unnest(t.times, t.counts) WITH ORDINALITY AS g(time, count, place) WHERE g.time > t.at - rate.per
  ) inside
  CROSS JOIN LATERAL (
    SELECT CASE WHEN t."paceAt" > t.at - rate.per / 2 THEN greatest(t."paceAt", t.at - ${LATE}) END AS at
  ) pace
  WHERE rate.attempts IS NOT NULL
), ${claiming(`
  SELECT due.* FROM allowance a JOIN "Webhook" w ON w.id = a."webhookId"
  CROSS JOIN LATERAL (${longestDue('a.most')}) due`)}, granted AS (
  SELECT u."webhookId", count(*)::int AS count FROM updated u WHERE u.status = 'SENDING' GROUP BY 1
), booked AS (
  SELECT a."webhookId", a."fullUntil" AS "wasFullUntil", g.count AS granted, after.times, after.counts, next.*
  FROM allowance a LEFT JOIN granted g USING ("webhookId")
  CROSS JOIN LATERAL (SELECT cardinality(a.times) AS last, greatest(a.times[cardinality(a.times)], coalesce(a."paceAt", a.at)) AS at) entry
  CROSS JOIN LATERAL (
    SELECT a.times AS times, a.counts AS counts WHERE g.count IS NULL
    UNION ALL SELECT a.times, a.counts[:last - 1] || (a.counts[last] + g.count)
    WHERE g.count IS NOT NULL AND entry.at - a.times[last] < ${GRAIN}
    UNION ALL SELECT a.times || entry.at, a.counts || g.count
    WHERE g.count IS NOT NULL AND (last = 0 OR entry.at - a.times[last] >= ${GRAIN})
  ) after
  CROSS JOIN LATERAL (
    -- When a window is full: the time at which its first attempt leaves it.
    SELECT CASE WHEN a.used + coalesce(g.count, 0) >= a.attempts THEN after.times[1] + a.per END AS "leavesAt"
  ) leaving
  CROSS JOIN LATERAL (
    SELECT CASE WHEN a."paceAt" IS NULL THEN "leavesAt"
      ELSE a."paceAt" + a.per * (coalesce(g.count, 0)::float8 / a.attempts) END AS "paceAt"
  ) paced
  CROSS JOIN LATERAL (SELECT paced."paceAt", greatest(paced."paceAt", "leavesAt") AS "nextAt") next
), kept AS (
  UPDATE "RateWindow" r SET times = b.times, counts = b.counts, "paceAt" = b."paceAt", "fullUntil" = b."nextAt" + ${HELD}
  FROM booked b
  WHERE r."webhookId" = b."webhookId" AND (b.granted > 0 OR b."wasFullUntil" IS NULL AND b."nextAt" IS NOT NULL)
)
SELECT b."webhookId" AS "pacedWebhookId",
  CASE WHEN b."nextAt" IS NOT NULL AND (b.granted > 0 OR b."nextAt" > clock_timestamp())
    THEN greatest(0, extract(epoch FROM b."nextAt" - clock_timestamp())::float8 * 1000) END AS "freeInMs",
  claimed.*
FROM booked b LEFT JOIN (
  SELECT ${CLAIM_COLUMNS} FROM updated u JOIN "Event" e ON e.id = u."eventRef"
) claimed ON claimed."webhookId" = b."webhookId"`;

/** How much of a webhook's limit is used. */
export interface UsedLimit {
  webhookId: string;
  /** Milliseconds until the next attempt may be claimed; null where nothing more waits for that. */
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
    values: claimValues(claimer, wanted, holdSeconds),
  };
}
