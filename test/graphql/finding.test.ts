import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
  type MadeDelivery,
  type MadeEvent,
} from '../support/database/delivery-factory.ts';
import { openService, type ServiceOnDatabase } from '../webhooks/service-on-database.ts';
import { ask as askOn, caller } from './webhook-operations.ts';

let on: ServiceOnDatabase;
let events: MadeEvent[];
let deliveries: MadeDelivery[];
let webhookId: string;

const AT = Date.parse('2026-11-05T09:00:00Z');
const MADE = 12;

beforeAll(async () => {
  on = await openService();
  webhookId = (await on.create({ name: 'Orders' })).webhook.id;
  const theirs = await on.service.create(on.otherTenant, { name: 'T', url: 'http://127.0.0.1:4/' });
  // An hour apart: each id begins otherwise within its first eight characters.
  events = Array.from({ length: MADE }, (_, n) =>
    makeEvent(on.tenant, {
      createdAt: new Date(AT + n * 3_600_000),
      eventId: `order-${1_000 + n}-paid`,
    }),
  );
  const statuses = ['SUCCESS', 'FAILED', 'PENDING', 'RETRYING'] as const;
  deliveries = events.map((event, n) =>
    makeDelivery(event, webhookId, { status: statuses[n % 4] ?? 'SUCCESS' }),
  );
  const foreign = makeEvent(on.otherTenant, {
    createdAt: new Date(AT),
    eventId: 'order-1000-theirs',
  });
  await insertEvents(on.pool, [...events, foreign]);
  await insertDeliveries(on.pool, [
    ...deliveries,
    makeDelivery(foreign, theirs.value?.webhook.id ?? ''),
  ]);
});
afterAll(() => on.close());

const ask = (
  source: string,
  variables?: Record<string, unknown>,
  who: Caller | null = caller(on.tenant),
) => askOn(on, who, source, variables);

describe('what a part of an id may mean', () => {
  const PARTS =
    'query ($part: String!, $first: Int) { nodesByPart(part: $part, first: $first) { id } }';
  const find = async (part: string, first?: number) => {
    const { data } = await ask(PARTS, { part, ...(first !== undefined && { first }) });
    return data?.['nodesByPart'];
  };
  const node = (typename: string, { id }: { id: string }) => ({ id: encodeGlobalId(typename, id) });

  it('is what begins so', async () => {
    for (const [typename, row] of [
      ['Delivery', deliveries[3]],
      ['Event', events[5]],
    ] as const) {
      if (row === undefined) throw new Error('not made');
      const whole = encodeGlobalId(typename, row.id);
      for (const length of [12, 14, 20, whole.length]) {
        expect(await find(whole.slice(0, length))).toEqual([{ id: whole }]);
      }
    }
    const webhook = encodeGlobalId('Webhook', webhookId);
    expect(await find(webhook.slice(0, -6))).toEqual([{ id: webhook }]);
  });

  it('is what has it in the caller’s own id, the newest first', async () => {
    expect(await find('1003-paid')).toEqual([node('Event', events[3] ?? { id: '' })]);
    expect(await find('order-', 3)).toEqual(
      events
        .slice(-3)
        .toReversed()
        .map((event) => node('Event', event)),
    );
    expect(await find('ORDER-')).toEqual([]);
    expect(await find('%%%%')).toEqual([]);
    expect(await find('a\u0000bcd')).toEqual([]);
  });

  it('is nothing of another tenant', async () => {
    const theirs = caller(on.otherTenant);
    for (const part of [encodeGlobalId('Delivery', deliveries[3]?.id ?? ''), 'order-1003']) {
      expect((await ask(PARTS, { part }, theirs)).data).toEqual({ nodesByPart: [] });
    }
    const { data } = await ask(
      `query ($part: String!) { nodesByPart(part: $part) { ... on Event { eventId } } }`,
      { part: 'order-' },
      theirs,
    );
    expect(data).toEqual({ nodesByPart: [{ eventId: 'order-1000-theirs' }] });
  });

  it('is told to be too short, or too many', async () => {
    expect((await ask(PARTS, { part: 'ord' })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await ask(PARTS, { part: 'order', first: 101 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await ask(PARTS, { part: 'x'.repeat(2_049) })).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('how many deliveries fit', () => {
  const COUNT =
    'query ($filter: DeliveryFilter, $upTo: Int) { deliveryCount(filter: $filter, upTo: $upTo) }';
  const count = async (variables: Record<string, unknown>) =>
    (await ask(COUNT, variables)).data?.['deliveryCount'];

  it('is counted, and no further than asked', async () => {
    expect(await count({})).toBe(MADE);
    expect(await count({ upTo: 5 })).toBe(5);
    expect(await count({ filter: { statuses: ['FAILED'] } })).toBe(MADE / 4);
    expect(await count({ filter: { statuses: [] } })).toBe(0);
    expect(await count({ filter: { eventId: 'order-1003-paid' } })).toBe(1);
    const id = encodeGlobalId('Webhook', webhookId);
    expect(await count({ filter: { webhookIds: [id], isTest: false } })).toBe(MADE);
    expect(await count({ filter: { isTest: true } })).toBe(0);
    expect((await ask(COUNT, {}, caller(on.otherTenant))).data).toEqual({ deliveryCount: 1 });
  });

  it.each([0, -1, 10_001])('is not counted up to %i', async (upTo) => {
    expect((await ask(COUNT, { upTo })).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('who may', () => {
  it.each([
    ['ADMIN', []],
    ['OPERATOR', []],
    ['VIEWER', []],
    ['PUBLISHER', ['FORBIDDEN']],
  ] as const)('find and count: %s', async (role, codes) => {
    const who = caller(on.tenant, role);
    expect((await ask('{ nodesByPart(part: "order") { id } }', {}, who)).codes).toEqual(codes);
    expect((await ask('{ deliveryCount }', {}, who)).codes).toEqual(codes);
  });

  it('without a key: nobody', async () => {
    for (const source of ['{ nodesByPart(part: "order") { id } }', '{ deliveryCount }']) {
      expect((await ask(source, {}, null)).codes).toEqual(['UNAUTHENTICATED']);
    }
  });
});
