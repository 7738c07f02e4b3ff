import type { DeliveryListFilter } from '../../deliveries/list.ts';
import type { DeliveryStatus as Status } from '../../domain/delivery/delivery-states.ts';
import { isStorable } from '../../domain/stored-text.ts';
import { filterList, filterText, filterTexts } from '../limits/bounded-text.ts';
import { customersOfFilter } from '../customer/filter.ts';
import { builder } from '../schema/builder.ts';
import type { GraphQLContext } from '../schema/context.ts';
import { filterUuids } from '../schema/global-id.ts';
import { TimeRange } from '../schema/time-range.ts';

export const DeliveryStatus = builder.enumType('DeliveryStatus', {
  description: 'Where a delivery stands.',
  values: {
    PENDING: { description: 'Queued for delivery.' },
    SENDING: { description: 'Being sent now.' },
    SUCCESS: { description: 'Answered with 2xx.' },
    FAILED: { description: 'Given up; failureReason says why.' },
    RETRYING: { description: 'Waiting for its next attempt, at nextAttemptAt.' },
  } satisfies Record<Status, { description: string }>,
});

/** As many as somebody picks by hand. */
const MAX_IDS = 1_000;

export const DeliveryFilter = builder.inputType('DeliveryFilter', {
  description:
    'Which deliveries: those that fit all that is given. A list that is empty fits none.',
  fields: (t) => ({
    ids: t.idList({ description: `With one of these global ids: at most ${MAX_IDS}.` }),
    statuses: t.field({ type: [DeliveryStatus], description: 'In one of these statuses.' }),
    webhookIds: t.idList({
      description: 'To one of these webhooks, deleted ones among them: at most 100.',
    }),
    eventTypes: t.stringList({ description: 'Of one of these event types: at most 100.' }),
    customers: t.stringList({
      description:
        'Of events that were triggered for one of the customers with these keys: at most 100. The feed takes the customers that there are when it begins.',
    }),
    eventId: t.string({ description: "Of the events that have this as the caller's own id." }),
    createdAt: t.field({ type: TimeRange, description: 'Made within this range.' }),
    isTest: t.boolean({ description: 'Only those made by webhookTest, or only the others.' }),
  }),
});

/**
 * The filter as lists and the feed take it. A statement where it names customers.
 * @param path of the argument, for errors.
 * @throws BAD_USER_INPUT where an id is none of a Webhook, or a list is too long.
 */
export async function readDeliveryFilter(
  context: GraphQLContext,
  given: typeof DeliveryFilter.$inferInput | null | undefined,
  path: readonly string[] = ['filter'],
): Promise<DeliveryListFilter> {
  if (given === null || given === undefined) return {};
  const { ids, statuses, webhookIds, eventTypes, eventId, createdAt, isTest, customers } = given;
  const filter: DeliveryListFilter = {
    ...(ids && {
      ids: filterUuids('Delivery', filterList(ids, [...path, 'ids'], MAX_IDS), [...path, 'ids']),
    }),
    ...(statuses && { statuses }),
    ...(webhookIds && {
      webhookIds: filterUuids('Webhook', filterList(webhookIds, [...path, 'webhookIds']), [
        ...path,
        'webhookIds',
      ]),
    }),
    ...(eventTypes && {
      eventTypes: filterTexts(eventTypes, [...path, 'eventTypes']),
    }),
    customerIds: await customersOfFilter(context, customers, [...path, 'customers']),
    ...(createdAt && {
      createdAt: { from: createdAt.from ?? undefined, to: createdAt.to ?? undefined },
    }),
    ...(typeof isTest === 'boolean' && { isTest }),
  };
  if (typeof eventId !== 'string') return filter;
  filterText(eventId, [...path, 'eventId']);
  return isStorable(eventId) ? { ...filter, eventId } : { ...filter, eventTypes: [] };
}
