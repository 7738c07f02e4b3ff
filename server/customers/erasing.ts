import type { Pool } from 'pg';

import { NEXT_XID, OLDEST_XID } from '../database/transaction-ids.ts';
import { unhurried } from '../database/unhurried.ts';
import { NIL_UUID } from '../domain/identifiers.ts';
import { ofACustomer } from './row.ts';

/**
 * Deleting the rows of customers that were erased: in short transactions of their own, with a rest
 * after each, so that no one notices. Nothing is remembered: whoever takes it up after a kill deletes
 * what is left. The customer's own row goes last.
 */

const BATCH = 500;
const CHANGES_IN_BATCH = 5_000;

interface Erased {
  id: string;
  tenantId: string;
  /** Whether all that was under way as it was erased has ended: nothing can be added any more. */
  isSettled: boolean;
}

/* A transaction that is yet to come was another cluster's, from whose dump this one was restored: it ended there. */
const ERASED = `
SELECT id, "tenantId", "erasedXid" < ${OLDEST_XID} OR "erasedXid" >= ${NEXT_XID} AS "isSettled"
FROM "Customer" WHERE "erasedAt" IS NOT NULL ORDER BY id LIMIT 100`;

/* What is being recorded at this moment is left for the next time. */
const DELIVERIES = `
WITH picked AS (
  SELECT d.id FROM "Delivery" d
  WHERE d."customerId" = $1::uuid AND ${ofACustomer('d')}
  ORDER BY d."customerId", d.status, d.id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), attempts AS (
  DELETE FROM "DeliveryAttempt" a USING picked WHERE a."deliveryId" = picked.id
), gone AS (
  DELETE FROM "Delivery" d USING picked WHERE d.id = picked.id
)
SELECT count(*)::int AS count FROM picked`;

const EVENTS = `
WITH picked AS (
  SELECT e.id FROM "Event" e
  WHERE e."customerId" = $1::uuid AND ${ofACustomer('e')}
    AND NOT EXISTS (SELECT FROM "Delivery" d WHERE d."eventRef" = e.id)
  ORDER BY e."customerId", e.id LIMIT ${BATCH}
), gone AS (
  DELETE FROM "Event" e USING picked WHERE e.id = picked.id
)
SELECT count(*)::int AS count FROM picked`;

const WEBHOOKS = `
WITH picked AS (
  SELECT w.id FROM "Webhook" w
  WHERE w."tenantId" = $2::uuid AND w."customerId" = $1::uuid
    AND NOT EXISTS (SELECT FROM "Delivery" d WHERE d."webhookId" = w.id)
  ORDER BY w.id LIMIT ${BATCH}
), sums AS (
  DELETE FROM "DeliveryRollup" r USING picked, unnest(enum_range(NULL::"RollupLevel")) AS each(level)
  WHERE r."tenantId" = $2::uuid AND r.level = each.level AND r."webhookId" = picked.id
), windows AS (
  DELETE FROM "RateWindow" r USING picked WHERE r."webhookId" = picked.id
), filters AS (
  DELETE FROM "WebhookFilter" f USING picked WHERE f."webhookId" = picked.id
), gone AS (
  DELETE FROM "Webhook" w USING picked WHERE w.id = picked.id
)
SELECT count(*)::int AS count FROM picked`;

const SUMS = `
WITH gone AS (
  DELETE FROM "DeliveryRollup" r USING unnest(enum_range(NULL::"RollupLevel")) AS each(level)
  WHERE r."tenantId" = $2::uuid AND r.level = each.level AND r."webhookId" = $1::uuid
  RETURNING 1
)
SELECT count(*)::int AS count FROM gone`;

/* Sums that were not folded are the tenant's too: the fold moves them, and they are deleted then. */
const IS_EMPTY = `
SELECT NOT EXISTS (SELECT FROM "DeliveryRollupDelta" WHERE "tenantId" = $2::uuid AND "customerId" = $1::uuid)
  AND NOT EXISTS (SELECT FROM "Delivery" d
    WHERE d."customerId" = $1::uuid AND ${ofACustomer('d')})
  AND NOT EXISTS (SELECT FROM "Event" e
    WHERE e."customerId" = $1::uuid AND ${ofACustomer('e')})
  AND NOT EXISTS (SELECT FROM "Webhook" WHERE "tenantId" = $2::uuid AND "customerId" = $1::uuid) AS "isEmpty"`;

/* The log holds only ids of deliveries: those that were deleted are found by looking up each. */
const CHANGES = `
WITH page AS (
  SELECT c.xid, c."deliveryId", c.version FROM "DeliveryChange" c
  WHERE c."tenantId" = $1::uuid AND (c.xid, c."deliveryId", c.version) > ($2::bigint, $3::uuid, $4::int)
  ORDER BY c.xid, c."deliveryId", c.version LIMIT ${CHANGES_IN_BATCH}
), gone AS (
  DELETE FROM "DeliveryChange" c USING page
  WHERE c."tenantId" = $1::uuid AND c.xid = page.xid AND c."deliveryId" = page."deliveryId" AND c.version = page.version
    AND NOT EXISTS (SELECT FROM "Delivery" d WHERE d.id = page."deliveryId")
)
SELECT xid, "deliveryId", version FROM page ORDER BY xid DESC, "deliveryId" DESC, version DESC LIMIT 1`;

/**
 * Deletes what there is of erased customers.
 * @returns how many of them are gone for good.
 */
export async function deleteErased(pool: Pool, signal: AbortSignal): Promise<number> {
  const { rows: erased } = await pool.query<Erased>(ERASED);
  let gone = 0;
  for (const customer of erased) {
    const values = [customer.id, customer.tenantId];
    await inBatches(pool, DELIVERIES, [customer.id], signal);
    await inBatches(pool, EVENTS, [customer.id], signal);
    await inBatches(pool, WEBHOOKS, values, signal);
    await inBatches(pool, SUMS, values, signal);
    if (signal.aborted || !customer.isSettled) continue;
    const { rows } = await pool.query<{ isEmpty: boolean }>(IS_EMPTY, values);
    if (rows[0]?.isEmpty !== true) continue;
    // What the fold has moved since.
    await inBatches(pool, SUMS, values, signal);
    await deleteChanges(pool, customer.tenantId, signal);
    if (signal.aborted) continue;
    await pool.query('DELETE FROM "Customer" WHERE id = $1::uuid', [customer.id]);
    gone += 1;
  }
  return gone;
}

/** Runs a statement until it finds nothing. */
async function inBatches(
  pool: Pool,
  text: string,
  values: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await unhurried(
      () => pool.query<{ count: number }>(text, [...values]),
      signal,
    );
    if ((rows[0]?.count ?? 0) === 0) return;
  }
}

async function deleteChanges(pool: Pool, tenantId: string, signal: AbortSignal): Promise<void> {
  let after: [bigint, string, number] = [0n, NIL_UUID, 0];
  while (!signal.aborted) {
    const { rows } = await unhurried(
      () =>
        pool.query<{ xid: bigint; deliveryId: string; version: number }>(CHANGES, [
          tenantId,
          ...after,
        ]),
      signal,
    );
    const [last] = rows;
    if (last === undefined) return;
    after = [last.xid, last.deliveryId, last.version];
  }
}
