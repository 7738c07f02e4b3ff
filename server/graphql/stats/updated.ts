import { INTERVAL_MS, startOf } from '../../deliveries/stats/pieces.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { badUserInput } from '../errors/errors.ts';
import { uuidOf } from '../schema/global-id.ts';
import { loadersOf } from '../reading/loaders.ts';
import type { StatsKey } from './loaders.ts';
import { statsPulseOf } from './pulse.ts';
import { DeliveryStats } from './stats.ts';

const WINDOW_MS = {
  HOUR: INTERVAL_MS.HOUR,
  DAY: INTERVAL_MS.DAY,
  WEEK: 7 * INTERVAL_MS.DAY,
  MONTH: 30 * INTERVAL_MS.DAY,
} as const;

const StatsWindow = builder.enumType('StatsWindow', {
  description: 'How far back live stats look, to the minute.',
  values: {
    HOUR: { description: 'The last hour.' },
    DAY: { description: 'The last 24 hours.' },
    WEEK: { description: 'The last 7 days.' },
    MONTH: { description: 'The last 30 days.' },
  } satisfies Record<keyof typeof WINDOW_MS, { description: string }>,
});

/** @throws BAD_USER_INPUT where the tenant has no such webhook. */
async function findWebhook(context: GraphQLContext, globalId: string): Promise<string> {
  const { tenantId } = callerOf(context);
  const id = uuidOf('Webhook', globalId);
  const webhook = id === null ? null : await loadersOf(context).webhook({ tenantId, id });
  if (webhook === null || webhook.deletedAt !== null) {
    throw badUserInput('There is no webhook with this id.', ['webhookId']);
  }
  return webhook.id;
}

builder.subscriptionField('statsUpdated', (t) =>
  t.field({
    type: DeliveryStats,
    description:
      'Stats of all or of one webhook over the window up to now: at once, then at most once a second while they change.',
    args: {
      webhookId: t.arg.id({ description: 'Of this webhook; of all if omitted.' }),
      window: t.arg({
        type: StatsWindow,
        defaultValue: 'DAY',
        description: 'How far back they look.',
      }),
    },
    subscribe: async (_root, args, context) => {
      const { tenantId } = callerOf(context);
      const webhookId =
        typeof args.webhookId === 'string' ? await findWebhook(context, args.webhookId) : null;
      return statsPulseOf(context.services).follow({
        tenantId,
        webhookId,
        windowMs: WINDOW_MS[args.window ?? 'DAY'],
      });
    },
    resolve: ({ tenantId, webhookId, windowMs }): StatsKey => ({
      tenantId,
      owner: webhookId === null ? null : { kind: 'webhooks', id: webhookId },
      // From a whole minute on, so that no delivery has to be counted one by one.
      range: { from: startOf('MINUTE', Date.now() - windowMs), to: null },
    }),
  }),
);
