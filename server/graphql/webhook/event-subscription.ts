import { isEventTypePattern } from '../../domain/event/event-type-pattern.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { loadersOf } from '../reading/loaders.ts';
import { EventType } from '../event/event-type.ts';

builder.prismaNode('EventSubscription', {
  description:
    'That a webhook is sent the events of one type, or of all whose names fit a pattern.',
  nullable: true,
  id: { field: 'id', description: 'Its global id: new each time the webhook subscribes anew.' },
  findUnique: (id, context) => ({ id, tenantId: callerOf(context).tenantId }),
  fields: (t) => ({
    webhook: t.relation('webhook', { description: 'The webhook that subscribes.' }),
    pattern: t.exposeString('eventType', {
      description:
        'The name of the event type that it subscribes to, or a pattern: order.* (all that begin with order., at any depth), * (all).',
    }),
    eventType: t.field({
      type: EventType,
      nullable: true,
      select: { eventType: true },
      description:
        'What it subscribes to; null where that is a pattern, or was deleted as the webhook subscribed.',
      resolve: ({ eventType: name }, _args, context) =>
        isEventTypePattern(name)
          ? null
          : loadersOf(context).eventType({ tenantId: callerOf(context).tenantId, id: name }),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'Since when it is sent these events.',
    }),
  }),
});
