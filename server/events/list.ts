import type { Pool } from 'pg';

import { keysetScan, type KeysetPage, type TimeSpan } from '../database/keyset-page.ts';
import { ofACustomer } from '../customers/row.ts';
import { createParameters } from '../database/parameters.ts';
import { EVENT_COLUMNS, type EventRow } from './row.ts';

/** Which events; what is left out filters nothing, an empty list matches nothing. */
export interface EventListFilter {
  types?: readonly string[] | undefined;
  /** The caller's id of the event. */
  eventId?: string | undefined;
  createdAt?: TimeSpan | undefined;
  /** Ids of customers, whom it was triggered for. */
  customerIds?: readonly string[] | undefined;
}

export interface EventList {
  tenantId: string;
  filter: EventListFilter;
  page: KeysetPage;
}

/**
 * One page of a tenant's events in one statement, in the order of {@link KeysetPage}.
 * Each type is a scan of its own that stops at the page's length, for its index has the type
 * before the id; the page is cut from what they found. So is each customer.
 */
export async function listEvents(pool: Pool, list: EventList): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>(eventListQuery(list));
  return rows;
}

/** The statement of {@link listEvents}. */
export function eventListQuery({ tenantId, filter, page }: EventList): {
  text: string;
  values: unknown[];
} {
  const parameters = createParameters();
  const tenant = parameters.of(tenantId, 'uuid');
  const limit = parameters.of(page.limit + 1, 'int');
  const order = page.backwards ? 'ASC' : 'DESC';
  const types = filter.types && parameters.of([...new Set(filter.types)], 'text[]');

  const customers = filter.customerIds && parameters.of([...new Set(filter.customerIds)], 'uuid[]');

  if ((types === undefined && customers === undefined) || filter.eventId !== undefined) {
    const key = [['e."tenantId"', tenant]] as const;
    const { conditions, orderBy } = keysetScan(key, 'e.id', page, filter.createdAt, parameters.of);
    if (types !== undefined) conditions.push(`e.type = ANY (${types})`);
    if (customers !== undefined) conditions.push(`e."customerId" = ANY (${customers})`);
    if (filter.eventId !== undefined) {
      conditions.push(`e."tenantId" = ${tenant}`);
      conditions.push(`e."eventId" = ${parameters.of(filter.eventId, 'text')}`);
    }
    const text = `
SELECT ${EVENT_COLUMNS} FROM "Event" e
WHERE ${conditions.join(' AND ')}
ORDER BY ${orderBy} LIMIT ${limit}`;
    return { text, values: parameters.values };
  }

  const { source, key, also } =
    customers === undefined
      ? {
          source: `unnest(${types}) AS wanted(type)`,
          key: [
            ['e."tenantId"', tenant],
            ['e.type', 'wanted.type'],
          ] as const,
          also: [],
        }
      : {
          source: `unnest(${customers}) AS wanted(customer)`,
          key: [['e."customerId"', 'wanted.customer']] as const,
          also: [ofACustomer('e'), ...(types === undefined ? [] : [`e.type = ANY (${types})`])],
        };
  const { conditions, orderBy } = keysetScan(key, 'e.id', page, filter.createdAt, parameters.of);
  const text = `
SELECT ${EVENT_COLUMNS}
FROM (
  SELECT scan.id
  FROM ${source}
  CROSS JOIN LATERAL (
    SELECT e.id FROM "Event" e
    WHERE ${[...conditions, ...also].join(' AND ')}
    ORDER BY ${orderBy} LIMIT ${limit}
  ) scan
  ORDER BY scan.id ${order} LIMIT ${limit}
) page
JOIN "Event" e ON e.id = page.id AND e."tenantId" = ${tenant}
ORDER BY e.id ${order}`;
  return { text, values: parameters.values };
}
