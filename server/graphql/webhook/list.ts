import { queryFromInfo } from '@pothos/plugin-prisma';

import { webhooksMatching } from '../../webhooks/list.ts';
import { filterText } from '../limits/bounded-text.ts';
import { builder } from '../schema/builder.ts';
import { keysetQuery, pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf } from '../schema/context.ts';
import { Webhook } from './webhook.ts';

const WebhookFilter = builder.inputType('WebhookFilter', {
  description: 'Which webhooks to list: those that fit all that is given.',
  fields: (t) => ({
    isActive: t.boolean({ description: 'Only those that are on, or only those that are off.' }),
    isDeleted: t.boolean({
      description:
        'True: only those that were deleted and still have deliveries. Otherwise only those that were not.',
    }),
    hasOpenCircuit: t.boolean({
      description:
        'Only those whose circuit is open (what comes due is held back), or only those whose is not.',
    }),
    needsAttention: t.boolean({
      description:
        'Only those that deliveries do not reach: every attempt fails, and their circuit is open, or they were switched off for failing or for 410 Gone. Or only all others, those that were changed since among them.',
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
function readFilter(given: typeof WebhookFilter.$inferInput | null | undefined) {
  const { eventType, search } = given ?? {};
  if (eventType) filterText(eventType, ['filter', 'eventType']);
  if (search) filterText(search, ['filter', 'search']);
  return given;
}

builder.queryField('webhooks', (t) =>
  t.connection(
    {
      type: Webhook,
      description: "The tenant's webhooks, newest first.",
      args: {
        filter: t.arg({ type: WebhookFilter, description: 'Which of them; all if omitted.' }),
      },
      resolve: async (_root, args, context, info) => {
        const page = pageArgs(args);
        const { id, orderBy, take } = keysetQuery(page);
        const matching = webhooksMatching(callerOf(context).tenantId, readFilter(args.filter));
        const rows = await context.services.prisma.webhook.findMany({
          ...queryFromInfo({
            context,
            info,
            typeName: 'Webhook',
            include: {},
            paths: [['nodes'], ['edges', 'node']],
          }),
          where: { AND: [matching, { id }] },
          orderBy,
          take,
        });
        return { ...toConnection(rows, page), matching };
      },
    },
    {
      name: 'WebhookConnection',
      description: 'A page of webhooks.',
      fields: (connection) => ({
        totalCount: connection.int({
          description: 'How many fit the filter in all, on whatever page.',
          resolve: ({ matching }, _args, { services }) =>
            services.prisma.webhook.count({ where: matching }),
        }),
      }),
    },
    { name: 'WebhookEdge', description: 'A webhook and its place in the list.' },
  ),
);
