import { RawJson } from '../../domain/json/raw-json.ts';
import { type EventTypeUses, MOST_COUNTED } from '../../event-types/uses.ts';
import { findEventType, listEventTypes } from '../../event-types/find.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { kept } from '../reading/kept.ts';
import { loadersOf } from '../reading/loaders.ts';

export const PayloadValidation = builder.enumType('PayloadValidation', {
  description: 'What becomes of an event whose payload does not fit the schema of its type.',
  values: {
    NONE: { description: 'Nothing: the schema is documentation.' },
    WARN: {
      description: 'It is kept and sent, and says what did not fit (`Event.violations`).',
    },
    REJECT: { description: 'It is refused: INVALID, with the path inside the payload.' },
  },
});

export const EventType = builder.prismaNode('EventType', {
  description:
    'A kind of event that can be triggered and that webhooks can subscribe to. A tenant has its own, which begin with the brief’s 23.',
  nullable: true,
  id: { field: 'id', description: 'Its global id; mutations take its name.' },
  findUnique: (id, context) => ({ id, tenantId: callerOf(context).tenantId }),
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        'Dot-separated, e.g. user.created: segments of A-Z a-z 0-9 _ -, 128 characters at most. It never changes.',
    }),
    group: t.exposeString('group', { description: 'The group it is shown under, e.g. User.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'When such an event happens.',
    }),
    sample: t.field({
      type: 'JSON',
      select: { sample: true },
      description: 'An example payload; real ones may hold more or less.',
      resolve: ({ sample }) => new RawJson(sample),
    }),
    schema: t.field({
      type: 'JSON',
      nullable: true,
      select: { schema: true },
      description:
        'JSON Schema of the payload (2020-12, or draft-07 where `$schema` says so); null where there is none.',
      resolve: ({ schema }) => (schema === null ? null : new RawJson(schema)),
    }),
    validation: t.expose('validation', {
      type: PayloadValidation,
      description: 'What becomes of an event that does not fit the schema.',
    }),
    deprecatedAt: t.expose('deprecatedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when it is not offered to new subscriptions; events of it still flow. Null while it is offered.',
    }),
    webhookCount: t.int({
      authScopes: { read: true },
      select: { tenantId: true, name: true },
      description: `How many webhooks subscribe to it, by its name or by a pattern, counted no further than ${MOST_COUNTED.toLocaleString('en')}.`,
      resolve: async (type, _args, context) => (await usesOf(type, context)).webhooks,
    }),
    eventCount: t.int({
      authScopes: { read: true },
      select: { tenantId: true, name: true },
      description: `How many events of it were triggered in the last 24 hours, tests among them, counted no further than ${MOST_COUNTED.toLocaleString('en')}.`,
      resolve: async (type, _args, context) => (await usesOf(type, context)).events,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

async function usesOf(
  { tenantId, name }: { tenantId: string; name: string },
  context: GraphQLContext,
): Promise<EventTypeUses> {
  return kept(await loadersOf(context).eventTypeUses({ tenantId, id: name }));
}

builder.queryField('eventTypes', (t) =>
  t.prismaField({
    type: [EventType],
    description:
      'All event types that the tenant has, by name; those deprecated only if asked for. Every good key may ask.',
    skipTypeScopes: true,
    authScopes: { caller: true },
    args: {
      includeDeprecated: t.arg.boolean({
        defaultValue: false,
        description: 'Whether those that are not offered any more are listed too.',
      }),
    },
    resolve: (query, _root, { includeDeprecated }, context) => {
      const { tenantId } = callerOf(context);
      const which = { tenantId, includeDeprecated: includeDeprecated === true };
      return listEventTypes(context.services.prisma, which, query);
    },
  }),
);

builder.queryField('eventType', (t) =>
  t.prismaField({
    type: EventType,
    nullable: true,
    description:
      'An event type by its name, deprecated or not; null where the tenant has none such. Every good key may ask.',
    skipTypeScopes: true,
    authScopes: { caller: true },
    args: { name: t.arg.string({ required: true, description: 'Its whole name; case counts.' }) },
    resolve: (query, _root, { name }, context) => {
      const { tenantId } = callerOf(context);
      return findEventType(context.services.prisma, { tenantId, name }, query);
    },
  }),
);
