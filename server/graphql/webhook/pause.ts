import type { UserFault } from '../../domain/user-fault.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { Webhook } from './webhook.ts';

interface Payload {
  webhook?: WebhookRow;
  userErrors: UserFault[];
}

const WebhookPauseInput = builder.inputType('WebhookPauseInput', {
  description: 'The webhook to hold.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The webhook's global id." }),
    until: t.field({
      type: 'DateTime',
      description: 'When it resumes by itself, in the future; only by webhookResume if omitted.',
    }),
  }),
});

const WebhookPausePayload = builder.objectRef<Payload>('WebhookPausePayload').implement({
  description: 'The webhook that is held.',
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'The paused webhook; null where userErrors has any.',
      resolve: ({ webhook }) => webhook,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the webhook is paused')),
  }),
});

builder.mutationField('webhookPause', (t) =>
  t.field({
    type: WebhookPausePayload,
    description:
      'Holds a webhook without losing anything: deliveries are made and wait. What is being sent goes on; tests and retries by hand go out. Of one that is paused, it changes until when.',
    args: {
      input: t.arg({
        type: WebhookPauseInput,
        required: true,
        description: 'The webhook to hold, and until when.',
      }),
    },
    resolve: async (_root, { input: { id, until } }, context) => {
      const webhookId = uuidOf('Webhook', id);
      if (webhookId === null) return { userErrors: [notFound('webhook', ['input', 'id'])] };
      const { value, faults } = await context.services.webhooks.pause(callerOf(context).tenantId, {
        webhookId,
        until,
      });
      return faults ? { userErrors: faults } : { webhook: value, userErrors: [] };
    },
  }),
);

const WebhookResumeInput = builder.inputType('WebhookResumeInput', {
  description: 'The webhook to hold no longer.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The webhook's global id." }),
  }),
});

const WebhookResumePayload = builder.objectRef<Payload>('WebhookResumePayload').implement({
  description: 'The webhook that is held no longer.',
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'The resumed webhook; null where userErrors has any.',
      resolve: ({ webhook }) => webhook,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the webhook is paused no longer')),
  }),
});

builder.mutationField('webhookResume', (t) =>
  t.field({
    type: WebhookResumePayload,
    description:
      'Ends a webhook’s pause: what waits goes out, the longest due first, never more at once than WEBHOOK_CONCURRENCY in each worker. Of one that is not paused nothing changes.',
    args: {
      input: t.arg({
        type: WebhookResumeInput,
        required: true,
        description: 'The webhook to hold no longer.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const webhookId = uuidOf('Webhook', input.id);
      if (webhookId === null) return { userErrors: [notFound('webhook', ['input', 'id'])] };
      const { value, faults } = await context.services.webhooks.resume(
        callerOf(context).tenantId,
        webhookId,
      );
      return faults ? { userErrors: faults } : { webhook: value, userErrors: [] };
    },
  }),
);
