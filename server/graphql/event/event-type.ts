import { EVENT_TYPES, type EventType as CatalogueEntry } from '../../domain/event-catalogue.ts';
import { builder } from '../schema/builder.ts';

export const EventType = builder.objectRef<CatalogueEntry>('EventType').implement({
  description: 'A kind of event that can be triggered and that webhooks can subscribe to.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Dot-separated, e.g. user.created.' }),
    group: t.exposeString('group', { description: 'The group it is shown under, e.g. User.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'When such an event happens.',
    }),
    sample: t.expose('sample', {
      type: 'JSON',
      description: 'An example payload; real ones may hold more or less.',
    }),
  }),
});

builder.queryField('eventTypes', (t) =>
  t.field({
    type: [EventType],
    description: 'All event types there are, group by group. Every good key may ask.',
    skipTypeScopes: true,
    authScopes: { caller: true },
    resolve: () => [...EVENT_TYPES],
  }),
);
