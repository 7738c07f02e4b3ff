import type { Pool } from 'pg';

import { createRecentReads } from '../database/recent-reads.ts';
import { isEventTypePattern } from '../domain/event/event-type-pattern.ts';
import type { EventTypes, KnownEventType } from './row.ts';

/**
 * The event types of tenants, at hand for each trigger. What another process changes is seen within
 * a second, and a name that is not at hand is looked up: a new type is good at once, everywhere.
 */
export interface EventTypeCatalogue {
  /** All that the tenant has, at most a second old, but with each of `names` that there is; patterns are none. */
  including(tenantId: string, names: readonly string[]): EventTypes | Promise<EventTypes>;
  /** Forgets what was remembered of a tenant: it was changed in this process. */
  forget(tenantId: string): void;
}

/** Tenants whose types are at hand. */
const MOST_TENANTS = 1_000;

/** @param now milliseconds on a clock that never goes back. */
export function createEventTypeCatalogue(pool: Pool, now?: () => number): EventTypeCatalogue {
  const reads = createRecentReads<EventTypes>({
    read: (tenantId) => typesOf(pool, tenantId),
    most: MOST_TENANTS,
    now,
  });
  return {
    including(tenantId, names) {
      const known = reads.recall(tenantId);
      if (
        known === undefined ||
        names.some((name) => !known.has(name) && !isEventTypePattern(name))
      )
        return reads.read(tenantId);
      return known;
    },
    forget: (tenantId) => reads.forget((_types, changed) => changed === tenantId),
  };
}

async function typesOf(pool: Pool, tenantId: string): Promise<EventTypes> {
  const { rows } = await pool.query<KnownEventType>({
    name: 'event-types',
    text: 'SELECT id, name, validation, "schemaHash" FROM "EventType" WHERE "tenantId" = $1::uuid',
    values: [tenantId],
  });
  return new Map(rows.map((row) => [row.name, row]));
}
