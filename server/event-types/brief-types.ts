import { EVENT_TYPES } from '../domain/event/event-catalogue.ts';
import { newId } from '../domain/identifiers.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** The brief's event types, as the first rows of a new tenant's catalogue. */
export function briefTypesOf(tenantId: string): Prisma.EventTypeCreateManyInput[] {
  return EVENT_TYPES.map(({ name, group, description, sample }) => ({
    id: newId(),
    tenantId,
    name,
    group,
    description,
    sample: JSON.stringify(sample),
  }));
}
