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
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string | undefined;
  'Index Name'?: string | undefined;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number | undefined;
  Plans?: Node[] | undefined;
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    Plans: z.array(node).optional(),
  }),
);
const answer = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: node })]) })]);

const EXPLAIN = 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)';

/** Runs a statement and tells how. */
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
  const literal = (value: unknown): string => {
    if (value === null) return 'NULL';
    if (!Array.isArray(value)) return escapeLiteral(String(value));
    return escapeLiteral(`{${value.map((each) => `"${String(each)}"`).join(',')}}`);
  };
  const client = await pool.connect();
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE explained AS ${query.text}`);
    const values = query.values.map(literal).join(', ');
    const { rows } = await client.query(`${EXPLAIN} EXECUTE explained (${values})`);
    return toPlan(rows);
  } finally {
    client.release(true);
  }
}

function toPlan(rows: unknown): Plan {
  const [
    {
      'QUERY PLAN': [{ Plan: root }],
    },
  ] = answer.parse(rows);
  const plan: Plan = { scannedTables: [], indexes: [], rowsRead: 0 };
  const visit = (each: Node) => {
    const table = each['Relation Name'];
    if (table !== undefined && each['Node Type'] === 'Seq Scan') plan.scannedTables.push(table);
    const index = each['Index Name'];
    if (index !== undefined) plan.indexes.push(index);
    if (table !== undefined) {
      const rowsALoop = each['Actual Rows'] + (each['Rows Removed by Filter'] ?? 0);
      plan.rowsRead += Math.round(rowsALoop * each['Actual Loops']);
    }
    for (const child of each.Plans ?? []) visit(child);
  };
  visit(root);
  return plan;
}
