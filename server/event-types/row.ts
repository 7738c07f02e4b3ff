import type { EventType } from '../generated/prisma/client.ts';

/** An event type of a tenant, as it is kept. */
export type EventTypeRow = EventType;

/** What each trigger has to know of an event type. */
export type KnownEventType = Pick<EventTypeRow, 'id' | 'name' | 'validation' | 'schemaHash'>;

/** A tenant's event types by name. */
export type EventTypes = ReadonlyMap<string, KnownEventType>;

/** Of one tenant: they are listed whole, and each process has their names at hand. */
export const MOST_EVENT_TYPES = 1_000;
