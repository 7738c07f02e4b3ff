import type { Pool } from 'pg';

/** What is due of a webhook is counted so far: it takes some 20 ms, and more makes no difference to anybody. */
export const COUNTED_UP_TO = 100_000;

const COUNT_DUE = `
SELECT w.id, due.count FROM unnest($1::uuid[]) AS w(id)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count FROM (
    (SELECT FROM "Delivery" d
    WHERE d."webhookId" = w.id AND d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" <= now()
    LIMIT ${COUNTED_UP_TO})
    UNION ALL
    -- What waits in a line is due at no time.
    (SELECT FROM "Delivery" d
    WHERE d."webhookId" = w.id AND d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" IS NULL
    LIMIT ${COUNTED_UP_TO})
    LIMIT ${COUNTED_UP_TO}
  ) counted
) due`;

/** How many deliveries of each webhook are due and not being sent, counted up to {@link COUNTED_UP_TO}. */
export async function countDue(
  pool: Pool,
  webhookIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; count: number }>({
    text: COUNT_DUE,
    values: [webhookIds],
  });
  return new Map(rows.map(({ id, count }) => [id, count]));
}
