import type { Pool } from 'pg';

import { waitFor } from '../support/wait.ts';

/**
 * Starts all of `changes` of one webhook while its row is locked, lets it go when every one of
 * them has come as far as it can, and answers what they answer: at most nine, for Prisma has ten
 * connections.
 */
export async function race<T>(
  pool: Pool,
  webhookId: string,
  changes: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM "Webhook" WHERE id = $1 FOR UPDATE', [webhookId]);
    const running = Promise.all(changes.map((change) => change()));
    await waitFor(async () => {
      const { rowCount } = await pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount === changes.length;
    });
    await holder.query('COMMIT');
    return await running;
  } finally {
    holder.release(true);
  }
}
