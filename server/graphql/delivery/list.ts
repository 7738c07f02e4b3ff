import type { GraphQLResolveInfo } from 'graphql';

import type { KeysetPage } from '../../database/keyset-page.ts';
import { listDeliveries, type DeliveryListFilter } from '../../deliveries/list.ts';
import type { DeliveryRow } from '../../deliveries/row.ts';
import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection, type ConnectionArgs } from '../schema/connection.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { Delivery } from './delivery.ts';
import { DeliveryFilter, readDeliveryFilter } from './filter.ts';
import { Event } from '../event/event.ts';
import { loadersOf } from '../reading/loaders.ts';
import { selects } from '../reading/selection.ts';
import { Webhook } from '../webhook/webhook.ts';

const DeliveryConnection = builder.connectionObject(
  {
    type: Delivery,
    name: 'DeliveryConnection',
    description: 'A page of deliveries.',
    fields: (t) => ({
      feedCursor: t.string({
        description:
          'Where the feed stood just before this page was read: subscribe with it as `after`, and nothing falls between the list and the feed.',
        resolve: ({ feedCursor }) => {
          if (feedCursor === undefined) throw new Error('a page was read without its feed cursor');
          return feedCursor;
        },
      }),
    }),
  },
  { name: 'DeliveryEdge', description: 'A delivery and its place in the list.' },
);

/** The cursor comes first, and is read only if the operation selects it. */
async function readPage(
  args: ConnectionArgs,
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  read: (tenantId: string, page: KeysetPage) => Promise<DeliveryRow[]>,
) {
  const page = pageArgs(args);
  const { tenantId } = callerOf(context);
  const feedCursor = selects(info, 'feedCursor')
    ? await context.services.feed.currentCursor()
    : undefined;
  const connection = toConnection(await read(tenantId, page), page);
  return feedCursor === undefined ? connection : { ...connection, feedCursor };
}

builder.queryField('deliveries', (t) =>
  t.field({
    type: DeliveryConnection,
    description: "The tenant's deliveries, tests among them, newest first.",
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: DeliveryFilter, description: 'Which of them; all if omitted.' }),
    },
    resolve: async (_root, args, context, info) => {
      const filter = await readDeliveryFilter(context, args.filter);
      return readPage(args, context, info, (tenantId, page) =>
        listDeliveries(context.services.pool, { tenantId, filter, page }),
      );
    },
  }),
);

builder.prismaObjectField(Webhook, 'deliveries', (t) =>
  t.field({
    type: DeliveryConnection,
    select: { id: true },
    description: 'Its deliveries, tests among them, newest first.',
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: DeliveryFilter, description: 'Which of them; all if omitted.' }),
    },
    resolve: async (webhook, args, context, info) => {
      const filter: DeliveryListFilter = await readDeliveryFilter(context, args.filter);
      return readPage(args, context, info, (tenantId, page) =>
        loadersOf(context).deliveriesOf({
          kind: 'webhook',
          parentId: webhook.id,
          tenantId,
          filter,
          page,
        }),
      );
    },
  }),
);

builder.objectField(Event, 'deliveries', (t) =>
  t.field({
    type: DeliveryConnection,
    description: 'Its deliveries, one for each webhook it went to, newest first.',
    authScopes: { read: true },
    args: t.arg.connectionArgs(),
    resolve: (event, args, context, info) =>
      readPage(args, context, info, (tenantId, page) =>
        loadersOf(context).deliveriesOf({
          kind: 'event',
          parentId: event.id,
          tenantId,
          filter: {},
          page,
        }),
      ),
  }),
);
