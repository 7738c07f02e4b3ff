import type { UserFault } from '../../domain/user-fault.ts';
import type { Triggered, TriggerInput } from '../../events/trigger/trigger.ts';
import { permissionsOf } from '../../access/roles.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { forbidden } from '../errors/errors.ts';
import { selects } from '../reading/selection.ts';
import { Event, loadEvent } from './event.ts';
import { listLength } from '../limits/list-length.ts';
import { faultsUnless } from '../errors/user-error.ts';

const EventTriggerInput = builder.inputType('EventTriggerInput', {
  description: 'An event to trigger.',
  fields: (t) => ({
    type: t.string({
      required: true,
      description: 'The name of an event type; eventTypes lists them.',
    }),
    payload: t.field({
      type: 'JSON',
      required: true,
      description: 'What happened: any JSON value, 256 KiB at most as it is sent.',
    }),
    customer: t.string({
      description:
        'The key of the customer that it is for: it goes to the webhooks of this customer and to the platform’s own. For nobody in particular if omitted: it goes to the platform’s own alone.',
    }),
    orderingKey: t.string({
      description:
        'Webhooks whose ordering is KEY send events with the same key one after the other, in the order in which they were triggered: 1 to 256 characters. In no order if omitted.',
    }),
    eventId: t.string({
      description:
        "The caller's own id of it, at most 256 characters, unique for each customer; made here if omitted. A second trigger with the same eventId, type and payload changes nothing and returns the first's event.",
    }),
  }),
});

const EventTriggerBatchInput = builder.inputType('EventTriggerBatchInput', {
  description: 'Takes all of them or none.',
  fields: (t) => ({
    events: t.field({
      type: [EventTriggerInput],
      required: true,
      description: 'The events to trigger, at most 1,000.',
    }),
  }),
});

interface Payload {
  triggered: Triggered | undefined;
  userErrors: UserFault[];
}

const EventTriggerPayload = builder.objectRef<Payload>('EventTriggerPayload').implement({
  description: 'What became of the event.',
  fields: (t) => ({
    event: t.field({
      type: Event,
      nullable: true,
      description: 'The event as it is kept; null where userErrors has any.',
      resolve: ({ triggered }, _args, context) =>
        triggered === undefined ? null : loadEvent(context, triggered.id),
    }),
    webhooksNotified: t.int({
      description: 'How many webhooks this event goes to; 0 where userErrors has any.',
      resolve: ({ triggered }) => triggered?.webhooksNotified ?? 0,
    }),
    isDuplicate: t.boolean({
      description: 'True where this eventId had been triggered before; nothing new is sent.',
      resolve: ({ triggered }) => triggered?.isDuplicate ?? false,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the event was taken')),
  }),
});

const EventTriggerResult = builder.objectRef<Triggered>('EventTriggerResult').implement({
  description: 'What became of one event of a batch.',
  fields: (t) => ({
    event: t.field({
      type: Event,
      description: 'The event as it is kept.',
      resolve: ({ id }, _args, context) => loadTriggered(context, id),
    }),
    webhooksNotified: t.exposeInt('webhooksNotified', {
      description: 'How many webhooks this event goes to.',
    }),
    isDuplicate: t.exposeBoolean('isDuplicate', {
      description:
        'True where this eventId had been triggered before, if only by this batch; nothing new is sent.',
    }),
  }),
});

async function loadTriggered(context: GraphQLContext, id: string) {
  const event = await loadEvent(context, id);
  if (event === null) throw new Error('an event was removed just after it was triggered');
  return event;
}

interface BatchPayload {
  results: Triggered[];
  userErrors: UserFault[];
}

/** As it came: it is not checked before the operation runs. */
function countOfEvents(input: unknown): number {
  const events = typeof input === 'object' && input !== null && 'events' in input && input.events;
  return Array.isArray(events) ? events.length : 1;
}

const EventTriggerBatchPayload = builder
  .objectRef<BatchPayload>('EventTriggerBatchPayload')
  .implement({
    description: 'What became of the events: all were taken, or none.',
    fields: (t) => ({
      results: t.expose('results', {
        type: [EventTriggerResult],
        extensions: listLength(({ parent }) => countOfEvents(parent?.argument('input'))),
        description: 'In the order of the input; empty where userErrors has any.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('the events were taken')),
    }),
  });

function toInput(input: typeof EventTriggerInput.$inferInput): TriggerInput {
  return {
    type: input.type,
    payload: input.payload,
    eventId: input.eventId,
    orderingKey: input.orderingKey,
    customer: input.customer,
  };
}

builder.mutationField('eventTrigger', (t) =>
  t.field({
    type: EventTriggerPayload,
    description:
      'Keeps an event and sends it to every active webhook that subscribes to its type. Once this is answered, nothing is lost. For PUBLISHER keys too.',
    skipTypeScopes: true,
    authScopes: { trigger: true },
    args: {
      input: t.arg({ type: EventTriggerInput, required: true, description: 'The event.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.events.trigger(tenantId, toInput(input), [
        'input',
      ]);
      return { triggered: value, userErrors: faults ?? [] };
    },
  }),
);

builder.mutationField('eventTriggerBatch', (t) =>
  t.field({
    type: EventTriggerBatchPayload,
    description: 'eventTrigger for many at once: all of them or none. For PUBLISHER keys too.',
    skipTypeScopes: true,
    authScopes: { trigger: true },
    args: {
      input: t.arg({ type: EventTriggerBatchInput, required: true, description: 'The events.' }),
    },
    resolve: async (_root, { input }, context, info) => {
      const caller = callerOf(context);
      // None of these fields may be null: the answer to all events would be lost, and they sent.
      if (!permissionsOf(caller).read && selects(info, 'results', 'event', 'deliveries')) {
        throw forbidden(caller.role);
      }
      const { value, faults } = await context.services.events.triggerBatch(
        caller.tenantId,
        input.events.map(toInput),
        ['input', 'events'],
      );
      return { results: value ?? [], userErrors: faults ?? [] };
    },
  }),
);
