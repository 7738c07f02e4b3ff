import type { Pool } from 'pg';
import { unhurried } from '../database/unhurried.ts';
import { lowestIdAt, NIL_UUID } from '../domain/identifiers.ts';

const BATCH = 500;
const DAY_MS = 86_400_000;

/*
 * An id holds the time at which its row was made, and what was made before the cut-off had mostly ended
 * before it: the index by tenant, status and id finds it without one on "completedAt".
 */
const DELETE_DELIVERIES = `
WITH old AS (
  SELECT d.id FROM "Delivery" d
  WHERE d."tenantId" = $1::uuid AND d.status = $2::"DeliveryStatus" AND d.id > $3::uuid AND d.id < $4::uuid
    AND d."completedAt" < $5::timestamptz
  ORDER BY d.id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), attempts AS (
  DELETE FROM "DeliveryAttempt" a USING old WHERE a."deliveryId" = old.id
), gone AS (
  DELETE FROM "Delivery" d USING old WHERE d.id = old.id
)
SELECT id FROM old ORDER BY id`;

const DELETE_EVENTS = `
WITH page AS (
  SELECT e.id FROM "Event" e
  WHERE e."tenantId" = $1::uuid AND e.id > $2::uuid AND e.id < $3::uuid
  ORDER BY e.id LIMIT ${BATCH}
), gone AS (
  DELETE FROM "Event" e USING page
  WHERE e.id = page.id AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."eventRef" = page.id)
)
SELECT id FROM page ORDER BY id`;

const DELETE_WEBHOOKS = `
WITH gone AS (
  DELETE FROM "Webhook" w
  WHERE w."deletedAt" < $1::timestamptz AND NOT EXISTS (SELECT 1 FROM "Delivery" d WHERE d."webhookId" = w.id)
  RETURNING w.id
)
DELETE FROM "RateWindow" r USING gone WHERE r."webhookId" = gone.id`;

/** What kept back events that were deleted. */
const DELETE_FILTERS = `DELETE FROM "WebhookFilter" WHERE "replacedAt" < $1::timestamptz`;

/** Of those that have ended nothing else is left. */
const DELETE_RECOVERIES = `DELETE FROM "Recovery" WHERE "isSettled" AND "completedAt" < $1::timestamptz`;

/** Sums go with what they counted; two days more than the deliveries, which end after they were made. */
const DELETE_ROLLUPS = `DELETE FROM "DeliveryRollup" WHERE level = $1::"RollupLevel" AND start < $2::timestamptz`;

/**
 * Deletes what ended more than `retentionDays` ago, with its attempts, then events that have no
 * delivery left; what has not ended stays, however old. Batches of 500, each a short transaction
 * of its own, with a rest after each.
 *
 * @returns how many deliveries were deleted.
 */
export async function deleteExpired(
  pool: Pool,
  retentionDays: number,
  signal: AbortSignal,
): Promise<number> {
  const cutoff = new Date(Date.now() - retentionDays * DAY_MS);
  const before = lowestIdAt(cutoff.getTime());
  const tenants = await pool.query<{ id: string }>('SELECT id FROM "Tenant" ORDER BY id');
  let deleted = 0;
  for (const { id: tenantId } of tenants.rows) {
    for (const status of ['SUCCESS', 'FAILED']) {
      deleted += await inPages(pool, DELETE_DELIVERIES, signal, (after) => [
        tenantId,
        status,
        after,
        before,
        cutoff,
      ]);
    }
    await inPages(pool, DELETE_EVENTS, signal, (after) => [tenantId, after, before]);
  }
  await pool.query(DELETE_WEBHOOKS, [cutoff]);
  await pool.query(DELETE_FILTERS, [cutoff]);
  await pool.query(DELETE_RECOVERIES, [cutoff]);
  const sumsBefore = new Date(cutoff.getTime() - 2 * DAY_MS);
  for (const level of ['MINUTE', 'HOUR', 'DAY']) {
    await pool.query(DELETE_ROLLUPS, [level, sumsBefore]);
  }
  return deleted;
}

/** Runs a statement page by page, each after the last id of the one before. */
async function inPages(
  pool: Pool,
  text: string,
  signal: AbortSignal,
  values: (after: string) => unknown[],
): Promise<number> {
  let after = NIL_UUID;
  let count = 0;
  while (!signal.aborted) {
    const { rows } = await unhurried(() => pool.query<{ id: string }>(text, values(after)), signal);
    const last = rows.at(-1);
    if (last === undefined) break;
    count += rows.length;
    after = last.id;
  }
  return count;
}
