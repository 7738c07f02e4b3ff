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

/**
 * Their bodies, the bytes that are signed and sent (ASCII), by the id of the event's row; null for
 * those past `mostBytes` in all. The lengths are known without reading the bodies.
 */
export async function findEventBodies(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
  mostBytes: number,
): Promise<Map<string, string | null>> {
  const { rows } = await pool.query<{ id: string; body: string | null }>({
    text: `SELECT id, CASE WHEN "bytesSoFar" <= $3 THEN body END AS body FROM (
        SELECT e.id, e.body, sum(octet_length(e.body)) OVER (ORDER BY e.id) AS "bytesSoFar"
        FROM "Event" e WHERE e.id = ANY ($2::uuid[]) AND e."tenantId" = $1::uuid
      ) found`,
    values: [tenantId, ids, mostBytes],
  });
  return new Map(rows.map((row) => [row.id, row.body]));
}
