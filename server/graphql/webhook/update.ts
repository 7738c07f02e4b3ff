import type { UserFault } from '../../domain/user-fault.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { HeaderInput } from './header.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';
import { WebhookOrdering } from './ordering.ts';
import { RateLimitInput } from './rate-limit.ts';
import { RetryPolicyInput } from './retry-policy.ts';
import { Webhook } from './webhook.ts';

const WebhookUpdateInput = builder.inputType('WebhookUpdateInput', {
  description:
    'What is left out stays as it is; eventTypes and headers, where given, replace the whole set. Null clears the description, the filter and the rate limit, gives back the installation’s timeout and schedule, and is refused elsewhere.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The webhook's global id." }),
    name: t.string({ description: 'What to call it, for people: 1 to 200 characters.' }),
    url: t.string({
      description:
        'Where to send deliveries from now on, those that wait already among them; the rules are those of webhookCreate.',
    }),
    description: t.string({ description: 'What it is for, at most 2,000 characters; null: none.' }),
    eventTypes: t.stringList({
      description:
        'Names and patterns of all the event types to subscribe to, in place of those there are.',
    }),
    timeout: t.int({
      description:
        "Seconds one attempt may take in all: 1 to 120; null: the installation's default.",
    }),
    retryPolicy: t.field({
      type: RetryPolicyInput,
      description:
        'Its own schedule of retries, from the next failure on; null: the installation’s.',
    }),
    rateLimit: t.field({
      type: RateLimitInput,
      description:
        'At most so many attempts in any window of time, from the next one on; null: no limit.',
    }),
    ordering: t.field({
      type: WebhookOrdering,
      description:
        'In what order deliveries of events from now on go out. NONE lets go what waits for an earlier one.',
    }),
    isActive: t.boolean({
      description:
        'True switches it on, whatever it was off for. False switches it off: deliveries that come due meanwhile end FAILED.',
    }),
    filter: t.field({
      type: 'JSON',
      description:
        'What the body of an event must be like from now on, as in WebhookCreateInput; null: nothing in particular.',
    }),
    headers: t.field({
      type: [HeaderInput],
      description:
        'All the extra request headers, at most 20, in place of those there are; one without a value keeps the value it has.',
    }),
  }),
});

interface Payload {
  webhook?: WebhookRow;
  userErrors: UserFault[];
}

const WebhookUpdatePayload = builder.objectRef<Payload>('WebhookUpdatePayload').implement({
  description: 'The webhook as it now is.',
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'The changed webhook; null where userErrors has any.',
      resolve: ({ webhook }) => webhook,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the change was made')),
  }),
});

builder.mutationField('webhookUpdate', (t) =>
  t.field({
    type: WebhookUpdatePayload,
    description: 'Changes a webhook: all that is given, or, where any of it is at fault, nothing.',
    args: {
      input: t.arg({ type: WebhookUpdateInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input: { id, ...changes } }, context) => {
      const webhookId = uuidOf('Webhook', id);
      if (webhookId === null) return { userErrors: [notFound('webhook', ['input', 'id'])] };
      const { value, faults } = await context.services.webhooks.update(callerOf(context).tenantId, {
        webhookId,
        ...changes,
      });
      return faults ? { userErrors: faults } : { webhook: value, userErrors: [] };
    },
  }),
);
