import { NO_CUSTOMER, type CustomerRow } from '../../customers/row.ts';
import { RawJson } from '../../domain/json/raw-json.ts';
import { findCustomer } from '../../customers/find.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { kept } from '../reading/kept.ts';
import { loadersOf } from '../reading/loaders.ts';

export const Customer = builder.prismaNode('Customer', {
  description:
    'One of the platform’s customers: it has webhooks of its own, which get the events that are triggered for it and no others.',
  nullable: true,
  id: { field: 'id', description: 'Its global id; arguments take its key.' },
  findUnique: (id, context) => ({ id, tenantId: callerOf(context).tenantId, erasedAt: null }),
  fields: (t) => ({
    key: t.string({
      description:
        "The platform's own id of it, unique in the tenant: 1 to 128 of A-Z a-z 0-9 . _ : - It never changes.",
      resolve: ({ key }) => kept(key),
    }),
    name: t.exposeString('name', {
      description: 'What it is called, for people; its key where no name was given.',
    }),
    metadata: t.field({
      type: 'JSON',
      description: "The platform's own notes: a JSON object.",
      resolve: ({ metadata }) => new RawJson(metadata),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

/** The customer that a row belongs to; null where it is nobody's, or its customer was erased. */
export function customerOf(
  context: GraphQLContext,
  { customerId }: { customerId: string },
): Promise<CustomerRow | null> | null {
  if (customerId === NO_CUSTOMER) return null;
  return loadersOf(context).customer({ tenantId: callerOf(context).tenantId, id: customerId });
}

builder.queryField('customer', (t) =>
  t.prismaField({
    type: Customer,
    nullable: true,
    description: 'A customer by its key; null where the tenant has none such.',
    args: {
      key: t.arg.string({
        required: true,
        description: "The platform's own id of it; case counts.",
      }),
    },
    resolve: (query, _root, { key }, context) => {
      const { tenantId } = callerOf(context);
      return findCustomer(context.services.prisma, { tenantId, key }, query);
    },
  }),
);
