import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeysetPage } from '../../server/database/keyset-page.ts';
import { listEvents, eventListQuery, type EventListFilter } from '../../server/events/list.ts';
import { NO_CUSTOMER } from '../../server/customers/row.ts';
import { newId } from '../../server/domain/identifiers.ts';
import {
  insertEvents,
  insertTenant,
  makeEvent,
  type MadeEvent,
} from '../support/database/delivery-factory.ts';
import { explain } from '../support/database/explain.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createRandom } from '../support/random.ts';

let database: TestDatabase;
let tenantId: string;
/** Newest first. */
let made: MadeEvent[];

const TYPES = ['user.created', 'order.created', 'task.completed'] as const;
const CUSTOMERS = [NO_CUSTOMER, NO_CUSTOMER, newId(), newId(), newId()] as const;
const OTHERS = [NO_CUSTOMER, newId()] as const;
const START = Date.parse('2026-11-05T09:00:00Z');
const SPAN = { from: new Date(START + 1_000), to: new Date(START + 3_000) };

beforeAll(async () => {
  database = await createTestDatabase();
  const random = createRandom(11);
  const fill = async (count: number, customers: readonly string[]) => {
    const tenant = await insertTenant(database.pool);
    const events = Array.from({ length: count }, (_, n) =>
      makeEvent(tenant, {
        type: random.pick(TYPES),
        customerId: random.pick(customers),
        eventId: `event-${n}`,
        createdAt: new Date(START + random.integer(0, 10_000)),
      }),
    );
    await insertEvents(database.pool, events);
    return { tenant, events };
  };
  await fill(3_000, OTHERS);
  const own = await fill(2_000, CUSTOMERS);
  tenantId = own.tenant;
  made = own.events.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  await database.pool.query('ANALYZE "Event"');
});
afterAll(() => database.drop());

const filters: [name: string, filter: EventListFilter][] = [
  ['nothing', {}],
  ['types', { types: [TYPES[0], TYPES[2], TYPES[0]] }],
  ['no type', { types: [] }],
  ['an unknown type', { types: ['nothing.known'] }],
  ['an event', { eventId: 'event-17' }],
  ['an event of one of two types', { eventId: 'event-17', types: [TYPES[0], TYPES[1]] }],
  ['customers', { customerIds: [CUSTOMERS[2], CUSTOMERS[4], CUSTOMERS[2]] }],
  ['no customer', { customerIds: [] }],
  ['an unknown customer', { customerIds: [newId()] }],
  ['a customer in a range', { customerIds: [CUSTOMERS[3]], createdAt: SPAN }],
  ['an event of a customer', { customerIds: [CUSTOMERS[3]], eventId: 'event-17' }],
  ['a range', { createdAt: SPAN }],
  ['a range and types', { createdAt: SPAN, types: [TYPES[1], TYPES[2]] }],
];

function fits(
  { types, eventId, createdAt, customerIds }: EventListFilter,
  each: MadeEvent,
): boolean {
  return (
    (types?.includes(each.type) ?? true) &&
    (customerIds?.includes(each.customerId) ?? true) &&
    (eventId === undefined || eventId === each.eventId) &&
    (createdAt?.from === undefined || each.createdAt >= createdAt.from) &&
    (createdAt?.to === undefined || each.createdAt < createdAt.to)
  );
}

async function readAll(filter: EventListFilter, limit: number, backwards: boolean) {
  const all: string[] = [];
  for (let page: KeysetPage | null = { limit, backwards }; page !== null;) {
    const rows = await listEvents(database.pool, { tenantId, filter, page });
    const kept = rows.slice(0, limit).map((row) => row.id);
    all.push(...kept);
    const last: string | undefined = kept.at(-1);
    const more: boolean = rows.length > limit && last !== undefined;
    page = more ? { limit, backwards, [backwards ? 'before' : 'after']: last } : null;
  }
  return backwards ? all.toReversed() : all;
}

describe('the list of events', () => {
  it('of a customer in which few are of the type reads on in its index alone', async () => {
    const filter = { customerIds: [CUSTOMERS[2]], types: [TYPES[1]] };
    const expected = made.filter((each) => fits(filter, each)).map((each) => each.id);
    expect(await readAll(filter, 70, false)).toEqual(expected);
    const query = eventListQuery({ tenantId, filter, page: { limit: 20, backwards: false } });
    const plan = await explain(database.pool, query);
    expect(plan.scannedTables).toEqual([]);
    expect(plan.indexes).toContain('Event_customer_idx');
  });

  it.each(filters)('is whole, page by page, either way: %s', async (_name, filter) => {
    const expected = made.filter((each) => fits(filter, each)).map((each) => each.id);
    for (const limit of [70, 3_000]) {
      expect(await readAll(filter, limit, false)).toEqual(expected);
      expect(await readAll(filter, limit, true)).toEqual(expected);
    }
  });

  it.each(filters)('is read by an index: %s', async (_name, filter) => {
    for (const backwards of [false, true]) {
      const query = eventListQuery({ tenantId, filter, page: { limit: 20, backwards } });
      const plan = await explain(database.pool, query);
      expect(plan.scannedTables).toEqual([]);
      // The rows of a page for each type or customer, and each row of the page once more.
      const scans = filter.customerIds?.length ?? filter.types?.length ?? 1;
      expect(plan.rowsRead).toBeLessThanOrEqual(21 * (scans + 1));
    }
  });

  it('is empty for a tenant that has none', async () => {
    const page = { limit: 10, backwards: false };
    for (const [, filter] of filters) {
      expect(await listEvents(database.pool, { tenantId: newId(), filter, page })).toEqual([]);
    }
  });
});
