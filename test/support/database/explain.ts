import { escapeLiteral, type Pool } from 'pg';
import { z } from 'zod';

/** How a statement was carried out. */
export interface Plan {
  /** Tables that were read from one end to the other. */
  scannedTables: string[];
  /** The indexes used. */
  indexes: string[];
  /** Rows taken from tables and indexes, those among them that a filter then dropped. */
  rowsRead: number;
  /** Rows that all steps together took, compared or passed on: what it cost. */
  rowsHandled: number;
  /** Blocks that were looked at, each time that one was: what an index passes over is seen here alone. */
  blocks: number;
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string | undefined;
  'Index Name'?: string | undefined;
  'Actual Rows': number;
  'Actual Loops': number;
  'Shared Hit Blocks'?: number | undefined;
  'Shared Read Blocks'?: number | undefined;
  'Rows Removed by Filter'?: number | undefined;
  'Rows Removed by Join Filter'?: number | undefined;
  Plans?: Node[] | undefined;
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Shared Hit Blocks': z.number().optional(),
    'Shared Read Blocks': z.number().optional(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Join Filter': z.number().optional(),
    Plans: z.array(node).optional(),
  }),
);
const answer = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: node })]) })]);

const EXPLAIN = 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)';

/** Runs a statement and returns its plan. */
export async function explain(
  pool: Pool,
  query: { text: string; values: unknown[] },
): Promise<Plan> {
  const { rows } = await pool.query({ text: `${EXPLAIN} ${query.text}`, values: query.values });
  return toPlan(rows);
}

/** The same by the plan that a named statement keeps, whatever its values. */
export async function explainGeneric(
  pool: Pool,
  query: { text: string; values: unknown[] },
): Promise<Plan> {
  const kept = await keepPlan(pool, query.text);
  try {
    return await kept.explain(query.values);
  } finally {
    kept.release();
  }
}

/** A plan that a connection keeps from now on, whatever becomes of the tables. */
export interface KeptPlan {
  /** Runs the statement, returns its plan, and rolls it back. */
  explain(values: readonly unknown[]): Promise<Plan>;
  release(): void;
}

/** Plans a statement as a named one is planned. */
export async function keepPlan(pool: Pool, text: string): Promise<KeptPlan> {
  const client = await pool.connect();
  await client.query('SET plan_cache_mode = force_generic_plan');
  await client.query(`PREPARE explained AS ${text}`);
  return {
    async explain(values) {
      await client.query('BEGIN');
      const { rows } = await client.query(
        `${EXPLAIN} EXECUTE explained (${values.map(literal).join(', ')})`,
      );
      await client.query('ROLLBACK');
      return toPlan(rows);
    },
    release: () => client.release(true),
  };
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (!Array.isArray(value)) return escapeLiteral(textOf(value));
  const elements = value.map((each: unknown) =>
    each === null ? 'NULL' : `"${textOf(each).replaceAll(/["\\]/g, String.raw`\$&`)}"`,
  );
  return escapeLiteral(`{${elements.join(',')}}`);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Buffer.isBuffer(value) ? String.raw`\x${value.toString('hex')}` : String(value);
}

function toPlan(rows: unknown): Plan {
  const [
    {
      'QUERY PLAN': [{ Plan: root }],
    },
  ] = answer.parse(rows);
  // Of the root: it counts those of the steps below it too.
  const blocks = (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0);
  const plan: Plan = { scannedTables: [], indexes: [], rowsRead: 0, rowsHandled: 0, blocks };
  const visit = (each: Node) => {
    const table = each['Relation Name'];
    if (table !== undefined && each['Node Type'] === 'Seq Scan') plan.scannedTables.push(table);
    const index = each['Index Name'];
    if (index !== undefined) plan.indexes.push(index);
    const handled =
      each['Actual Rows'] +
      (each['Rows Removed by Filter'] ?? 0) +
      (each['Rows Removed by Join Filter'] ?? 0);
    plan.rowsHandled += Math.round(handled * each['Actual Loops']);
    if (table !== undefined) {
      const rowsALoop = each['Actual Rows'] + (each['Rows Removed by Filter'] ?? 0);
      plan.rowsRead += Math.round(rowsALoop * each['Actual Loops']);
    }
    for (const child of each.Plans ?? []) visit(child);
  };
  visit(root);
  return plan;
}
