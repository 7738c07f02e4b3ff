import type { FanOutRow } from '../../events/fan-out.ts';
import type { PreviewedWebhook } from '../../events/preview.ts';
import { Delivery, loadDelivery } from '../delivery/delivery.ts';
import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { kept } from '../reading/kept.ts';
import { loadersOf } from '../reading/loaders.ts';
import { Webhook } from '../webhook/webhook.ts';
import { Event, loadBody } from './event.ts';

type Outcome = PreviewedWebhook['outcome'];

const FanOutOutcome = builder.enumType('FanOutOutcome', {
  description: 'What became, or would become, of an event for one webhook.',
  values: {
    DELIVERED: { description: 'There is a delivery to it.' },
    FILTERED: { description: 'Its filter was not met.' },
    INACTIVE: { description: 'It was off.' },
    NOT_SUBSCRIBED: { description: 'In a preview: it does not subscribe to the type.' },
    OTHER_CUSTOMER: {
      description: 'In a preview: it belongs to a customer that the event is not for.',
    },
  } satisfies Record<Outcome, { description: string }>,
});

/** A decision of the fan-out; its id is the webhook's. */
export interface Decision {
  id: string;
  outcome: Outcome;
  deliveryId: string | null;
  /** The text of the filter to be looked at; null where none is. */
  filter: string | null;
  isTest: boolean;
  /** The body that it was, or would be, held against. */
  body: (context: GraphQLContext) => Promise<string>;
}

/** What of the filter was not met, where anything was not. */
async function missedOf(decision: Decision, context: GraphQLContext) {
  const { filter, outcome, isTest } = decision;
  if (filter === null || !(outcome === 'FILTERED' || isTest)) return null;
  const body = await decision.body(context);
  return loadersOf(context).missedClause({ filter, body });
}

async function reasonOf(decision: Decision, context: GraphQLContext): Promise<string> {
  const missed = await missedOf(decision, context);
  switch (decision.outcome) {
    case 'DELIVERED':
      if (!decision.isTest)
        return 'It subscribes to the type, is on, and has no filter that is not met.';
      return missed === null
        ? 'A test goes to it whatever it wants.'
        : `A test goes to it whatever it wants. ${missed.reason}`;
    case 'FILTERED':
      return missed?.reason ?? 'Its filter is not met.';
    case 'INACTIVE':
      return 'It subscribes to the type, and is off.';
    case 'NOT_SUBSCRIBED':
      return 'It subscribes neither to the type nor by a pattern that stands for it.';
    case 'OTHER_CUSTOMER':
      return 'It belongs to a customer that the event is not for.';
  }
}

const FanOutDecision = builder.objectRef<Decision>('FanOutDecision').implement({
  description: 'What became, or would become, of an event for one webhook, and why.',
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      description: 'The webhook, as it is now.',
      resolve: async ({ id }, _args, context) =>
        kept(await loadersOf(context).webhook({ tenantId: callerOf(context).tenantId, id })),
    }),
    outcome: t.expose('outcome', { type: FanOutOutcome, description: 'What became of it.' }),
    delivery: t.field({
      type: Delivery,
      nullable: true,
      description:
        'Its delivery; null but where the outcome is DELIVERED, and in a preview always.',
      resolve: ({ deliveryId }, _args, context) =>
        deliveryId === null ? null : loadDelivery(context, deliveryId),
    }),
    reason: t.string({
      description:
        'In words, in English, with the clause of the filter that was not met and the value that stood there.',
      resolve: (decision, _args, context) => reasonOf(decision, context),
    }),
    path: t.string({
      nullable: true,
      description:
        'JSON Pointer into the body of what did not meet the filter; null where a filter was not the reason.',
      resolve: async (decision, _args, context) =>
        decision.outcome === 'FILTERED'
          ? ((await missedOf(decision, context))?.path ?? null)
          : null,
    }),
  }),
});

export const FanOutConnection = builder.connectionObject(
  {
    type: FanOutDecision,
    name: 'FanOutConnection',
    description: 'A page of what became of an event.',
  },
  { name: 'FanOutEdge', description: 'A decision and its place in the list.' },
);

builder.objectField(Event, 'fanOut', (t) =>
  t.field({
    type: FanOutConnection,
    authScopes: { read: true },
    description:
      'What became of it for each webhook that subscribed to its type when it was triggered, newest webhook first.',
    args: t.arg.connectionArgs(),
    resolve: async (event, args, context) => {
      const page = pageArgs(args);
      const { id, tenantId, isTest } = event;
      const rows = (await loadersOf(context).fanOut({ tenantId, id })) ?? [];
      const decisions = rows.map((row: FanOutRow): Decision => ({
        ...row,
        isTest,
        body: (within) => loadBody(within, event),
      }));
      return toConnection(pageOf(decisions, page), page);
    },
  }),
);

/** Of rows that are all at hand, newest first: those of a page, as a list would read them. */
function pageOf<Row extends { id: string }>(
  rows: readonly Row[],
  { after, before, backwards, limit }: ReturnType<typeof pageArgs>,
): Row[] {
  const within = rows.filter(
    ({ id }) => (after === undefined || id < after) && (before === undefined || id > before),
  );
  return (backwards ? within.toReversed() : within).slice(0, limit + 1);
}
