import type { DeliveryStatus } from '../domain/delivery/delivery-states.ts';
import type { FollowedDelivery, LoggedChange } from './log/change-log.ts';

/** What is left out lets everything through; an empty list lets nothing through. */
export interface ChangeFilter {
  /** Of deliveries. */
  ids?: readonly string[] | undefined;
  statuses?: readonly DeliveryStatus[] | undefined;
  webhookIds?: readonly string[] | undefined;
  eventTypes?: readonly string[] | undefined;
  /** The caller's id of the event. */
  eventId?: string | undefined;
  /** When the delivery was made: from `from` on, up to but without `to`. */
  createdAt?: { from?: Date | undefined; to?: Date | undefined } | undefined;
  isTest?: boolean | undefined;
  /** Ids of customers, whom the event was triggered for. */
  customerIds?: readonly string[] | undefined;
}

/** What a filter looks at besides the status: it never changes in a delivery's life. */
export type FixedTraits = Pick<
  FollowedDelivery,
  'id' | 'webhookId' | 'customerId' | 'eventType' | 'eventId' | 'createdAt' | 'isTest'
>;

/** matches: it fits after the change; left: it fitted before and no longer does. */
export type FilterMatch = 'matches' | 'left' | 'no';

export function matchFilter(
  filter: ChangeFilter,
  change: Pick<LoggedChange, 'status' | 'previousStatus'> & { delivery: FixedTraits },
): FilterMatch {
  if (!fitsTraits(filter, change.delivery)) return 'no';
  if (fitsStatus(filter, change.status)) return 'matches';
  return fitsStatus(filter, change.previousStatus) ? 'left' : 'no';
}

function fitsStatus({ statuses }: ChangeFilter, status: DeliveryStatus | null): boolean {
  return status !== null && (statuses === undefined || statuses.includes(status));
}

function fitsTraits(filter: ChangeFilter, traits: FixedTraits): boolean {
  const { ids, webhookIds, eventTypes, eventId, createdAt, isTest, customerIds } = filter;
  return (
    (ids === undefined || ids.includes(traits.id)) &&
    (webhookIds === undefined || webhookIds.includes(traits.webhookId)) &&
    (customerIds === undefined || customerIds.includes(traits.customerId)) &&
    (eventTypes === undefined || eventTypes.includes(traits.eventType)) &&
    (eventId === undefined || eventId === traits.eventId) &&
    (isTest === undefined || isTest === traits.isTest) &&
    (createdAt?.from === undefined || traits.createdAt >= createdAt.from) &&
    (createdAt?.to === undefined || traits.createdAt < createdAt.to)
  );
}
