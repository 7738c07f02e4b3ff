import type { Pool } from 'pg';

import { putLast } from '../domain/bounded-map.ts';
import type { EventTypes, KnownEventType } from './row.ts';

/**
 * The event types of tenants, at hand for each trigger. What another process changes is seen within
 * a second, and a name that is not at hand is looked up: a new type is good at once, everywhere.
 */
export interface EventTypeCatalogue {
  /** All that the tenant has, at most a second old, but with each of `names` that there is. */
  including(tenantId: string, names: readonly string[]): EventTypes | Promise<EventTypes>;
  /** What was remembered of a tenant counts no more: it was changed here. */
  forget(tenantId: string): void;
}

/** How long what was read is good, and when it is read again while it still is. */
const GOOD_MS = 1_000;
const REFRESHED_AFTER_MS = 500;
const MOST_TENANTS = 1_000;

const OF_TENANT = `SELECT id, name, validation, "schemaHash" FROM "EventType" WHERE "tenantId" = $1::uuid`;

interface Remembered {
  types: EventTypes;
  /** By `now()`, when the reading began. */
  askedAt: number;
  isAskedAgain: boolean;
}

/** @param now milliseconds on a clock that never goes back. */
export function createEventTypeCatalogue(
  pool: Pool,
  now: () => number = () => performance.now(),
): EventTypeCatalogue {
  const remembered = new Map<string, Remembered>();
  /** Rises with each change made here: a reading that began before it is not remembered. */
  let changes = 0;

  async function read(tenantId: string): Promise<EventTypes> {
    const [askedAt, changesBefore] = [now(), changes];
    const { rows } = await pool.query<KnownEventType>({
      name: 'event-types',
      text: OF_TENANT,
      values: [tenantId],
    });
    const types = new Map(rows.map((row) => [row.name, row]));
    if (changes === changesBefore) {
      putLast(remembered, tenantId, { types, askedAt, isAskedAgain: false }, MOST_TENANTS);
    }
    return types;
  }

  return {
    including(tenantId, names) {
      const known = remembered.get(tenantId);
      const age = known === undefined ? Infinity : now() - known.askedAt;
      if (known === undefined || age >= GOOD_MS) return read(tenantId);
      if (names.some((name) => !known.types.has(name))) return read(tenantId);
      if (age >= REFRESHED_AFTER_MS && !known.isAskedAgain) {
        known.isAskedAgain = true;
        // A fault is for whoever asks when this is good no more.
        read(tenantId).catch(() => undefined);
      }
      return known.types;
    },
    forget(tenantId) {
      changes += 1;
      remembered.delete(tenantId);
    },
  };
}
