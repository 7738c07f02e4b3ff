import type { Pool } from 'pg';
import { openPool } from '../../../server/database/pool.ts';

/**
 * A pool for which PostgreSQL has been up for an hour: the run's own has just been started, and
 * nobody is called silent for the first 20 s after a start.
 */
export async function openAgedPool(pool: Pool, url: string): Promise<Pool> {
  await pool.query('CREATE SCHEMA aged');
  await pool.query(
    `CREATE FUNCTION aged.pg_postmaster_start_time() RETURNS timestamptz LANGUAGE sql
     RETURN now() - interval '1 hour'`,
  );
  const aged = new URL(url);
  aged.searchParams.set('options', '-c search_path=aged,pg_catalog,public');
  return openPool({ url: aged.href, poolSize: 2 });
}
