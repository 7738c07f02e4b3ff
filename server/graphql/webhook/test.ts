import { isEventTypeName } from '../../domain/event/event-type-name.ts';
import { parseJson } from '../../domain/json/json-request.ts';
import type { UserFault } from '../../domain/user-fault.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { loadersOf } from '../reading/loaders.ts';
import { Delivery, loadDelivery } from '../delivery/delivery.ts';
import { uuidOf } from '../schema/global-id.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';

const WebhookTestInput = builder.inputType('WebhookTestInput', {
  description:
    'Sends one delivery to this webhook alone, whatever it subscribes to and whether or not it is active.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The webhook's global id." }),
    eventType: t.string({ required: true, description: 'The event type to make the test of.' }),
    payload: t.field({
      type: 'JSON',
      description: "What to send; the event type's sample if omitted.",
    }),
  }),
});

interface Payload {
  deliveryId: string | null;
  userErrors: UserFault[];
}

const WebhookTestPayload = builder.objectRef<Payload>('WebhookTestPayload').implement({
  description: 'The test that was made.',
  fields: (t) => ({
    delivery: t.field({
      type: Delivery,
      nullable: true,
      description: 'The delivery on its way; null where userErrors has any.',
      resolve: ({ deliveryId }, _args, context) =>
        deliveryId === null ? null : loadDelivery(context, deliveryId),
    }),
    userErrors: t.expose('userErrors', faultsUnless('the test was made')),
  }),
});

/** The trigger speaks of an event's `type`, this input of `eventType`. */
function renamed(fault: UserFault): UserFault {
  return fault.field?.join('.') === 'input.type'
    ? { ...fault, field: ['input', 'eventType'] }
    : fault;
}

async function sampleOf(type: string, context: GraphQLContext): Promise<unknown> {
  const { tenantId } = callerOf(context);
  if (!isEventTypeName(type)) return {};
  const known = await loadersOf(context).eventType({ tenantId, id: type });
  return known === null ? {} : parseJson(known.sample).value;
}

builder.mutationField('webhookTest', (t) =>
  t.field({
    type: WebhookTestPayload,
    description:
      'Sends one delivery to one webhook, signed and retried like any other and left out of the stats.',
    args: {
      input: t.arg({ type: WebhookTestInput, required: true, description: 'What to send where.' }),
    },
    resolve: async (_root, { input }, context) => {
      const id = uuidOf('Webhook', input.id);
      if (id === null) {
        return { deliveryId: null, userErrors: [notFound('webhook', ['input', 'id'])] };
      }
      const { tenantId } = callerOf(context);
      const type = input.eventType;
      const payload = input.payload ?? (await sampleOf(type, context));
      const { events } = context.services;
      const { value, faults } = await events.triggerTest(tenantId, id, { type, payload }, [
        'input',
      ]);
      return {
        deliveryId: value?.deliveryId ?? null,
        userErrors: (faults ?? []).map(renamed),
      };
    },
  }),
);
