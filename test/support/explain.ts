import type { Pool } from 'pg';
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

/** Runs a statement and tells how. */
export async function explain(
  pool: Pool,
  query: { text: string; values: unknown[] },
): Promise<Plan> {
  const { rows } = await pool.query({
    text: `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${query.text}`,
    values: query.values,
  });
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
