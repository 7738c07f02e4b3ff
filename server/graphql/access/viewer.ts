import { apiKeyOf, tenantOf } from '../../access/find.ts';
import type { Caller } from '../../access/caller.ts';
import { ApiKey } from './api-key.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';

export const Tenant = builder.prismaNode('Tenant', {
  description:
    'Whose webhooks, events and deliveries these are. Tenants see nothing of each other.',
  nullable: true,
  id: { field: 'id' },
  // A tenant sees itself; of any other there is no row that is both.
  findUnique: (id, context) => ({ id, AND: { id: callerOf(context).tenantId } }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the tenant is called, for people.' }),
  }),
});

const Viewer = builder.objectRef<Caller>('Viewer').implement({
  description: 'Who asks: what the API key of this request stands for.',
  fields: (t) => ({
    tenant: t.prismaField({
      type: Tenant,
      description: 'The tenant that the key belongs to.',
      resolve: (query, caller, _args, { services }) => tenantOf(services.prisma, caller, query),
    }),
    apiKey: t.prismaField({
      type: ApiKey,
      description: 'The key that this request came with.',
      resolve: (query, caller, _args, { services }) => apiKeyOf(services.prisma, caller, query),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who asks. Every good key may, whatever its role.',
    skipTypeScopes: true,
    authScopes: { caller: true },
    resolve: (_root, _args, context) => callerOf(context),
  }),
);
