import type { UserFault } from '../../domain/user-fault.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { Delivery, loadDelivery } from './delivery.ts';
import { uuidOf } from '../schema/global-id.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';

const DeliveryRetryInput = builder.inputType('DeliveryRetryInput', {
  description: 'Which delivery to send again.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The delivery's global id." }),
  }),
});

interface Payload {
  deliveryId: string | null;
  userErrors: UserFault[];
}

const DeliveryRetryPayload = builder.objectRef<Payload>('DeliveryRetryPayload').implement({
  description: 'The delivery that is sent again.',
  fields: (t) => ({
    delivery: t.field({
      type: Delivery,
      nullable: true,
      description: 'The delivery as it now stands; null where userErrors has any.',
      resolve: ({ deliveryId }, _args, context) =>
        deliveryId === null ? null : loadDelivery(context, deliveryId),
    }),
    userErrors: t.expose('userErrors', faultsUnless('the delivery is sent again')),
  }),
});

builder.mutationField('deliveryRetry', (t) =>
  t.field({
    type: DeliveryRetryPayload,
    description:
      'A new attempt at once, of a delivery in SUCCESS, FAILED or RETRYING; its history stays, its attemptCount starts anew. Of one that is PENDING already nothing changes, but that it goes out at once where its webhook’s pause or open circuit holds it back. SENDING, or its webhook deleted or off: NOT_ALLOWED_NOW.',
    args: {
      input: t.arg({
        type: DeliveryRetryInput,
        required: true,
        description: 'Which delivery to send again.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const id = uuidOf('Delivery', input.id);
      if (id === null) {
        return { deliveryId: null, userErrors: [notFound('delivery', ['input', 'id'])] };
      }
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.retryDelivery(tenantId, id);
      return { deliveryId: value?.deliveryId ?? null, userErrors: faults ?? [] };
    },
  }),
);
