import type { Pool } from 'pg';
import type { TimeSpan } from '../database/keyset-page.ts';
import { createParameters } from '../database/parameters.ts';
import { estimateRows } from '../database/row-estimate.ts';
import { eventScan, WAS_MISSED } from './missed-events.ts';

/** So many events are held against what the webhook wants; of more, what is missed is reckoned from these. */
const LOOKED_AT = 20_000;

/** The newest events of a time that a webhook has missed, as far as {@link LOOKED_AT} events: their ids. */
export async function newestMissed(
  pool: Pool,
  { tenantId, webhookId, span }: { tenantId: string; webhookId: string; span: TimeSpan },
  most: number,
): Promise<string[]> {
  const parameters = createParameters();
  const page = { limit: LOOKED_AT, backwards: false };
  const scan = eventScan(tenantId, span, page, parameters);
  const { rows } = await pool.query<{ id: string }>({
    // The limit of what is looked at keeps the planner to the order of the index.
    text: `SELECT e.id FROM (
  SELECT e.* FROM "Event" e WHERE ${scan.conditions.join(' AND ')} ORDER BY ${scan.orderBy} LIMIT ${LOOKED_AT}
) e JOIN "Webhook" w ON w.id = ${parameters.of(webhookId, 'uuid')}
WHERE ${WAS_MISSED} ORDER BY e.id DESC LIMIT ${parameters.of(most, 'int')}`,
    values: parameters.values,
  });
  return rows.map(({ id }) => id);
}

/** How many events of a time a webhook has missed: exact where no more than {@link LOOKED_AT} events fall in it. */
export async function countMissed(
  pool: Pool,
  { tenantId, webhookId, span }: { tenantId: string; webhookId: string; span: TimeSpan },
  upTo: number,
): Promise<{ count: number; isExact: boolean }> {
  const parameters = createParameters();
  const page = { limit: LOOKED_AT, backwards: false };
  const scan = eventScan(tenantId, span, page, parameters);
  const { rows } = await pool.query<{ seen: number; missed: number }>({
    text: `WITH seen AS MATERIALIZED (
  SELECT e.id FROM "Event" e WHERE ${scan.conditions.join(' AND ')} ORDER BY ${scan.orderBy} LIMIT ${LOOKED_AT + 1}
)
SELECT (SELECT count(*)::int FROM seen) AS seen, (
  SELECT count(*)::int FROM seen JOIN "Event" e ON e.id = seen.id
  JOIN "Webhook" w ON w.id = ${parameters.of(webhookId, 'uuid')} WHERE ${WAS_MISSED}) AS missed`,
    values: parameters.values,
  });
  const { seen = 0, missed = 0 } = rows[0] ?? {};
  if (seen <= LOOKED_AT) return { count: missed, isExact: missed < upTo };
  const plan = createParameters();
  const whole = eventScan(tenantId, span, page, plan);
  const select = `SELECT FROM "Event" e WHERE ${whole.conditions.join(' AND ')}`;
  const events = Math.max(seen, await estimateRows(pool, select, plan));
  return { count: Math.round((events * missed) / seen), isExact: false };
}
