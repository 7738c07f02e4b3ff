import type { Pool } from 'pg';

import { estimateRows } from '../database/row-estimate.ts';
import {
  keysetScan,
  lowestIdFrom,
  type IndexKey,
  type KeysetPage,
  type TimeSpan,
} from '../database/keyset-page.ts';
import { createParameters, type Parameters } from '../database/parameters.ts';
import { ofACustomer } from '../customers/row.ts';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../domain/delivery/delivery-states.ts';
import { DELIVERY_COLUMNS, type DeliveryRow } from './row.ts';

/** Which deliveries; what is left out filters nothing, an empty list matches nothing. */
export interface DeliveryListFilter {
  ids?: readonly string[] | undefined;
  statuses?: readonly DeliveryStatus[] | undefined;
  webhookIds?: readonly string[] | undefined;
  eventTypes?: readonly string[] | undefined;
  /** The caller's id of the event. */
  eventId?: string | undefined;
  createdAt?: TimeSpan | undefined;
  isTest?: boolean | undefined;
  /** Ids of customers, whom the event was triggered for. */
  customerIds?: readonly string[] | undefined;
}

/** What to read of a tenant's deliveries. */
export interface DeliveryList {
  tenantId: string;
  filter: DeliveryListFilter;
  page: KeysetPage;
}

/** Rows that each have a list of deliveries: of one tenant, and each once. */
export interface DeliveryParents {
  kind: 'event' | 'webhook';
  ids: readonly string[];
}

/**
 * One page of a tenant's deliveries in one statement, in the order of {@link KeysetPage}.
 *
 * Each index has the status (and a webhook or an event type) before the id, so no single scan
 * meets the rows of several in the order of their ids. Each combination of the values asked for
 * is a scan of its own instead, which stops at the page's length; the page is cut from what
 * they found.
 */
export async function listDeliveries(pool: Pool, list: DeliveryList): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>(deliveryListQuery(list));
  return rows;
}

/** The same page of each parent's deliveries, in one statement for all; by the parent's id. */
export async function listDeliveriesOf(
  pool: Pool,
  parents: DeliveryParents,
  list: DeliveryList,
): Promise<Map<string, DeliveryRow[]>> {
  const { rows } = await pool.query<DeliveryRow>(deliveryListQuery(list, parents));
  const pages = new Map<string, DeliveryRow[]>(parents.ids.map((id) => [id, []]));
  for (const row of rows) {
    pages.get(parents.kind === 'event' ? row.eventRef : row.webhookId)?.push(row);
  }
  return pages;
}

/**
 * How many fit, counted no further than `upTo`: each scan ends there, and so does the count.
 * One statement, over the indexes that serve the list.
 */
export async function countListed(
  pool: Pool,
  { tenantId, filter }: Pick<DeliveryList, 'tenantId' | 'filter'>,
  upTo: number,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(deliveryCountQuery(tenantId, filter, upTo));
  return rows[0]?.count ?? 0;
}

/** The statement of {@link countListed}. */
export function deliveryCountQuery(tenantId: string, filter: DeliveryListFilter, upTo: number) {
  const page: KeysetPage = { limit: upTo, backwards: false };
  const parameters = createParameters();
  const tenant = parameters.of(tenantId, 'uuid');
  const most = parameters.of(upTo, 'int');
  const found = scanOf({ tenantId, filter, page }, undefined, { tenant, limit: most }, parameters);
  const text = `SELECT count(*)::int AS count FROM (SELECT 1 FROM ${found} LIMIT ${most}) counted`;
  return { text, values: parameters.values };
}

/** The statement of {@link listDeliveries} and {@link listDeliveriesOf}. */
export function deliveryListQuery(
  list: DeliveryList,
  parents?: DeliveryParents,
): { text: string; values: unknown[] } {
  const { tenantId, page } = list;
  const parameters = createParameters();
  const tenant = parameters.of(tenantId, 'uuid');
  const limit = parameters.of(page.limit + 1, 'int');
  const order = page.backwards ? 'ASC' : 'DESC';
  const found = scanOf(list, parents?.kind, { tenant, limit }, parameters);

  const text = `
SELECT ${DELIVERY_COLUMNS}
FROM ${parents ? `unnest(${parameters.of(parents.ids, 'uuid[]')})` : '(VALUES (NULL))'} AS parent(id)
CROSS JOIN LATERAL (
  SELECT scan.id
  FROM ${found}
  ORDER BY scan.id ${order} LIMIT ${limit}
) page
JOIN "Delivery" d ON d.id = page.id AND d."tenantId" = ${tenant}
ORDER BY d.id ${order}`;
  return { text, values: parameters.values };
}

/**
 * The ids of the oldest deliveries that fit, after one of them, oldest first, at most so many: a SELECT over the
 * indexes that serve the list.
 */
export function oldestListedQuery(
  { tenantId, filter, after }: Pick<DeliveryList, 'tenantId' | 'filter'> & { after: string | null },
  limit: number,
  parameters: Parameters,
): string {
  const page: KeysetPage = { limit, backwards: true, ...(after !== null && { before: after }) };
  const tenant = parameters.of(tenantId, 'uuid');
  const most = parameters.of(limit, 'int');
  const found = scanOf({ tenantId, filter, page }, undefined, { tenant, limit: most }, parameters);
  return `SELECT scan.id FROM ${found} ORDER BY scan.id LIMIT ${most}`;
}

/** About how many fit, as the planner reckons: for more than can be counted. */
export async function estimateListed(
  pool: Pool,
  { tenantId, filter }: Pick<DeliveryList, 'tenantId' | 'filter'>,
): Promise<number> {
  const parameters = createParameters();
  const conditions = [`d."tenantId" = ${parameters.of(tenantId, 'uuid')}`];
  const within = (column: string, list: readonly string[] | undefined, type: string) => {
    if (list) conditions.push(`d.${column} = ANY (${parameters.of(list, type)})`);
  };
  within('id', filter.ids, 'uuid[]');
  within('status', filter.statuses, '"DeliveryStatus"[]');
  within('"webhookId"', filter.webhookIds, 'uuid[]');
  within('"eventType"', filter.eventTypes, 'text[]');
  within('"customerId"', filter.customerIds, 'uuid[]');
  const { from, to } = filter.createdAt ?? {};
  if (from) conditions.push(`d.id >= ${parameters.of(lowestIdFrom(from.getTime()), 'uuid')}`);
  if (to) conditions.push(`d.id < ${parameters.of(lowestIdFrom(to.getTime()), 'uuid')}`);
  return estimateRows(
    pool,
    `SELECT FROM "Delivery" d WHERE ${conditions.join(' AND ')}`,
    parameters,
  );
}

/** The ids that all scans find, each scan of them up to the limit, as what stands behind FROM. */
function scanOf(
  list: DeliveryList,
  parent: DeliveryParents['kind'] | undefined,
  { tenant, limit }: { tenant: string; limit: string },
  parameters: Parameters,
): string {
  const { filter, page } = list;
  const { sources, key, conditions } = scans(list, parent, tenant, parameters);
  if (filter.isTest !== undefined) conditions.push(filter.isTest ? 'd."isTest"' : 'NOT d."isTest"');
  const scan = keysetScan(key, 'd.id', page, filter.createdAt, parameters.of);
  return `${sources.join('\n  CROSS JOIN ')}
  CROSS JOIN LATERAL (
    SELECT d.id FROM "Delivery" d
    WHERE ${[...scan.conditions, ...conditions].join(' AND ')}
    ORDER BY ${scan.orderBy} LIMIT ${limit}
  ) scan`;
}

/**
 * What to scan for: `sources` are the sets of values whose every combination is one scan, `key`
 * what leads the index that serves it, and `conditions` what is looked up in the rows on the way.
 * The narrowest index serves: that of an event's deliveries (as many as it had webhooks), then of the
 * ids themselves, then of tests (few are), then of webhooks, then of customers, then of event types.
 */
function scans(
  { filter }: DeliveryList,
  parent: DeliveryParents['kind'] | undefined,
  tenant: string,
  parameters: Parameters,
): { sources: string[]; key: IndexKey; conditions: string[] } {
  const values = (list: readonly string[], type: string) => parameters.of([...new Set(list)], type);
  const statuses = values(filter.statuses ?? DELIVERY_STATUSES, '"DeliveryStatus"[]');
  const webhookIds = filter.webhookIds && values(filter.webhookIds, 'uuid[]');
  const eventTypes = filter.eventTypes && values(filter.eventTypes, 'text[]');
  const ofWebhooks = webhookIds ? [`d."webhookId" = ANY (${webhookIds})`] : [];
  const ofEventTypes = eventTypes ? [`d."eventType" = ANY (${eventTypes})`] : [];
  const customerIds = filter.customerIds && values(filter.customerIds, 'uuid[]');
  const ofCustomers = customerIds ? [`d."customerId" = ANY (${customerIds})`] : [];
  const ids = filter.ids && values(filter.ids, 'uuid[]');
  const ofIds = ids ? [`d.id = ANY (${ids})`] : [];
  const ofParentWebhook = parent === 'webhook' ? ['d."webhookId" = parent.id'] : [];

  if (filter.eventId !== undefined || parent === 'event') {
    const which = [`e."tenantId" = ${tenant}`];
    if (parent === 'event') which.push('e.id = parent.id');
    if (filter.eventId !== undefined) {
      which.push(`e."eventId" = ${parameters.of(filter.eventId, 'text')}`);
    }
    return {
      sources: [`(SELECT e.id FROM "Event" e WHERE ${which.join(' AND ')}) event`],
      key: [['d."eventRef"', 'event.id']],
      conditions: [
        `d.status = ANY (${statuses})`,
        ...ofParentWebhook,
        ...ofIds,
        ...ofWebhooks,
        ...ofCustomers,
        ...ofEventTypes,
      ],
    };
  }
  if (ids !== undefined && parent === undefined) {
    return {
      sources: [`unnest(${ids}) AS wanted(id)`],
      key: [],
      conditions: [
        'd.id = wanted.id',
        `d."tenantId" = ${tenant}`,
        `d.status = ANY (${statuses})`,
        ...ofWebhooks,
        ...ofCustomers,
        ...ofEventTypes,
      ],
    };
  }

  const wanted = `unnest(${statuses}) AS wanted(status)`;
  const ofTenant = ['d."tenantId"', tenant] as const;
  const ofStatus = ['d.status', 'wanted.status'] as const;
  if (filter.isTest === true) {
    return {
      sources: [wanted],
      key: [ofTenant, ofStatus],
      conditions: [...ofParentWebhook, ...ofIds, ...ofWebhooks, ...ofCustomers, ...ofEventTypes],
    };
  }
  if (parent === 'webhook') {
    return {
      sources: [wanted],
      key: [['d."webhookId"', 'parent.id'], ofStatus],
      conditions: [...ofIds, ...ofWebhooks, ...ofCustomers, ...ofEventTypes],
    };
  }
  if (webhookIds !== undefined) {
    const own = `(SELECT w.id FROM "Webhook" w WHERE w.id = ANY (${webhookIds}) AND w."tenantId" = ${tenant}) webhook`;
    return {
      sources: [wanted, own],
      key: [['d."webhookId"', 'webhook.id'], ofStatus],
      conditions: [...ofCustomers, ...ofEventTypes],
    };
  }
  if (customerIds !== undefined) {
    return {
      sources: [wanted, `unnest(${customerIds}) AS customer(id)`],
      key: [['d."customerId"', 'customer.id'], ofStatus],
      conditions: [ofACustomer('d'), `d."tenantId" = ${tenant}`, ...ofEventTypes],
    };
  }
  if (eventTypes !== undefined) {
    return {
      sources: [wanted, `unnest(${eventTypes}) AS type(name)`],
      key: [ofTenant, ['d."eventType"', 'type.name'], ofStatus],
      conditions: [],
    };
  }
  return { sources: [wanted], key: [ofTenant, ofStatus], conditions: [] };
}
