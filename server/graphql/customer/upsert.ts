import type { CustomerRow } from '../../customers/row.ts';
import type { UserFault } from '../../domain/user-fault.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { faultsUnless } from '../errors/user-error.ts';
import { Customer } from './customer.ts';

const CustomerUpsertInput = builder.inputType('CustomerUpsertInput', {
  description: 'The customer to make or change. What is left out stays as it is.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description: "The platform's own id of it: 1 to 128 of A-Z a-z 0-9 . _ : -",
    }),
    name: t.string({
      description: 'What to call it, for people: 1 to 200 characters. The key, for a new customer.',
    }),
    metadata: t.field({
      type: 'JSON',
      description: "The platform's own notes: a JSON object, 4 KiB at most. Null: none.",
    }),
  }),
});

const CustomerUpsertPayload = builder
  .objectRef<{ customer: CustomerRow | null; isNew: boolean; userErrors: UserFault[] }>(
    'CustomerUpsertPayload',
  )
  .implement({
    description: 'The customer as it now is.',
    fields: (t) => ({
      customer: t.expose('customer', {
        type: Customer,
        nullable: true,
        description: 'The customer with this key; null where userErrors has any.',
      }),
      isNew: t.exposeBoolean('isNew', { description: 'Whether there was none with this key.' }),
      userErrors: t.expose('userErrors', faultsUnless('it is as was asked for')),
    }),
  });

builder.mutationField('customerUpsert', (t) =>
  t.field({
    type: CustomerUpsertPayload,
    description: 'Makes the customer with this key, or changes it.',
    args: {
      input: t.arg({
        type: CustomerUpsertInput,
        required: true,
        description: 'The customer to make or change.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.customers.upsert(tenantId, input);
      return {
        customer: value?.customer ?? null,
        isNew: value?.isNew ?? false,
        userErrors: faults ?? [],
      };
    },
  }),
);
