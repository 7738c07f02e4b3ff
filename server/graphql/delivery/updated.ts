import { ExpiredCursor, InvalidCursor } from '../../feed/log/cursor.ts';
import type { FeedUpdate } from '../../feed/follow.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { Delivery } from './delivery.ts';
import { DeliveryFilter, DeliveryStatus, readDeliveryFilter } from './filter.ts';
import { badUserInput, cursorExpired } from '../errors/errors.ts';

const DeliveryUpdate = builder.objectRef<FeedUpdate>('DeliveryUpdate').implement({
  description: 'One change of one delivery.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'Pass the last one seen as `after` when subscribing again.',
    }),
    status: t.expose('status', {
      type: DeliveryStatus,
      description: 'The status that this change led to.',
    }),
    matchesFilter: t.exposeBoolean('matchesFilter', {
      description: 'False where the delivery has just left the filter.',
    }),
    changedAt: t.expose('changedAt', {
      type: 'DateTime',
      description: "When this change was made, by the database's clock.",
    }),
    toldAt: t.expose('toldAt', {
      type: 'DateTime',
      description:
        'When the server sent this update, by the same clock: the difference from `changedAt` is how far behind it is.',
    }),
    delivery: t.expose('delivery', {
      type: Delivery,
      description: 'The delivery as it now stands, which may be later than this change.',
    }),
  }),
});

builder.subscriptionField('deliveryUpdated', (t) =>
  t.field({
    type: DeliveryUpdate,
    description: `Changes of deliveries, as they happen: each one while the reader keeps up; for a reader that falls
behind, and for what \`after\` brings back, the latest state of each delivery. Nothing is left out:
with \`after\`, all that changed since that cursor comes first, then the live feed; some may come twice.
A change comes where the delivery fits the filter after it or fitted before it (\`matchesFilter\` says
which), so that a list can drop what no longer belongs. Changes of one delivery come in their order.
A cursor older than 24 hours: CURSOR_EXPIRED, read the list again.`,
    args: {
      filter: t.arg({
        type: DeliveryFilter,
        description: 'Of which deliveries; all if omitted.',
      }),
      after: t.arg.string({
        description:
          'A cursor of an update, or the feedCursor of a list: what changed since comes first.',
      }),
    },
    subscribe: async (_root, args, context) => {
      try {
        return await context.services.feed.follow({
          tenantId: callerOf(context).tenantId,
          filter: await readDeliveryFilter(context, args.filter),
          after: context.resumeAfter ?? args.after ?? undefined,
          onSlow: context.onSlowReader ?? undefined,
        });
      } catch (error) {
        if (error instanceof ExpiredCursor) throw cursorExpired();
        if (error instanceof InvalidCursor) throw badUserInput(`${error.message}.`, ['after']);
        throw error;
      }
    },
    resolve: (update) => update,
  }),
);
