import type { Pool } from 'pg';
import { beforeTheOthers, DUE_AT_ONCE } from './due-time.ts';
import { linesOf, putRight, type ChangedInLine } from './order.ts';
import { transition, type ChangedDelivery } from './transition.ts';

/**
 * Giving claims back: a delivery whose worker is gone waits again, before all else that its webhook
 * has waiting, and has lost none of its attempts. In a line it has lost its turn, which is given anew: an earlier one may have been retried.
 */

const BATCH = 1_000;

const release = (which: string) => `
WITH picked AS (
  SELECT d.id, d.status, d."attemptCount" FROM "Delivery" d
  WHERE d.status = 'SENDING' AND ${which}
  ORDER BY d.id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), ${transition({
  from: 'picked',
  set: `
    status = CASE WHEN d."attemptCount" = 0 THEN 'PENDING'::"DeliveryStatus" ELSE 'RETRYING'::"DeliveryStatus" END,
    "nextAttemptAt" = CASE WHEN d."orderingKey" IS NULL THEN least(${DUE_AT_ONCE}, ${beforeTheOthers('d')}) END, "claimedBy" = NULL, "claimToken" = NULL`,
  returning: ['d."orderingKey"'],
})}
SELECT id, "tenantId", "webhookId", "orderingKey" FROM updated`;

const RELEASE_OF_WORKERS = release(`d."claimedBy" = ANY($1::uuid[])`);
const RELEASE_OF_OTHERS = release(`d."claimedBy" <> $1::uuid`);
const RELEASE_FORGOTTEN = release(
  `d."claimedBy" = $1::uuid AND d."claimToken" <> ALL($2::uuid[]) AND d."updatedAt" < now() - interval '5 seconds'`,
);
const RELEASE_HANDED = release(`d.id = ANY($1::uuid[]) AND d."claimToken" = $2::uuid`);

async function releaseAll(pool: Pool, name: string, text: string, ...values: unknown[]) {
  const changed: ChangedDelivery[] = [];
  for (;;) {
    const { rows } = await pool.query<ChangedInLine>({ name, text, values });
    changed.push(...rows);
    const lines = linesOf(rows);
    if (lines.length > 0) changed.push(...(await putRight(pool, lines, { goesFirst: true })));
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

/** Gives back what was made as claimed under this token and is not sent: its worker is gone, or has no room. */
export function releaseHanded(pool: Pool, token: string, deliveryIds: readonly string[]) {
  return releaseAll(pool, 'release-handed', RELEASE_HANDED, deliveryIds, token);
}
