import type { Pool } from 'pg';
import type { Parameters } from './parameters.ts';

/** About how many rows a SELECT has, as the planner reckons from what it knows of the tables. Reads none. */
export async function estimateRows(
  pool: Pool,
  select: string,
  { values }: Parameters,
): Promise<number> {
  const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>({
    text: `EXPLAIN (FORMAT JSON) ${select}`,
    values,
  });
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}
