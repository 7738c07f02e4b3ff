import type { Pool } from 'pg';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery-states.ts';
import type { Announcer } from '../../feed/contract.ts';
import { transition, type ChangedDelivery } from './transition.ts';

const BATCH = 1_000;

/* What a worker claims at this moment is left to it: claiming and recording look at the webhook too. */
const FAIL_WAITING = `
WITH picked AS (
  SELECT d.id, d.status, d."attemptCount" FROM "Delivery" d
  WHERE d."webhookId" = $1::uuid AND d.status IN ('PENDING', 'RETRYING')
  ORDER BY d."nextAttemptAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), ${transition({
  from: 'picked',
  set: `
    status = 'FAILED', "failureReason" = $2::"DeliveryFailureReason", "nextAttemptAt" = NULL, "completedAt" = now()`,
})}
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
