import type { Pool } from 'pg';
import { heldBack } from './held-back.ts';

/*
 * Steps from webhook to webhook through Delivery_due_idx: one probe for each webhook that has
 * something waiting, however much that is. An endpoint with a million waiting deliveries hides
 * no other. What an open circuit holds back is not due.
 */
const DUE_WEBHOOKS = `
WITH RECURSIVE earliest AS (
  (SELECT d."webhookId", d."nextAttemptAt" FROM "Delivery" d
   WHERE d.status IN ('PENDING', 'RETRYING') AND d."webhookId" > $1::uuid
   ORDER BY d."webhookId", d."nextAttemptAt" LIMIT 1)
  UNION ALL
  SELECT next.* FROM earliest CROSS JOIN LATERAL (
    SELECT d."webhookId", d."nextAttemptAt" FROM "Delivery" d
    WHERE d.status IN ('PENDING', 'RETRYING') AND d."webhookId" > earliest."webhookId"
    ORDER BY d."webhookId", d."nextAttemptAt" LIMIT 1
  ) next
)
SELECT "webhookId" FROM earliest
WHERE "nextAttemptAt" <= now()
  AND "nextAttemptAt" <= now() - (SELECT ${heldBack('$3::float8')} FROM "Webhook" w WHERE w.id = earliest."webhookId")
LIMIT $2`;

/** The next webhooks, by id, after the given one that have a delivery due and unclaimed. */
export async function findDueWebhooks(
  pool: Pool,
  after: string,
  limit: number,
  holdSeconds: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ webhookId: string }>({
    name: 'due-webhooks',
    text: DUE_WEBHOOKS,
    values: [after, limit, holdSeconds],
  });
  return rows.map((row) => row.webhookId);
}
