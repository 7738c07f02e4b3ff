import { isEventTypeName } from '../domain/event/event-type-name.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { EventTypeRow } from './row.ts';

/** What an operation asks for of each row. */
type EventTypeFields = Pick<Prisma.EventTypeFindManyArgs, 'select'>;

/** A tenant's event types by name; it has so few that they are no pages (MOST_EVENT_TYPES). */
export function listEventTypes(
  prisma: PrismaClient,
  { tenantId, includeDeprecated }: { tenantId: string; includeDeprecated: boolean },
  fields: EventTypeFields,
): Promise<EventTypeRow[]> {
  return prisma.eventType.findMany({
    ...fields,
    where: { tenantId, ...(!includeDeprecated && { deprecatedAt: null }) },
    orderBy: { name: 'asc' },
  });
}

/** A tenant's event type by its name, deprecated or not. */
export async function findEventType(
  prisma: PrismaClient,
  { tenantId, name }: { tenantId: string; name: string },
  fields: EventTypeFields,
): Promise<EventTypeRow | null> {
  if (!isEventTypeName(name)) return null;
  return prisma.eventType.findUnique({ ...fields, where: { tenantId_name: { tenantId, name } } });
}

/** The same for many names. */
export async function findEventTypes(
  prisma: PrismaClient,
  tenantId: string,
  names: string[],
): Promise<Map<string, EventTypeRow>> {
  const found = await prisma.eventType.findMany({ where: { tenantId, name: { in: names } } });
  return new Map(found.map((type) => [type.name, type]));
}
