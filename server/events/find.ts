import type { Pool } from 'pg';

import { EVENT_COLUMNS, type EventRow } from './row.ts';

/** Those of the events that the tenant has, by the id of their row. One statement. */
export async function findEvents(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, EventRow>> {
  const { rows } = await pool.query<EventRow>({
    text: `SELECT ${EVENT_COLUMNS} FROM "Event" e
      WHERE e.id = ANY ($2::uuid[]) AND e."tenantId" = $1::uuid`,
    values: [tenantId, ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Their bodies, the bytes that are signed and sent (ASCII), by the id of the event's row. */
export async function findEventBodies(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; body: string }>({
    text: `SELECT e.id, e.body FROM "Event" e
      WHERE e.id = ANY ($2::uuid[]) AND e."tenantId" = $1::uuid`,
    values: [tenantId, ids],
  });
  return new Map(rows.map((row) => [row.id, row.body]));
}
