import type { UserFault } from '../../domain/user-fault.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';

const WebhookDeleteInput = builder.inputType('WebhookDeleteInput', {
  description: 'The webhook to delete.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The webhook's global id." }),
  }),
});

interface Payload {
  deletedWebhookId?: string;
  userErrors: UserFault[];
}

const WebhookDeletePayload = builder.objectRef<Payload>('WebhookDeletePayload').implement({
  description: 'What is left of the webhook: its id.',
  fields: (t) => ({
    deletedWebhookId: t.exposeID('deletedWebhookId', {
      nullable: true,
      description: 'The global id it had; null where userErrors has any.',
    }),
    userErrors: t.expose('userErrors', faultsUnless('the webhook is deleted')),
  }),
});

builder.mutationField('webhookDelete', (t) =>
  t.field({
    type: WebhookDeletePayload,
    description:
      'Deletes a webhook for good. What was still to be sent to it ends FAILED (WEBHOOK_DELETED); its history stays until retention removes it.',
    args: {
      input: t.arg({
        type: WebhookDeleteInput,
        required: true,
        description: 'The webhook to delete.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const webhookId = uuidOf('Webhook', input.id);
      if (webhookId === null) return { userErrors: [notFound('webhook', ['input', 'id'])] };
      const { faults } = await context.services.webhooks.delete(
        callerOf(context).tenantId,
        webhookId,
      );
      return faults ? { userErrors: faults } : { deletedWebhookId: input.id, userErrors: [] };
    },
  }),
);
