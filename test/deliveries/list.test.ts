import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeysetPage } from '../../server/database/keyset-page.ts';
import {
  listDeliveries,
  listDeliveriesOf,
  type DeliveryListFilter,
} from '../../server/deliveries/list.ts';
import { DELIVERY_STATUSES } from '../../server/domain/delivery/delivery-states.ts';
import { newId } from '../../server/domain/identifiers.ts';
import {
  insertDeliveries,
  insertEvents,
  insertTenant,
  insertWebhook,
  makeDelivery,
  makeEvent,
  type MadeDelivery,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createRandom } from '../support/random.ts';

let database: TestDatabase;
let tenantId: string;
let webhookIds: string[];
let strangersWebhook: string;
/** Newest first. */
let made: MadeDelivery[];

const TYPES = ['user.created', 'order.created', 'task.completed'] as const;
const START = Date.parse('2026-11-05T09:00:00Z');

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  const random = createRandom(3);
  const fill = async () => {
    const tenant = await insertTenant(pool);
    const webhooks = [
      await insertWebhook(pool, tenant),
      await insertWebhook(pool, tenant),
      await insertWebhook(pool, tenant, { isDeleted: true }),
    ];
    const events = Array.from({ length: 80 }, (_, n) =>
      makeEvent(tenant, {
        type: random.pick(TYPES),
        eventId: `event-${n}`,
        isTest: random.next() < 0.2,
        createdAt: new Date(START + random.integer(0, 40)),
      }),
    );
    const deliveries = events.flatMap((event) =>
      webhooks
        .filter(() => random.next() < 0.7)
        .map(({ id }) => makeDelivery(event, id, { status: random.pick(DELIVERY_STATUSES) })),
    );
    await insertEvents(pool, events);
    await insertDeliveries(pool, deliveries);
    return { tenant, ids: webhooks.map(({ id }) => id), deliveries };
  };
  const stranger = await fill();
  strangersWebhook = stranger.ids[0] ?? '';
  const own = await fill();
  tenantId = own.tenant;
  webhookIds = own.ids;
  made = own.deliveries.toSorted((a, b) => (a.id < b.id ? 1 : -1));
});
afterAll(() => database.drop());

const filters: [name: string, filter: () => DeliveryListFilter][] = [
  ['nothing', () => ({})],
  ['one status', () => ({ statuses: ['FAILED'] })],
  ['a status twice', () => ({ statuses: ['PENDING', 'SUCCESS', 'PENDING'] })],
  ['no status', () => ({ statuses: [] })],
  ['webhooks', () => ({ webhookIds: webhookIds.slice(1) })],
  ['no webhook', () => ({ webhookIds: [] })],
  ["another tenant's webhook", () => ({ webhookIds: [strangersWebhook] })],
  ['webhooks and statuses', () => ({ webhookIds, statuses: ['SUCCESS', 'SENDING'] })],
  ['event types', () => ({ eventTypes: [TYPES[0], TYPES[2], TYPES[0], 'nothing.known'] })],
  [
    'webhooks and event types',
    () => ({ webhookIds: webhookIds.slice(0, 2), eventTypes: [TYPES[1]] }),
  ],
  ['ids', () => ({ ids: [...made.slice(3, 40).map(({ id }) => id), newId()] })],
  ['no id', () => ({ ids: [] })],
  [
    'ids and all else',
    () => ({
      ids: made.map(({ id }) => id),
      statuses: ['SUCCESS', 'FAILED', 'PENDING'],
      webhookIds: webhookIds.slice(0, 2),
      eventTypes: [TYPES[0], TYPES[1]],
      isTest: false,
      createdAt: { from: new Date(START + 5) },
    }),
  ],
  [
    'ids of an event',
    () => ({ ids: made.filter((_, n) => n % 2 === 0).map(({ id }) => id), eventId: 'event-7' }),
  ],
  ['an event', () => ({ eventId: 'event-7' })],
  ['an event and its webhook', () => ({ eventId: 'event-8', webhookIds: webhookIds.slice(0, 1) })],
  ['an event of another type', () => ({ eventId: 'event-9', eventTypes: ['nothing.known'] })],
  ['an unknown event', () => ({ eventId: 'event-99999' })],
  ['tests', () => ({ isTest: true })],
  ['no tests', () => ({ isTest: false, eventTypes: [TYPES[0]] })],
  ['tests of a webhook', () => ({ isTest: true, webhookIds: webhookIds.slice(0, 1) })],
  [
    'tests of a type',
    () => ({ isTest: true, eventTypes: [TYPES[1]], statuses: ['FAILED', 'SUCCESS'] }),
  ],
  ['from a time on', () => ({ createdAt: { from: new Date(START + 11) } })],
  ['up to a time', () => ({ createdAt: { to: new Date(START + 11) } })],
  [
    'a range and a webhook',
    () => ({
      createdAt: { from: new Date(START + 5), to: new Date(START + 30) },
      webhookIds: webhookIds.slice(0, 1),
    }),
  ],
  ['a range the wrong way round', () => ({ createdAt: { from: new Date(9), to: new Date(3) } })],
  ['before all time', () => ({ createdAt: { to: new Date('0001-01-01T00:00:00Z') } })],
];

function fits(filter: DeliveryListFilter, each: MadeDelivery): boolean {
  const { ids, statuses, webhookIds: webhooks, eventTypes, eventId, createdAt, isTest } = filter;
  return (
    (ids?.includes(each.id) ?? true) &&
    (statuses?.includes(each.status) ?? true) &&
    (webhooks?.includes(each.webhookId) ?? true) &&
    (eventTypes?.includes(each.eventType) ?? true) &&
    (eventId === undefined || eventId === each.eventId) &&
    (isTest === undefined || isTest === each.isTest) &&
    (createdAt?.from === undefined || each.createdAt >= createdAt.from) &&
    (createdAt?.to === undefined || each.createdAt < createdAt.to)
  );
}

/** All pages, put together in the list's order. */
async function readAll(filter: DeliveryListFilter, limit: number, backwards: boolean) {
  const all: string[] = [];
  for (let page: KeysetPage | null = { limit, backwards }; page !== null;) {
    const rows = await listDeliveries(database.pool, { tenantId, filter, page });
    const kept = rows.slice(0, limit).map((row) => row.id);
    all.push(...kept);
    const last: string | undefined = kept.at(-1);
    const more: boolean = rows.length > limit && last !== undefined;
    page = more ? { limit, backwards, [backwards ? 'before' : 'after']: last } : null;
  }
  return backwards ? all.toReversed() : all;
}

describe('the list of deliveries', () => {
  it.each(filters)('is whole, page by page, either way: %s', async (_name, filter) => {
    const expected = made.filter((each) => fits(filter(), each)).map((each) => each.id);
    for (const limit of [1, 7, 100, 300]) {
      if (limit === 1 && expected.length > 40) continue;
      expect(await readAll(filter(), limit, false)).toEqual(expected);
      expect(await readAll(filter(), limit, true)).toEqual(expected);
    }
  });

  it('stays between two cursors', async () => {
    const [after, before] = [made[60]?.id ?? '', made[20]?.id ?? ''];
    const page = { limit: 100, backwards: false, after: before, before: after };
    const rows = await listDeliveries(database.pool, { tenantId, filter: {}, page });
    expect(rows.map((row) => row.id)).toEqual(made.slice(21, 60).map((each) => each.id));
  });

  it('holds each row as it stands', async () => {
    const page = { limit: 1, backwards: false };
    const [row] = await listDeliveries(database.pool, { tenantId, filter: {}, page });
    const { eventType: _type, eventId: _id, ...shown } = made[0] ?? {};
    expect(row).toMatchObject(shown);
  });

  it('is empty for a tenant that has none', async () => {
    const page = { limit: 10, backwards: false };
    const filter = { webhookIds, statuses: DELIVERY_STATUSES };
    for (const each of [filter, {}, { eventId: 'event-7' }]) {
      const list = { tenantId: newId(), filter: each, page };
      expect(await listDeliveries(database.pool, list)).toEqual([]);
    }
  });

  it.each(['event', 'webhook'] as const)('is read for many parents at once: %s', async (kind) => {
    const parentOf = (each: MadeDelivery) => (kind === 'event' ? each.eventRef : each.webhookId);
    const ids = [...new Set(made.map(parentOf))];
    for (const backwards of [false, true]) {
      for (const [, filter] of filters) {
        const list = { tenantId, filter: filter(), page: { limit: 2, backwards } };
        const pages = await listDeliveriesOf(database.pool, { kind, ids }, list);
        for (const id of ids) {
          const expected = made.filter((each) => parentOf(each) === id && fits(filter(), each));
          if (backwards) expected.reverse();
          expect(pages.get(id)?.map((row) => row.id)).toEqual(
            expected.slice(0, 3).map((each) => each.id),
          );
        }
      }
    }
    const strangers = { tenantId: newId(), filter: {}, page: { limit: 2, backwards: false } };
    const pages = await listDeliveriesOf(database.pool, { kind, ids }, strangers);
    expect([...pages.values()].flat()).toEqual([]);
  });
});
