import { FROM_COARSEST, INTERVAL_MS, type StatsInterval } from '../../deliveries/stats/pieces.ts';
import { meantRange, type AskedRange } from '../../deliveries/stats/range.ts';
import { intervalsIn, type TrendPoint as Point } from '../../deliveries/stats/trend.ts';
import { quantile } from '../../domain/delivery/latency-histogram.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { badUserInput } from '../errors/errors.ts';
import { listLength } from '../limits/list-length.ts';
import { loadersOf } from '../reading/loaders.ts';
import type { StatsKey } from './loaders.ts';
import { TimeRange } from '../schema/time-range.ts';
import { Customer } from '../customer/customer.ts';
import { Webhook } from '../webhook/webhook.ts';

/** contract.graphql: a range of more intervals than this is refused. */
const MAX_INTERVALS = 1_000;

const INTERVALS = ['MINUTE', 'HOUR', 'DAY'] as const satisfies readonly StatsInterval[];

const TrendInterval = builder.enumType('TrendInterval', {
  description: 'How long each interval of a trend is; all begin with it in UTC.',
  values: {
    MINUTE: { description: 'From second 0.' },
    HOUR: { description: 'From minute 0.' },
    DAY: { description: 'From midnight UTC.' },
  } satisfies Record<StatsInterval, { description: string }>,
});

const TrendPoint = builder.objectRef<Point>('TrendPoint').implement({
  description: 'The deliveries of a range that were made within one interval.',
  fields: (t) => ({
    start: t.expose('start', {
      type: 'DateTime',
      description: 'Where the interval begins; for the first, this may be before the range does.',
    }),
    total: t.exposeInt('total', { description: 'How many were made.' }),
    success: t.exposeInt('success', { description: 'How many of them have succeeded by now.' }),
    failed: t.exposeInt('failed', { description: 'How many of them have been given up by now.' }),
  }),
});

export const DeliveryStats = builder.objectRef<StatsKey>('DeliveryStats').implement({
  description:
    'Of the deliveries made in the range (the last 24 hours where none is given), without tests: where they stand now.',
  fields: (t) => ({
    total: t.int({
      description: 'How many were made.',
      resolve: async (key, _args, context) => (await loadersOf(context).stats.counts(key)).total,
    }),
    pending: t.int({
      description: 'Queued for their first attempt, or for one asked for by hand.',
      resolve: async (key, _args, context) => (await loadersOf(context).stats.counts(key)).pending,
    }),
    sending: t.int({
      description: 'Being sent now.',
      resolve: async (key, _args, context) => (await loadersOf(context).stats.counts(key)).sending,
    }),
    retrying: t.int({
      description: 'Waiting for a further attempt.',
      resolve: async (key, _args, context) => (await loadersOf(context).stats.counts(key)).retrying,
    }),
    success: t.int({
      description: 'Answered with 2xx.',
      resolve: async (key, _args, context) => (await loadersOf(context).stats.counts(key)).success,
    }),
    failed: t.int({
      description: 'Given up.',
      resolve: async (key, _args, context) => (await loadersOf(context).stats.counts(key)).failed,
    }),
    successRate: t.float({
      nullable: true,
      description: 'success / (success + failed), 0 to 1; null where none has ended.',
      resolve: async (key, _args, context) => {
        const { success, failed } = await loadersOf(context).stats.counts(key);
        return success + failed === 0 ? null : success / (success + failed);
      },
    }),
    latencyP50Ms: t.float({
      nullable: true,
      description:
        'Milliseconds from trigger to the end of the successful attempt, half of them below; within 8 %. Null where there is none.',
      resolve: async (key, _args, context) =>
        quantile(await loadersOf(context).stats.latencies(key), 0.5),
    }),
    latencyP95Ms: t.float({
      nullable: true,
      description: 'The same, 95 % of them below.',
      resolve: async (key, _args, context) =>
        quantile(await loadersOf(context).stats.latencies(key), 0.95),
    }),
    trend: t.field({
      type: [TrendPoint],
      description:
        'By the time they were made, in UTC, empty intervals included; a range of more than 1,000 intervals is refused.',
      extensions: listLength(({ argument, parent }) => {
        const interval = INTERVALS.find((each) => each === argument('interval')) ?? 'MINUTE';
        const range = meantRange(spanOf(parent?.argument('range')), Date.now());
        return Math.min(MAX_INTERVALS, intervalsIn(range, interval));
      }),
      args: {
        interval: t.arg({
          type: TrendInterval,
          required: true,
          description: 'How long each interval is.',
        }),
      },
      resolve: (key, { interval }, context) => {
        const count = intervalsIn(meantRange(key.range, Date.now()), interval);
        if (count > MAX_INTERVALS) {
          const longer = FROM_COARSEST.filter((each) => INTERVAL_MS[each] > INTERVAL_MS[interval]);
          throw badUserInput(
            `The range has ${count} intervals of a ${interval.toLowerCase()}; ${MAX_INTERVALS} is the limit. Ask for a shorter range${longer.length > 0 ? ` or for interval ${longer.join(' or ')}` : ''}.`,
            ['interval'],
          );
        }
        return loadersOf(context).stats.trend({ ...key, interval });
      },
    }),
  }),
});

/** Of a range that is coerced and not checked. */
function spanOf(range: unknown): AskedRange {
  const at = (name: 'from' | 'to') => {
    const time = new Map(Object.entries(range ?? {})).get(name);
    return time instanceof Date ? time.getTime() : null;
  };
  return { from: at('from'), to: at('to') };
}

/** @throws BAD_USER_INPUT for a range that ends before it begins, or is empty. */
export function readStatsRange(given: typeof TimeRange.$inferInput | null | undefined): AskedRange {
  const asked = {
    from: given?.from?.getTime() ?? null,
    to: given?.to?.getTime() ?? null,
  };
  const { from, to } = meantRange(asked, Date.now());
  if (from >= to) {
    const end = asked.to === null ? 'now, where it ends' : 'range.to';
    throw badUserInput(`range.from must be before ${end}.`, ['range', 'from']);
  }
  return asked;
}

const RANGE_DESCRIPTION = 'When the deliveries were made; the last 24 hours if omitted.';

builder.prismaObjectField(Customer, 'stats', (t) =>
  t.field({
    type: DeliveryStats,
    select: { id: true },
    authScopes: { read: true },
    description: 'Numbers on the deliveries of its events, to its own webhooks and the platform’s.',
    args: { range: t.arg({ type: TimeRange, description: RANGE_DESCRIPTION }) },
    resolve: ({ id }, args, context): StatsKey => ({
      tenantId: callerOf(context).tenantId,
      owner: { kind: 'customers', id },
      range: readStatsRange(args.range),
    }),
  }),
);

builder.queryField('stats', (t) =>
  t.field({
    type: DeliveryStats,
    description:
      "Numbers on the tenant's deliveries, to all its webhooks, deleted ones among them.",
    args: { range: t.arg({ type: TimeRange, description: RANGE_DESCRIPTION }) },
    resolve: (_root, args, context) => ({
      tenantId: callerOf(context).tenantId,
      owner: null,
      range: readStatsRange(args.range),
    }),
  }),
);

builder.prismaObjectField(Webhook, 'stats', (t) =>
  t.field({
    type: DeliveryStats,
    select: { id: true },
    description: 'Numbers on its deliveries.',
    args: { range: t.arg({ type: TimeRange, description: RANGE_DESCRIPTION }) },
    resolve: (webhook, args, context): StatsKey => ({
      tenantId: callerOf(context).tenantId,
      owner: { kind: 'webhooks', id: webhook.id },
      range: readStatsRange(args.range),
    }),
  }),
);
