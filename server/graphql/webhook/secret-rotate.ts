import type { UserFault } from '../../domain/user-fault.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';
import { Webhook } from './webhook.ts';

const WebhookSecretRotateInput = builder.inputType('WebhookSecretRotateInput', {
  description: 'The webhook that gets a new secret.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The webhook's global id." }),
    gracePeriodSeconds: t.int({
      description:
        'How long the old secret goes on signing beside the new one. 86400 if omitted; at most 604800; 0: it stops at once.',
    }),
  }),
});

interface Payload {
  webhook?: WebhookRow;
  secret?: string;
  userErrors: UserFault[];
}

const WebhookSecretRotatePayload = builder
  .objectRef<Payload>('WebhookSecretRotatePayload')
  .implement({
    description: 'The webhook with its new secret.',
    fields: (t) => ({
      webhook: t.field({
        type: Webhook,
        nullable: true,
        description: 'The webhook, with the hint of its new secret; null where userErrors has any.',
        resolve: ({ webhook }) => webhook,
      }),
      secret: t.exposeString('secret', {
        nullable: true,
        description: 'The new secret, shown this once; null where userErrors has any.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('the secret was changed')),
    }),
  });

builder.mutationField('webhookSecretRotate', (t) =>
  t.field({
    type: WebhookSecretRotatePayload,
    description:
      'Gives a webhook a new secret. During the grace period deliveries carry signatures of both in `webhook-signature`; `X-Webhook-Signature` is made with the new one at once. Of several former secrets the newest three go on signing.',
    args: {
      input: t.arg({
        type: WebhookSecretRotateInput,
        required: true,
        description: 'The webhook, and how long its old secret stays.',
      }),
    },
    resolve: async (_root, { input: { id, gracePeriodSeconds } }, context) => {
      const webhookId = uuidOf('Webhook', id);
      if (webhookId === null) return { userErrors: [notFound('webhook', ['input', 'id'])] };
      const { value, faults } = await context.services.webhooks.rotateSecret(
        callerOf(context).tenantId,
        { webhookId, gracePeriodSeconds },
      );
      return { ...value, userErrors: faults ?? [] };
    },
  }),
);
