import { findEventType } from '../../domain/event-catalogue.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { EventType } from '../event/event-type.ts';

builder.prismaNode('EventSubscription', {
  description: 'That a webhook is sent the events of one type.',
  nullable: true,
  id: { field: 'id', description: 'Its global id: new each time the webhook subscribes anew.' },
  findUnique: (id, context) => ({ id, tenantId: callerOf(context).tenantId }),
  fields: (t) => ({
    webhook: t.relation('webhook', { description: 'The webhook that subscribes.' }),
    eventType: t.field({
      type: EventType,
      select: { eventType: true },
      description: 'What it subscribes to.',
      resolve: ({ eventType: name }) =>
        // A release may drop a type; what was stored under its name must not break a list.
        findEventType(name) ?? { name, group: 'Other', description: 'No longer sent.', sample: {} },
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'Since when it is sent these events.',
    }),
  }),
});
