import type { Pool } from 'pg';
import type { DeliveryFailureReason } from '../domain/delivery-states.ts';
import type { Announcer } from '../feed/contract.ts';
import { CURRENT_XID, LOG_CHANGES, RETURNED_CHANGE, type ChangedDelivery } from './change.ts';

const BATCH = 1_000;

/* What a worker claims at this moment is left to it: claiming and recording look at the webhook too. */
const FAIL_WAITING = `
WITH picked AS (
  SELECT d.id, d.status FROM "Delivery" d
  WHERE d."webhookId" = $1::uuid AND d.status IN ('PENDING', 'RETRYING')
  ORDER BY d."nextAttemptAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), updated AS (
  UPDATE "Delivery" d SET
    status = 'FAILED', "failureReason" = $2::"DeliveryFailureReason", "nextAttemptAt" = NULL, "completedAt" = now(),
    version = d.version + 1, "changeXid" = ${CURRENT_XID}, "updatedAt" = now()
  FROM picked p WHERE d.id = p.id
  RETURNING ${RETURNED_CHANGE}, d."attemptCount"
), logged AS (${LOG_CHANGES}
), summed AS (
  INSERT INTO "DeliveryRollupDelta" ("tenantId", "webhookId", minute, total, success, failed, waiting, latencies)
  SELECT "tenantId", "webhookId", date_trunc('minute', "createdAt", 'UTC'), 0, 0, count(*),
    -count(*) FILTER (WHERE "attemptCount" > 0), '{}'
  FROM updated WHERE NOT "isTest" GROUP BY 1, 2, 3
)
SELECT id, "tenantId", "webhookId" FROM updated`;

/**
 * Ends all of a webhook's deliveries that wait for an attempt, in short transactions of
 * 1,000, and announces each.
 */
export async function failWaiting(
  pool: Pool,
  input: { webhookId: string; reason: DeliveryFailureReason },
  announcer: Announcer,
): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<ChangedDelivery>({
      name: 'fail-waiting',
      text: FAIL_WAITING,
      values: [input.webhookId, input.reason],
    });
    announcer.announce(rows.map(({ tenantId }) => tenantId));
    if (rows.length < BATCH) return;
  }
}
