import { countListed } from '../../deliveries/list.ts';
import { boundedInt } from '../limits/bounded-int.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { DeliveryFilter, readDeliveryFilter } from './filter.ts';

/** More would be read for long; who needs the exact number of many has `stats`. */
const MOST = 10_000;

builder.queryField('deliveryCount', (t) =>
  t.int({
    description:
      'How many of the tenant’s deliveries fit, tests among them, counted no further than `upTo`: that number means that there are so many or more.',
    args: {
      filter: t.arg({ type: DeliveryFilter, description: 'Which of them; all if omitted.' }),
      upTo: t.arg.int({
        defaultValue: 1_000,
        description: 'Where to stop counting: 1 to 10,000.',
      }),
    },
    resolve: async (_root, args, context) => {
      const upTo = boundedInt(args.upTo ?? 1_000, { from: 1, to: MOST }, ['upTo']);
      const filter = await readDeliveryFilter(context, args.filter);
      return countListed(
        context.services.pool,
        { tenantId: callerOf(context).tenantId, filter },
        upTo,
      );
    },
  }),
);
