import type { UserFault } from '../../domain/user-fault.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { faultsUnless } from '../errors/user-error.ts';

const CustomerEraseInput = builder.inputType('CustomerEraseInput', {
  description: 'The customer to erase.',
  fields: (t) => ({
    key: t.string({ required: true, description: "The platform's own id of it." }),
  }),
});

const CustomerErasePayload = builder
  .objectRef<{ erasedCustomerKey: string | null; userErrors: UserFault[] }>('CustomerErasePayload')
  .implement({
    description: 'What is left of the customer: its key, which is free again.',
    fields: (t) => ({
      erasedCustomerKey: t.exposeString('erasedCustomerKey', {
        nullable: true,
        description: 'The key it had; null where userErrors has any.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('the customer is erased')),
    }),
  });

builder.mutationField('customerErase', (t) =>
  t.field({
    type: CustomerErasePayload,
    description:
      'Erases a customer for good, with its webhooks, events, deliveries, attempts and sums. Answered at once: from then on nothing more is sent, and a trigger for it is NOT_FOUND; within minutes no row of it is left.',
    args: {
      input: t.arg({
        type: CustomerEraseInput,
        required: true,
        description: 'The customer to erase.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.customers.erase(tenantId, input.key);
      return { erasedCustomerKey: value?.key ?? null, userErrors: faults ?? [] };
    },
  }),
);
