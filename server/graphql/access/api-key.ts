import { listApiKeys } from '../../access/find.ts';
import type { UserFault } from '../../domain/user-fault.ts';
import type { ApiKey as ApiKeyRow } from '../../generated/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';

export const Role = builder.enumType('Role', {
  description: 'What an API key may do.',
  values: {
    ADMIN: { description: 'Everything, API keys among it.' },
    OPERATOR: { description: 'Webhooks, events, deliveries: read and write.' },
    PUBLISHER: {
      description:
        'Trigger events and read what the trigger returns (without deliveries), the event types and the viewer; nothing else.',
    },
    VIEWER: { description: 'Read webhooks, events, deliveries and stats, and nothing else.' },
  },
});

export const ApiKey = builder.prismaNode('ApiKey', {
  description: 'A credential of the tenant. The key itself is shown once, when made.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => {
    const caller = callerOf(context);
    // Those who may not manage keys see their own, as the viewer does.
    return {
      id,
      tenantId: caller.tenantId,
      ...(caller.role !== 'ADMIN' && { AND: { id: caller.apiKeyId } }),
    };
  },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What its maker called it, for people.' }),
    role: t.expose('role', { type: Role, description: 'What it may do; it never changes.' }),
    hint: t.exposeString('hint', {
      description: "The key's first characters; the key itself is shown once, when made.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null where never.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it no longer works; null while it does.',
    }),
  }),
});

const ApiKeyConnection = builder.connectionObject(
  { type: ApiKey, name: 'ApiKeyConnection', description: 'A page of API keys, newest first.' },
  { name: 'ApiKeyEdge', description: 'An API key and its place in the list.' },
);

builder.queryField('apiKeys', (t) =>
  t.field({
    type: ApiKeyConnection,
    description: "The tenant's API keys, revoked ones among them, newest first. For ADMIN keys.",
    authScopes: { manageKeys: true },
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const page = pageArgs(args);
      const rows = await listApiKeys(context.services.prisma, callerOf(context).tenantId, page);
      return toConnection(rows, page);
    },
  }),
);

const ApiKeyCreateInput = builder.inputType('ApiKeyCreateInput', {
  description: 'The key to make.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What to call it, for people: 1 to 100 characters.',
    }),
    role: t.field({ type: Role, required: true, description: 'What it may do, for good.' }),
  }),
});

const ApiKeyRevokeInput = builder.inputType('ApiKeyRevokeInput', {
  description: 'The key to revoke.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The key's global id." }),
  }),
});

interface ApiKeyPayload {
  apiKey?: ApiKeyRow | null;
  key?: string | null;
  userErrors: UserFault[];
}

const ApiKeyCreatePayload = builder.objectRef<ApiKeyPayload>('ApiKeyCreatePayload').implement({
  description: 'The key that was made.',
  fields: (t) => ({
    apiKey: t.field({
      type: ApiKey,
      nullable: true,
      description: 'What is kept of it; null where userErrors has any.',
      resolve: (payload) => payload.apiKey,
    }),
    key: t.exposeString('key', {
      nullable: true,
      description: 'The key itself, shown this once; null where userErrors has any.',
    }),
    userErrors: t.expose('userErrors', faultsUnless('the key was made')),
  }),
});

const ApiKeyRevokePayload = builder.objectRef<ApiKeyPayload>('ApiKeyRevokePayload').implement({
  description: 'The key that no longer works.',
  fields: (t) => ({
    apiKey: t.field({
      type: ApiKey,
      nullable: true,
      description: 'The key, revoked; null where userErrors has any.',
      resolve: (payload) => payload.apiKey,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the key is revoked')),
  }),
});

builder.mutationField('apiKeyCreate', (t) =>
  t.field({
    type: ApiKeyCreatePayload,
    description: 'Makes an API key of the tenant. For ADMIN keys.',
    authScopes: { manageKeys: true },
    args: {
      input: t.arg({ type: ApiKeyCreateInput, required: true, description: 'The key to make.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { value, faults } = await context.services.apiKeys.create(
        callerOf(context).tenantId,
        input,
      );
      return { ...value, userErrors: faults ?? [] };
    },
  }),
);

builder.mutationField('apiKeyRevoke', (t) =>
  t.field({
    type: ApiKeyRevokePayload,
    description:
      'Revokes an API key for good; its open sockets close within seconds. Of one already revoked: nothing changes. Of the last ADMIN key: NOT_ALLOWED_NOW. For ADMIN keys.',
    authScopes: { manageKeys: true },
    args: {
      input: t.arg({ type: ApiKeyRevokeInput, required: true, description: 'The key to revoke.' }),
    },
    resolve: async (_root, { input }, context) => {
      const id = uuidOf('ApiKey', input.id);
      if (id === null) return { userErrors: [notFound('API key', ['input', 'id'])] };
      const { value, faults } = await context.services.apiKeys.revoke(
        callerOf(context).tenantId,
        id,
      );
      return { apiKey: value ?? null, userErrors: faults ?? [] };
    },
  }),
);
