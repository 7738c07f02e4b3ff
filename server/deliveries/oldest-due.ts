import type { Pool } from 'pg';

/** Of what waits in lines (order.ts), so many are looked at: with more, the answer may be later than the oldest. */
const IN_LINES = 10_000;

/*
 * Two probes of Delivery_due_idx for each webhook, however much waits for it, and what waits in its lines.
 */
const OLDEST_DUE = `
SELECT w.id, least(due.at, waiting.at) AS at FROM unnest($1::uuid[]) AS w(id)
LEFT JOIN LATERAL (
  SELECT CASE WHEN d."nextAttemptAt" <= now() THEN d."nextAttemptAt" END AS at FROM "Delivery" d
  WHERE d."webhookId" = w.id AND d.status IN ('PENDING', 'RETRYING')
  ORDER BY d."webhookId", d."nextAttemptAt" LIMIT 1
) due ON true
CROSS JOIN LATERAL (
  SELECT min(d."createdAt") AS at FROM (
    SELECT d."createdAt" FROM "Delivery" d
    WHERE d."webhookId" = w.id AND d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" IS NULL
    LIMIT ${IN_LINES}
  ) d
) waiting
WHERE due.at IS NOT NULL OR waiting.at IS NOT NULL`;

/** Since when the longest waiting delivery of each webhook has been due; those with none left out. */
export async function findOldestDue(
  pool: Pool,
  webhookIds: readonly string[],
): Promise<Map<string, Date>> {
  const { rows } = await pool.query<{ id: string; at: Date }>({
    text: OLDEST_DUE,
    values: [webhookIds],
  });
  return new Map(rows.map(({ id, at }) => [id, at]));
}
