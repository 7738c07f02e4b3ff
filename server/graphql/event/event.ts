import { payloadIn } from '../../domain/event/event-body.ts';
import { isUuid } from '../../domain/identifiers.ts';
import { RawJson } from '../../domain/json/raw-json.ts';
import type { SchemaViolation as SchemaViolationRow } from '../../event-types/schema/payload-schema.ts';
import type { BriefEvent, EventRow } from '../../events/row.ts';
import { Customer, customerOf } from '../customer/customer.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { kept } from '../reading/kept.ts';
import { loadersOf } from '../reading/loaders.ts';

export const SchemaViolation = builder.objectRef<SchemaViolationRow>('SchemaViolation').implement({
  description: 'Where a payload does not fit a schema.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'JSON Pointer into the payload; empty for the whole of it.',
    }),
    message: t.exposeString('message', { description: 'What it would have to be or have.' }),
  }),
});

export function violationsIn(text: string): SchemaViolationRow[] {
  const violations: SchemaViolationRow[] = JSON.parse(text);
  return violations;
}

export const Event = builder.objectRef<EventRow | BriefEvent>('Event');

/** The tenant's event with this row id, read together with all others of this tick. */
export function loadEvent(context: GraphQLContext, id: string): Promise<EventRow | null> {
  return loadersOf(context).event({ tenantId: callerOf(context).tenantId, id });
}

/**
 * The bytes of an event that are signed and sent.
 * @throws where retention has just removed the event.
 */
export async function loadBody(
  context: GraphQLContext,
  key: { tenantId: string; id: string },
): Promise<string> {
  const body = await loadersOf(context).eventBody(key);
  // Of many that come at once, those that would be thrown away need not be read.
  context.budget?.take(0);
  return kept(body);
}

builder.node(Event, {
  description: 'Something that happened on the platform, sent to the webhooks that subscribed.',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, context) =>
    Promise.all(ids.map(async (id) => (isUuid(id) ? loadEvent(context, id) : null))),
  fields: (t) => ({
    type: t.exposeString('type', { description: 'The name of its event type, e.g. user.created.' }),
    orderingKey: t.string({
      nullable: true,
      description:
        'Webhooks whose ordering is KEY send events with the same key one after the other; null: in no order.',
      resolve: async (event, _args, context) =>
        'orderingKey' in event
          ? event.orderingKey
          : kept(await loadEvent(context, event.id)).orderingKey,
    }),
    eventId: t.exposeString('eventId', {
      description:
        "The caller's own id of it, which makes triggering it twice harmless; made here where none was given. Remembered until retention removes the event.",
    }),
    customer: t.field({
      type: Customer,
      nullable: true,
      description: 'Whom it was triggered for; null: for nobody in particular.',
      resolve: (event, _args, context) => customerOf(context, event),
    }),
    payload: t.field({
      type: 'JSON',
      description:
        'What happened, as it was given, numbers too: `data` in the body that receivers get.',
      resolve: async (event, _args, context) =>
        new RawJson(payloadIn(await loadBody(context, event))),
    }),
    webhooksNotified: t.int({
      description: 'How many webhooks it went to when it was triggered.',
      resolve: async (event, _args, context) =>
        ('webhooksNotified' in event ? event : kept(await loadEvent(context, event.id)))
          .webhooksNotified,
    }),
    violations: t.field({
      type: [SchemaViolation],
      description:
        'Where the payload does not fit its event type’s schema (WARN, or a test), at most 20.',
      resolve: async (event, _args, context) => {
        const row = 'violations' in event ? event : kept(await loadEvent(context, event.id));
        return row.violations === null ? [] : violationsIn(row.violations);
      },
    }),
    isTest: t.exposeBoolean('isTest', { description: 'Made by webhookTest.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was triggered.',
      resolve: async (event, _args, context) =>
        ('createdAt' in event ? event : kept(await loadEvent(context, event.id))).createdAt,
    }),
  }),
});

builder.queryField('event', (t) =>
  t.field({
    type: Event,
    nullable: true,
    description: 'An event by its global id; null where the tenant has none such.',
    args: { id: t.arg.id({ required: true, description: "The event's global id." }) },
    resolve: (_root, args, context) => {
      const id = uuidOf('Event', args.id);
      return id === null ? null : loadEvent(context, id);
    },
  }),
);
