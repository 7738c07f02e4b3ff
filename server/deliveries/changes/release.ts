import type { Pool } from 'pg';
import { isPausedSql } from '../held-back.ts';
import { DUE_AT_ONCE } from './due-time.ts';
import { linesOf, putRight, type ChangedInLine } from './order.ts';
import { transition, type ChangedDelivery } from './transition.ts';

/**
 * Giving claims back: a delivery whose worker is gone waits again, before all else that its webhook
 * has waiting, and has lost none of its attempts. In a line it has lost its turn, which is given anew: an earlier one may have been retried.
 */

const BATCH = 1_000;

/**
 * When what waits longest of the webhook of `d` came due, and a little earlier: what had its turn already
 * must not wait behind a backlog once more. Null where nothing waits, and where something holds the
 * webhook back, for what is due earlier might pass it.
 */
const BEFORE_THE_OTHERS = `(
  SELECT greatest(d."createdAt", o."nextAttemptAt" - interval '1 millisecond')
  FROM "Delivery" o JOIN "Webhook" w ON w.id = o."webhookId"
  WHERE o."webhookId" = d."webhookId" AND o.status IN ('PENDING', 'RETRYING') AND o."nextAttemptAt" <= now()
    AND w."circuitOpenedAt" IS NULL AND NOT ${isPausedSql('w')}
  ORDER BY o."nextAttemptAt" LIMIT 1)`;

const release = (which: string) => `
WITH picked AS (
  SELECT d.id, d.status, d."attemptCount" FROM "Delivery" d
  WHERE d.status = 'SENDING' AND ${which}
  ORDER BY d.id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), ${transition({
  from: 'picked',
  set: `
    status = CASE WHEN d."attemptCount" = 0 THEN 'PENDING'::"DeliveryStatus" ELSE 'RETRYING'::"DeliveryStatus" END,
    "nextAttemptAt" = CASE WHEN d."orderingKey" IS NULL THEN least(${DUE_AT_ONCE}, ${BEFORE_THE_OTHERS}) END, "claimedBy" = NULL, "claimToken" = NULL`,
  returning: ['d."orderingKey"'],
})}
SELECT id, "tenantId", "webhookId", "orderingKey" FROM updated`;

const RELEASE_OF_WORKERS = release(`d."claimedBy" = ANY($1::uuid[])`);
const RELEASE_OF_OTHERS = release(`d."claimedBy" <> $1::uuid`);
const RELEASE_FORGOTTEN = release(
  `d."claimedBy" = $1::uuid AND d."claimToken" <> ALL($2::uuid[]) AND d."updatedAt" < now() - interval '5 seconds'`,
);

async function releaseAll(pool: Pool, name: string, text: string, ...values: unknown[]) {
  const changed: ChangedDelivery[] = [];
  for (;;) {
    const { rows } = await pool.query<ChangedInLine>({ name, text, values });
    changed.push(...rows);
    const lines = linesOf(rows);
    if (lines.length > 0) changed.push(...(await putRight(pool, lines)));
    if (rows.length < BATCH) return changed;
  }
}

/** Gives back all that these workers hold, in transactions of 1,000. */
export function releaseClaimsOf(pool: Pool, workerIds: readonly string[]) {
  return releaseAll(pool, 'release-of-workers', RELEASE_OF_WORKERS, workerIds);
}

/** Gives back all that anyone but this worker holds: for a worker that is alone by design. */
export function releaseClaimsOfOthers(pool: Pool, workerId: string) {
  return releaseAll(pool, 'release-of-others', RELEASE_OF_OTHERS, workerId);
}

/**
 * Gives back what a worker is said to hold and does not: claims whose answer was lost on the
 * way, or whose attempt could not be put on record.
 */
export function releaseForgottenClaims(
  pool: Pool,
  workerId: string,
  heldTokens: readonly string[],
) {
  return releaseAll(pool, 'release-forgotten', RELEASE_FORGOTTEN, workerId, heldTokens);
}
