import { setImmediate } from 'node:timers/promises';

import type { Pool } from 'pg';

import { payloadIn } from '../domain/event/event-body.ts';
import type { PayloadSchema, SchemaViolation } from '../event-types/schema/payload-schema.ts';
import { EVENT_COLUMNS, type EventRow } from './row.ts';

/** How a schema fares with events of the past. */
export interface SchemaTrial {
  checked: number;
  fitting: number;
  /** The newest that do not fit. */
  misfits: { event: EventRow; violations: SchemaViolation[] }[];
}

/** Events of one read, and bytes of bodies that a trial reads in all. */
const IN_READ = 25;
const MOST_BYTES = 16_777_216;
const MOST_MISFITS = 10;

/**
 * Holds a schema against the newest `last` events of a type, newest first, or as many as
 * {@link MOST_BYTES} has room for. Other requests are served in between.
 */
export async function trySchema(
  pool: Pool,
  { tenantId, type, last }: { tenantId: string; type: string; last: number },
  schema: PayloadSchema,
): Promise<SchemaTrial> {
  const trial: SchemaTrial = { checked: 0, fitting: 0, misfits: [] };
  let before: string | null = null as string | null;
  let bytes = 0;
  while (trial.checked < last && bytes < MOST_BYTES) {
    const limit = Math.min(IN_READ, last - trial.checked);
    const events = await newest(pool, [tenantId, type, before, limit]);
    for (const { body, ...event } of events) {
      const violations = schema.violationsOf(JSON.parse(payloadIn(body)));
      trial.checked += 1;
      if (violations.length === 0) trial.fitting += 1;
      else if (trial.misfits.length < MOST_MISFITS) trial.misfits.push({ event, violations });
      bytes += body.length;
      before = event.id;
      await setImmediate();
    }
    if (events.length < limit) break;
  }
  return trial;
}

async function newest(pool: Pool, values: unknown[]): Promise<(EventRow & { body: string })[]> {
  const { rows } = await pool.query<EventRow & { body: string }>({
    text: `SELECT ${EVENT_COLUMNS}, e.body FROM "Event" e
      WHERE e."tenantId" = $1::uuid AND e.type = $2 AND ($3::uuid IS NULL OR e.id < $3::uuid)
      ORDER BY e.id DESC LIMIT $4`,
    values,
  });
  return rows;
}
