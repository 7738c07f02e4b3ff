import { queryFromInfo } from '@pothos/plugin-prisma';
import type { GraphQLResolveInfo } from 'graphql';

import {
  countWebhooks,
  listWebhooks,
  type WebhookFilter as Filter,
  webhooksMatching,
} from '../../webhooks/list.ts';
import { Customer } from '../customer/customer.ts';
import { customersOfFilter } from '../customer/filter.ts';
import { filterText } from '../limits/bounded-text.ts';
import { builder } from '../schema/builder.ts';
import { type ConnectionArgs, pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { Webhook } from './webhook.ts';

const WebhookFilter = builder.inputType('WebhookFilter', {
  description: 'Which webhooks to list: those that fit all that is given.',
  fields: (t) => ({
    isActive: t.boolean({ description: 'Only those that are on, or only those that are off.' }),
    isDeleted: t.boolean({
      description:
        'True: only those that were deleted and still have deliveries. Otherwise only those that were not.',
    }),
    isRateLimited: t.boolean({
      description: 'True: those whose rateLimit is used up now; false: all others.',
    }),
    isPaused: t.boolean({
      description: 'Only those that are paused, or only those that are not.',
    }),
    hasOpenCircuit: t.boolean({
      description:
        'Only those whose circuit is open (what comes due is held back), or only those whose is not.',
    }),
    needsAttention: t.boolean({
      description:
        'Only those that deliveries do not reach: every attempt fails, and their circuit is open, or they were switched off for failing or for 410 Gone. Or only all others, those that were changed since among them.',
    }),
    customers: t.stringList({
      description: 'Only those of one of the customers with these keys: at most 100.',
    }),
    eventType: t.string({
      description:
        'Only those that subscribe to this event type, by its name or by a pattern; of a pattern (order.*), only those that subscribe by it.',
    }),
    search: t.string({
      description:
        'Part of the name, description or URL, whatever the case; a URL also as it was given. At most 2,048 characters.',
    }),
  }),
});

/** @throws BAD_USER_INPUT for a text that is too long. */
async function readFilter(
  context: GraphQLContext,
  given: typeof WebhookFilter.$inferInput | null | undefined,
): Promise<Filter> {
  const { customers, ...filter } = given ?? {};
  const { eventType, search } = filter;
  if (eventType) filterText(eventType, ['filter', 'eventType']);
  if (search) filterText(search, ['filter', 'search']);
  return {
    ...filter,
    customerIds: await customersOfFilter(context, customers, ['filter', 'customers']),
  };
}

interface WebhookListArgs extends ConnectionArgs {
  filter?: typeof WebhookFilter.$inferInput | null | undefined;
}

/** A page of the tenant's webhooks that fit the filter, and `own`. */
async function readPage(
  args: WebhookListArgs,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  own: { customerId?: string } = {},
) {
  const page = pageArgs(args);
  const fitting = webhooksMatching(
    callerOf(context).tenantId,
    await readFilter(context, args.filter),
  );
  const matching = { AND: [fitting, own] };
  const fields = queryFromInfo({
    context,
    info,
    typeName: 'Webhook',
    include: {},
    paths: [['nodes'], ['edges', 'node']],
  });
  const rows = await listWebhooks(context.services.prisma, matching, page, fields);
  return { ...toConnection(rows, page), matching };
}

const WebhookConnection = builder.connectionObject(
  {
    type: Webhook,
    name: 'WebhookConnection',
    description: 'A page of webhooks.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many fit the filter in all, on whatever page.',
        resolve: ({ matching }, _args, { services }) => {
          if (matching === undefined) throw new Error('a page was read without its condition');
          return countWebhooks(services.prisma, matching);
        },
      }),
    }),
  },
  { name: 'WebhookEdge', description: 'A webhook and its place in the list.' },
);

builder.queryField('webhooks', (t) =>
  t.field({
    type: WebhookConnection,
    description: "The tenant's webhooks, newest first.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: WebhookFilter, description: 'Which of them; all if omitted.' }),
    },
    resolve: (_root, args, context, info) => readPage(args, context, info),
  }),
);

builder.prismaObjectField(Customer, 'webhooks', (t) =>
  t.field({
    type: WebhookConnection,
    select: { id: true },
    authScopes: { read: true },
    description: 'Its own webhooks, newest first.',
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: WebhookFilter, description: 'Which of them; all if omitted.' }),
    },
    resolve: ({ id: customerId }, args, context, info) =>
      readPage(args, context, info, { customerId }),
  }),
);
