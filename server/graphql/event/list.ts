import { isStorable } from '../../domain/stored-text.ts';
import { listEvents, type EventListFilter } from '../../events/list.ts';
import { filterText, filterTexts } from '../limits/bounded-text.ts';
import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection } from '../schema/connection.ts';
import { customersOfFilter } from '../customer/filter.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { Event } from './event.ts';
import { TimeRange } from '../schema/time-range.ts';

const EventFilter = builder.inputType('EventFilter', {
  description: 'Which events: those that fit all that is given. A list that is empty fits none.',
  fields: (t) => ({
    types: t.stringList({ description: 'Of one of these event types: at most 100.' }),
    customers: t.stringList({
      description: 'Triggered for one of the customers with these keys: at most 100.',
    }),
    eventId: t.string({
      description: "Those that have this as the caller's own id: one for each customer at most.",
    }),
    createdAt: t.field({ type: TimeRange, description: 'Triggered within this range.' }),
  }),
});

async function readFilter(
  context: GraphQLContext,
  given: typeof EventFilter.$inferInput | null | undefined,
): Promise<EventListFilter> {
  const { types, eventId, createdAt, customers } = given ?? {};
  const filter: EventListFilter = {
    ...(types && { types: filterTexts(types, ['filter', 'types']) }),
    customerIds: await customersOfFilter(context, customers, ['filter', 'customers']),
    ...(createdAt && {
      createdAt: { from: createdAt.from ?? undefined, to: createdAt.to ?? undefined },
    }),
  };
  if (typeof eventId !== 'string') return filter;
  filterText(eventId, ['filter', 'eventId']);
  return isStorable(eventId) ? { ...filter, eventId } : { ...filter, types: [] };
}

builder.queryField('events', (t) =>
  t.connection(
    {
      type: Event,
      description: "The tenant's events, tests among them, newest first.",
      args: {
        filter: t.arg({ type: EventFilter, description: 'Which of them; all if omitted.' }),
      },
      resolve: async (_root, args, context) => {
        const page = pageArgs(args);
        const { tenantId } = callerOf(context);
        const filter = await readFilter(context, args.filter);
        return toConnection(
          await listEvents(context.services.pool, { tenantId, filter, page }),
          page,
        );
      },
    },
    { name: 'EventConnection', description: 'A page of events.' },
    { name: 'EventEdge', description: 'An event and its place in the list.' },
  ),
);
