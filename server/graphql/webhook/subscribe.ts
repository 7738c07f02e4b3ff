import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';
import { Webhook } from './webhook.ts';

const WebhookSubscribeInput = builder.inputType('WebhookSubscribeInput', {
  description: 'What a webhook is to be sent besides what it is sent already.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: "The webhook's global id." }),
    eventTypes: t.stringList({
      required: true,
      description:
        'Names of event types to add, and patterns (order.*, *); those it has already change nothing.',
    }),
  }),
});

const WebhookUnsubscribeInput = builder.inputType('WebhookUnsubscribeInput', {
  description: 'What a webhook is to be sent no longer.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: "The webhook's global id." }),
    eventTypes: t.stringList({
      required: true,
      description:
        'Names and patterns to take away, as the webhook has them; those it does not have change nothing.',
    }),
  }),
});

interface Payload {
  webhook?: WebhookRow;
  userErrors: UserFault[];
}

const payload = (name: string) =>
  builder.objectRef<Payload>(name).implement({
    description: 'The webhook with the subscriptions it now has.',
    fields: (t) => ({
      webhook: t.field({
        type: Webhook,
        nullable: true,
        description: 'The webhook; null where userErrors has any.',
        resolve: ({ webhook }) => webhook,
      }),
      userErrors: t.expose('userErrors', faultsUnless('it is as was asked for')),
    }),
  });

const WebhookSubscribePayload = payload('WebhookSubscribePayload');
const WebhookUnsubscribePayload = payload('WebhookUnsubscribePayload');

async function answer(
  globalId: string,
  change: (webhookId: string) => Promise<Outcome<WebhookRow>>,
): Promise<Payload> {
  const webhookId = uuidOf('Webhook', globalId);
  if (webhookId === null) return { userErrors: [notFound('webhook', ['input', 'webhookId'])] };
  const { value, faults } = await change(webhookId);
  return faults ? { userErrors: faults } : { webhook: value, userErrors: [] };
}

builder.mutationField('webhookSubscribe', (t) =>
  t.field({
    type: WebhookSubscribePayload,
    description: 'Adds event types to what a webhook is sent, from the next event on.',
    args: {
      input: t.arg({
        type: WebhookSubscribeInput,
        required: true,
        description: 'The webhook, and what to add.',
      }),
    },
    resolve: (_root, { input }, context) =>
      answer(input.webhookId, (webhookId) =>
        context.services.webhooks.subscribe(callerOf(context).tenantId, {
          webhookId,
          eventTypes: input.eventTypes,
        }),
      ),
  }),
);

builder.mutationField('webhookUnsubscribe', (t) =>
  t.field({
    type: WebhookUnsubscribePayload,
    description:
      'Takes event types from what a webhook is sent; deliveries made already still go out.',
    args: {
      input: t.arg({
        type: WebhookUnsubscribeInput,
        required: true,
        description: 'The webhook, and what to take away.',
      }),
    },
    resolve: (_root, { input }, context) =>
      answer(input.webhookId, (webhookId) =>
        context.services.webhooks.unsubscribe(callerOf(context).tenantId, {
          webhookId,
          eventTypes: input.eventTypes,
        }),
      ),
  }),
);
