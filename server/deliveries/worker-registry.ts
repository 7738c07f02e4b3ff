import type { Pool } from 'pg';

/** A worker that was not heard of for this long has lost its claims. */
export const WORKER_SILENCE_SECONDS = 20;

/** Says that this worker lives. One statement. */
export async function beat(pool: Pool, workerId: string): Promise<void> {
  await pool.query({
    name: 'worker-beat',
    text: `INSERT INTO "Worker" (id) VALUES ($1::uuid)
           ON CONFLICT (id) DO UPDATE SET "lastSeenAt" = now()`,
    values: [workerId],
  });
}

/*
 * Steps through the claimers in Delivery_claimed_idx. A claimer with no row counts as silent.
 * PostgreSQL itself may have been away for a while: nobody could be heard of then.
 */
const SILENT = `
WITH RECURSIVE claimer AS (
  (SELECT d."claimedBy" AS id FROM "Delivery" d WHERE d.status = 'SENDING' ORDER BY d."claimedBy" LIMIT 1)
  UNION ALL
  SELECT (SELECT d."claimedBy" FROM "Delivery" d
          WHERE d.status = 'SENDING' AND d."claimedBy" > claimer.id
          ORDER BY d."claimedBy" LIMIT 1)
  FROM claimer WHERE claimer.id IS NOT NULL
)
SELECT c.id FROM claimer c LEFT JOIN "Worker" w ON w.id = c.id
WHERE c.id IS NOT NULL
  AND (w.id IS NULL OR w."lastSeenAt" < now() - make_interval(secs => $1))
  AND pg_postmaster_start_time() < now() - make_interval(secs => $1)`;

/** Who holds claims and was not heard of for {@link WORKER_SILENCE_SECONDS}. */
export async function findSilentClaimers(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'silent-claimers',
    text: SILENT,
    values: [WORKER_SILENCE_SECONDS],
  });
  return rows.map((row) => row.id);
}

/** Forgets a worker that has stopped, and all that were not heard of for an hour. */
export async function forgetWorker(pool: Pool, workerId: string): Promise<void> {
  await pool.query(
    `DELETE FROM "Worker" WHERE id = $1::uuid OR "lastSeenAt" < now() - interval '1 hour'`,
    [workerId],
  );
}
