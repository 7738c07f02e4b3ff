import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';

import { permissionsOf } from '../../access/roles.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type PrismaTypes from '../../generated/pothos-types.ts';
import { getDatamodel } from '../../generated/pothos-types.ts';
import type { GraphQLContext } from './context.ts';
import { forbidden, unauthenticated } from '../errors/errors.ts';
import { encodeGlobalId } from '../../domain/global-id.ts';

/**
 * The one schema builder. It defines no domain types and opens nothing; type files add to it.
 *
 * Access is refused unless granted: a root field asks for `read` (queries, subscriptions) or
 * `write` (mutations). A field for others says `skipTypeScopes: true` and its own `authScopes`;
 * one for fewer only adds `authScopes`.
 */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  /** What a connection may hold besides its page. */
  Connection: { matching?: Prisma.WebhookWhereInput; feedCursor?: string };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
    URL: { Input: string; Output: string };
  };
  AuthScopes: {
    /** See webhooks, events, deliveries and stats. */
    read: boolean;
    /** Change them. */
    write: boolean;
    /** Trigger events, and read what the trigger returns. */
    trigger: boolean;
    /** See, make and revoke API keys. */
    manageKeys: boolean;
    /** Any good key. */
    caller: boolean;
  };
}>({
  plugins: [ScopeAuthPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.services.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: false,
  },
  relay: {
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    cursorType: 'String',
    idFieldOptions: {
      description:
        'Unique among all objects: a prefix for the type and 26 characters, e.g. dlv_06gq8…; fetch it again with node(id:).',
    },
    nodeTypeOptions: { description: 'An object that has a global id.' },
    // Ours (node.ts): a malformed id is null there, where the plugin's throws.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      nullable: false,
      description: 'The page, each object with its cursor.',
    },
    nodesOnConnection: { description: 'The page without the cursors.' },
    nodeFieldOptions: { nullable: false, description: 'The object at this place of the list.' },
    cursorFieldOptions: {
      description: 'Its place in the list: pass it as `after` or `before` to go on from here.',
    },
    pageInfoFieldOptions: { description: 'Whether the list goes on, and from where.' },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follow after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether more stand before this page.' },
    firstArgOptions: {
      description: 'How many from the start of the list (or from `after`): at most 100.',
    },
    afterArgOptions: { description: 'A cursor: only what stands after it in the list.' },
    lastArgOptions: {
      description: 'How many from the end of the list (or before `before`): at most 100.',
    },
    beforeArgOptions: { description: 'A cursor: only what stands before it in the list.' },
    startCursorFieldOptions: {
      description: 'Cursor of the first on the page; null on an empty one.',
    },
    endCursorFieldOptions: { description: 'Cursor of the last on the page; null on an empty one.' },
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (context) => permissionsOf(context.caller),
    unauthorizedError: (_parent, context) =>
      context.caller === null ? unauthenticated() : forbidden(context.caller.role),
  },
});

builder.queryType({
  description: 'What can be read; all of it within the tenant of the API key that asks.',
  authScopes: { read: true },
});
builder.mutationType({
  description:
    'What can be changed. Each takes one input and returns a payload; what the caller can correct stands in its userErrors, and then nothing was changed.',
  authScopes: { write: true },
});
builder.subscriptionType({
  description:
    'What can be followed live, over WebSocket (graphql-transport-ws) or as server-sent events (accept: text/event-stream).',
  authScopes: { read: true },
});
