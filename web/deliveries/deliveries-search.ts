import type { VariablesOf } from '../graphql/graphql.ts';
import { graphql } from '../graphql/graphql.ts';
import { currentId } from '../lib/global-id.ts';
import { choiceOf, listOf, textOf } from '../lib/search-text.ts';
import { rangeSearchOf, timeRangeOf, type RangeSearch } from '../lib/time/time-range.ts';

/** In the order in which they are shown. */
export const STATUSES = ['PENDING', 'SENDING', 'RETRYING', 'SUCCESS', 'FAILED'] as const;
export type DeliveryStatus = (typeof STATUSES)[number];

/** The deliveries page's filters, as they stand in its address. */
export interface DeliveriesSearch extends RangeSearch {
  status?: DeliveryStatus[];
  /** Global ids of webhooks. */
  webhook?: string[];
  type?: string[];
  /** Keys of customers. */
  customer?: string[];
  /** The caller's own id of an event. */
  event?: string;
  /** Only tests, or none; both if omitted. */
  test?: 'only' | 'none';
}

/** What changes of the filters; undefined clears one. */
export type SearchChange = {
  [Name in keyof DeliveriesSearch]?: DeliveriesSearch[Name] | undefined;
};

const _filterOf = graphql(`
  query FilterOfDeliveries($filter: DeliveryFilter) {
    deliveries(first: 0, filter: $filter) {
      feedCursor
    }
  }
`);
/** The API's input type of the same name. */
export type DeliveryFilter = NonNullable<VariablesOf<typeof _filterOf>['filter']>;

/** Reads the filters from an address; what makes no sense is left out. */
export function deliveriesSearchOf(search: Record<string, unknown>): DeliveriesSearch {
  const status = listOf(search['status'])?.flatMap((each) => choiceOf(each, STATUSES) ?? []);
  const webhook = listOf(search['webhook'])?.map(currentId);
  const type = listOf(search['type']);
  const customer = listOf(search['customer']);
  const event = textOf(search['event']);
  const test = choiceOf(search['test'], ['only', 'none'] as const);
  return {
    ...(status !== undefined && status.length > 0 ? { status } : {}),
    ...(webhook === undefined ? {} : { webhook }),
    ...(type === undefined ? {} : { type }),
    ...(customer === undefined ? {} : { customer }),
    ...(event === undefined ? {} : { event }),
    ...(test === undefined ? {} : { test }),
    ...rangeSearchOf(search),
  };
}

/** What the API takes for these filters. */
export function deliveryFilterOf(search: DeliveriesSearch, now?: number): DeliveryFilter {
  const createdAt = timeRangeOf(search, now);
  return {
    ...(search.status === undefined ? {} : { statuses: search.status }),
    ...(search.webhook === undefined ? {} : { webhookIds: search.webhook }),
    ...(search.type === undefined ? {} : { eventTypes: search.type }),
    ...(search.customer === undefined ? {} : { customers: search.customer }),
    ...(search.event === undefined ? {} : { eventId: search.event }),
    ...(search.test === undefined ? {} : { isTest: search.test === 'only' }),
    ...(createdAt === null ? {} : { createdAt }),
  };
}
