import type { Pool } from 'pg';

/*
 * One probe of Delivery_due_idx for each webhook, however much waits for it.
 */
const OLDEST_DUE = `
SELECT w.id, due.at FROM unnest($1::uuid[]) AS w(id)
CROSS JOIN LATERAL (
  SELECT d."nextAttemptAt" AS at FROM "Delivery" d
  WHERE d."webhookId" = w.id AND d.status IN ('PENDING', 'RETRYING')
  ORDER BY d."webhookId", d."nextAttemptAt" LIMIT 1
) due
WHERE due.at <= now()`;

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
