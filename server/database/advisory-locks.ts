import type { Pool } from 'pg';

/**
 * The advisory locks of this installation's database. A number only has to differ
 * from the others, and these are all there are.
 */
export const ADVISORY_LOCKS = {
  /** Prisma's own: `prisma migrate` and our runner keep each other out. */
  migrations: 72_707_369,
  /** One process at a time makes the first tenant. */
  firstTenant: 8_415_002,
  /** One process at a time folds the sums. */
  fold: 7_305_417_120,
  /** One process at a time deletes what retention no longer keeps. */
  retention: 7_310_001,
  /** One process at a time deletes the rows of erased customers. */
  erasing: 7_310_002,
  /** One transaction at a time changes the line of an orderingKey: with the key's number, in the space of pairs. */
  order: 7_310_003,
} as const;

/** Runs under a lock of the session's, where nobody else holds it; false where somebody does. */
export async function underLock(
  pool: Pool,
  lock: number,
  run: () => Promise<void>,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [lock],
    );
    if (rows[0]?.locked !== true) return false;
    try {
      await run();
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lock]);
    }
    return true;
  } finally {
    client.release();
  }
}
