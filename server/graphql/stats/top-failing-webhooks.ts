import { meantRange } from '../../deliveries/stats/range.ts';
import { topFailingWebhooks } from '../../deliveries/stats/top-failing.ts';
import { findWebhooksInOrder } from '../../webhooks/find.ts';
import { boundedInt } from '../limits/bounded-int.ts';
import { builder } from '../schema/builder.ts';
import { PAGE_SIZES } from '../schema/connection.ts';
import { callerOf } from '../schema/context.ts';
import { readStatsRange } from './stats.ts';
import { TimeRange } from '../schema/time-range.ts';
import { Webhook } from '../webhook/webhook.ts';

builder.queryField('topFailingWebhooks', (t) =>
  t.prismaField({
    type: [Webhook],
    description:
      'The webhooks with the most failed deliveries in the range, most first, without those that have none and those that were deleted.',
    args: {
      range: t.arg({
        type: TimeRange,
        description: 'When the deliveries were made; the last 24 hours if omitted.',
      }),
      first: t.arg.int({ defaultValue: 5, description: 'How many at most: 0 to 100.' }),
    },
    resolve: async (query, _root, args, context) => {
      const first = boundedInt(args.first ?? 5, PAGE_SIZES, ['first']);
      const { tenantId } = callerOf(context);
      const { pool, prisma } = context.services;
      const range = meantRange(readStatsRange(args.range), Date.now());
      const ids = await topFailingWebhooks(pool, tenantId, range, first);
      return findWebhooksInOrder(prisma, { tenantId, ids }, query);
    },
  }),
);
