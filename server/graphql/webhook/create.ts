import type { UserFault } from '../../domain/user-fault.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { HeaderInput } from './header.ts';
import { faultsUnless } from '../errors/user-error.ts';
import { WebhookOrdering } from './ordering.ts';
import { RateLimitInput } from './rate-limit.ts';
import { RetryPolicyInput } from './retry-policy.ts';
import { Webhook } from './webhook.ts';

const WebhookCreateInput = builder.inputType('WebhookCreateInput', {
  description: 'The webhook to make.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What to call it, for people: 1 to 200 characters.',
    }),
    url: t.string({
      required: true,
      description:
        'Where to send deliveries: http or https (https alone, where the installation says so), at most 2,048 characters, no user name, password or fragment. It is kept normalised.',
    }),
    description: t.string({ description: 'What it is for, at most 2,000 characters.' }),
    eventTypes: t.stringList({
      description:
        'Names of event types to subscribe to, and patterns: order.* (all that begin with order.), * (all). None if omitted.',
    }),
    timeout: t.int({
      description:
        "Seconds one attempt may take in all: 1 to 120. The installation's default if omitted.",
    }),
    retryPolicy: t.field({
      type: RetryPolicyInput,
      description: 'Its own schedule of retries. The installation’s if omitted.',
    }),
    rateLimit: t.field({
      type: RateLimitInput,
      description:
        'At most so many attempts in any window of time; what is due beyond waits (PENDING or RETRYING, heldBy RATE_LIMITED). No limit if omitted.',
    }),
    ordering: t.field({
      type: WebhookOrdering,
      description: 'In what order deliveries go out. NONE if omitted.',
    }),
    isActive: t.boolean({
      description: 'Whether events go to it from now on. True if omitted.',
    }),
    customer: t.string({
      description:
        'The key of the customer whose it is: only events triggered for it go to it. It can’t be changed later. The platform’s own, which gets every event, if omitted.',
    }),
    filter: t.field({
      type: 'JSON',
      description:
        'What the body of an event must be like to go to it: a JSON object of at most 4 KiB, 10 levels deep (docs/filters.md). Every event that it subscribes to goes to it if omitted.',
    }),
    headers: t.field({
      type: [HeaderInput],
      description: 'Extra request headers to send with each delivery: at most 20.',
    }),
  }),
});

interface Payload {
  webhook?: WebhookRow;
  secret?: string;
  userErrors: UserFault[];
}

const WebhookCreatePayload = builder.objectRef<Payload>('WebhookCreatePayload').implement({
  description: 'The webhook that was made.',
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'The new webhook; null where userErrors has any.',
      resolve: ({ webhook }) => webhook,
    }),
    secret: t.exposeString('secret', {
      nullable: true,
      description:
        'What its deliveries are signed with, shown this once; null where userErrors has any.',
    }),
    userErrors: t.expose('userErrors', faultsUnless('the webhook was made')),
  }),
});

builder.mutationField('webhookCreate', (t) =>
  t.field({
    type: WebhookCreatePayload,
    description: 'Makes a webhook, with a secret of its own.',
    args: {
      input: t.arg({
        type: WebhookCreateInput,
        required: true,
        description: 'The webhook to make.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { value, faults } = await context.services.webhooks.create(
        callerOf(context).tenantId,
        input,
      );
      return { ...value, userErrors: faults ?? [] };
    },
  }),
);
