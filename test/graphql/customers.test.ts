import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { deleteErased } from '../../server/customers/erasing.ts';
import { foldRollups } from '../../server/deliveries/stats/rollup-fold.ts';
import { insertTenant } from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { waitFor } from '../support/wait.ts';
import { callerOf, run } from './reading.ts';

let on: TestServices;
let tenantId: string;
let stranger: string;

beforeAll(async () => {
  on = await createTestServices();
  tenantId = await insertTenant(on.services.pool);
  stranger = await insertTenant(on.services.pool);
});
afterAll(() => on.close());

const as = (role: Caller['role'], tenant = tenantId) => callerOf(tenant, role);
const ask = (
  source: string,
  variables?: Record<string, unknown>,
  who: Caller | null = as('ADMIN'),
) => run(on.services, who, source, variables);

const FAULTS = 'userErrors { field code message }';
const UPSERT = `mutation ($input: CustomerUpsertInput!) { customerUpsert(input: $input) {
  customer { id key name metadata createdAt updatedAt } isNew ${FAULTS} } }`;
const ERASE = `mutation ($key: String!) { customerErase(input: { key: $key }) { erasedCustomerKey ${FAULTS} } }`;
const ONE = `query ($key: String!) { customer(key: $key) { id key name metadata
  webhooks { totalCount nodes { name customer { key } } } stats { total failed pending } } }`;
const CREATE = `mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) {
  webhook { id name customer { key } } ${FAULTS} } }`;
const TRIGGER = `mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) {
  event { id eventId customer { key name } } webhooksNotified isDuplicate ${FAULTS} } }`;
const BATCH = `mutation ($events: [EventTriggerInput!]!) { eventTriggerBatch(input: { events: $events }) {
  results { webhooksNotified isDuplicate event { customer { key } } } ${FAULTS} } }`;

const upsert = async (input: Record<string, unknown>) =>
  (await ask(UPSERT, { input })).data?.['customerUpsert'];

async function webhook(name: string, customer?: string, eventTypes = ['order.created']) {
  const input = { name, url: 'http://127.0.0.1:4/', eventTypes, customer };
  const { data } = await ask(CREATE, { input });
  expect(data).toMatchObject({ webhookCreate: { userErrors: [] } });
  return (data as { webhookCreate: { webhook: { id: string } } }).webhookCreate.webhook.id;
}

const trigger = async (input: Record<string, unknown>) =>
  (await ask(TRIGGER, { input: { type: 'order.created', payload: {}, ...input } })).data?.[
    'eventTrigger'
  ];

describe('who may', () => {
  it.each([
    ['ADMIN', [], []],
    ['OPERATOR', [], []],
    ['VIEWER', [], ['FORBIDDEN']],
    ['PUBLISHER', ['FORBIDDEN'], ['FORBIDDEN']],
  ] as const)('read and change customers: %s', async (role, read, write) => {
    const who = as(role);
    await upsert({ key: 'seen' });
    const input = { key: `by-${role}` };
    expect((await ask(UPSERT, { input }, who)).codes).toEqual(write);
    expect((await ask(ONE, { key: 'seen' }, who)).codes.slice(0, 1)).toEqual(read);
    expect((await ask('{ customers { nodes { key } } }', {}, who)).codes).toEqual(read);
    expect((await ask(ERASE, input, who)).codes).toEqual(write);
  });

  it('do nothing without a key', async () => {
    for (const [source, variables] of [
      [UPSERT, { input: { key: 'a' } }],
      [ERASE, { key: 'a' }],
      [ONE, { key: 'a' }],
      ['{ customers { nodes { key } } }', {}],
    ] as const) {
      expect((await ask(source, variables, null)).codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('see whom a publisher’s own event is for, and no webhooks through it', async () => {
    await upsert({ key: 'published', name: 'Published' });
    const input = { type: 'order.created', payload: {}, customer: 'published' };
    const { data, codes } = await ask(TRIGGER, { input }, as('PUBLISHER'));
    expect(codes).toEqual([]);
    expect(data).toMatchObject({
      eventTrigger: { event: { customer: { key: 'published', name: 'Published' } } },
    });
    for (const field of ['webhooks { totalCount }', 'stats { total }']) {
      const source = TRIGGER.replace('customer { key name }', `customer { ${field} }`);
      expect((await ask(source, { input }, as('PUBLISHER'))).codes).toEqual(['FORBIDDEN']);
    }
  });
});

describe('a customer', () => {
  it('is made once under its key, and changed by what is given', async () => {
    const key = 'acme:eu-1.x_Y';
    const made = await upsert({ key });
    expect(made).toMatchObject({
      customer: { key, name: key, metadata: {} },
      isNew: true,
      userErrors: [],
    });
    const metadata = { plan: 'pro', seats: 12.5, tags: ['a'] };
    expect(await upsert({ key, name: 'Acme', metadata })).toMatchObject({
      customer: { name: 'Acme', metadata },
      isNew: false,
    });
    const same = await upsert({ key, name: 'Acme' });
    expect(same).toMatchObject({ customer: { name: 'Acme', metadata }, isNew: false });
    expect(await upsert({ key })).toEqual(same);
    expect(await upsert({ key, metadata: null })).toMatchObject({
      customer: { name: 'Acme', metadata: {} },
    });
    const many = await Promise.all(Array.from({ length: 8 }, () => upsert({ key: 'at-once' })));
    expect(many.filter((each) => (each as { isNew: boolean }).isNew)).toHaveLength(1);
  });

  it.each([
    [{ key: '' }, 'input.key INVALID'],
    [{ key: 'a b' }, 'input.key INVALID'],
    [{ key: 'ä' }, 'input.key INVALID'],
    [{ key: 'a\n' }, 'input.key INVALID'],
    [{ key: 'x'.repeat(129) }, 'input.key INVALID'],
    [{ key: 'k', name: '' }, 'input.name INVALID'],
    [{ key: 'k', name: null }, 'input.name INVALID'],
    [{ key: 'k', name: 'x'.repeat(201) }, 'input.name TOO_LARGE'],
    [{ key: 'k', metadata: [1] }, 'input.metadata INVALID'],
    [{ key: 'k', metadata: 'text' }, 'input.metadata INVALID'],
    [{ key: 'k', metadata: 3 }, 'input.metadata INVALID'],
    [{ key: 'k', metadata: { a: 'x'.repeat(4_096) } }, 'input.metadata TOO_LARGE'],
  ])('is refused as %j', async (input, fault) => {
    const answer = (await upsert(input)) as { userErrors: { field: string[]; code: string }[] };
    expect(answer).toMatchObject({ customer: null, isNew: false });
    expect(answer.userErrors.map(({ field, code }) => `${field.join('.')} ${code}`)).toEqual([
      fault,
    ]);
    expect((await ask(ONE, { key: 'k' })).data).toEqual({ customer: null });
  });

  it('is listed and found by part of its key or name', async () => {
    const other = await insertTenant(on.services.pool);
    const admin = as('ADMIN', other);
    for (const [key, name] of [
      ['c-1', 'Größe & Co'],
      ['c-2', '50%_off'],
      ['c-3', 'Zoë'],
      ['d-4', 'C'],
    ]) {
      await ask(UPSERT, { input: { key, name } }, admin);
    }
    const found = async (search: string | null, who = admin) => {
      const source = `query ($search: String) { customers(filter: { search: $search }) { nodes { key } } }`;
      const { data } = await ask(source, { search }, who);
      return (data as { customers: { nodes: { key: string }[] } }).customers.nodes.map(
        ({ key }) => key,
      );
    };
    expect(await found(null)).toEqual(['d-4', 'c-3', 'c-2', 'c-1']);
    expect(await found('c-')).toEqual(['c-3', 'c-2', 'c-1']);
    expect(await found('GRÖSSE')).toEqual(['c-1']);
    expect(await found('0%_o')).toEqual(['c-2']);
    expect(await found('%_%')).toEqual([]);
    expect(await found('c-2')).toEqual(['c-2']);
    expect(await found('zOË')).toEqual(['c-3']);
    expect(await found('c')).toEqual(['d-4', 'c-3', 'c-2', 'c-1']);
    expect(await found('a\0')).toEqual([]);
    expect(await found('c-2', as('ADMIN', stranger))).toEqual([]);
    const page = `{ customers(first: 2, after: null) { pageInfo { hasNextPage endCursor } nodes { key } } }`;
    const { data } = await ask(page, {}, admin);
    const cursor = JSON.stringify(data).match(/"endCursor":"([^"]+)"/)?.[1];
    const rest = await ask(
      `query ($after: String) { customers(after: $after) { nodes { key } pageInfo { hasNextPage } } }`,
      { after: cursor },
      admin,
    );
    expect(rest.data).toEqual({
      customers: { nodes: [{ key: 'c-2' }, { key: 'c-1' }], pageInfo: { hasNextPage: false } },
    });
  });

  it('is nothing to another tenant', async () => {
    const made = (await upsert({ key: 'ours' })) as { customer: { id: string } };
    const { id } = made.customer;
    const NODE = 'query ($id: ID!) { node(id: $id) { id ... on Customer { key } } }';
    expect(id).toMatch(/^cus_/);
    expect((await ask(NODE, { id })).data).toEqual({ node: { id, key: 'ours' } });
    const them = as('ADMIN', stranger);
    expect((await ask(NODE, { id }, them)).data).toEqual({ node: null });
    expect((await ask(ONE, { key: 'ours' }, them)).data).toEqual({ customer: null });
    const url = 'http://127.0.0.1:4/';
    const refused = { userErrors: [{ field: ['input', 'customer'], code: 'NOT_FOUND' }] };
    expect(
      (await ask(CREATE, { input: { name: 'W', url, customer: 'ours' } }, them)).data,
    ).toMatchObject({ webhookCreate: refused });
    const input = { type: 'order.created', payload: {}, customer: 'ours' };
    expect((await ask(TRIGGER, { input }, them)).data).toMatchObject({ eventTrigger: refused });
    expect((await ask(ERASE, { key: 'ours' }, them)).data).toMatchObject({
      customerErase: { erasedCustomerKey: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
    expect((await ask(UPSERT, { input: { key: 'ours' } }, them)).data).toMatchObject({
      customerUpsert: { isNew: true },
    });
    expect((await ask(ONE, { key: 'ours' })).data).toMatchObject({ customer: { id } });
  });
});

interface Listed {
  type: string;
  customer: { key: string } | null;
}
interface Lists {
  events: { nodes: Listed[] };
  deliveries: { nodes: { event: Listed; webhook: { name: string } }[] };
  deliveryCount: number;
  webhooks: { totalCount: number; nodes: { name: string }[] };
}

describe('an event for a customer', () => {
  it('goes to its webhooks and to the platform’s own; one for nobody to these alone', async () => {
    await upsert({ key: 'north' });
    await upsert({ key: 'south' });
    await webhook('of the platform');
    await webhook('of north', 'north');
    await webhook('of south', 'south', ['order.*', '*']);
    expect(await trigger({ customer: 'north' })).toMatchObject({
      webhooksNotified: 2,
      event: { customer: { key: 'north' } },
    });
    expect(await trigger({ customer: 'south' })).toMatchObject({ webhooksNotified: 2 });
    expect(await trigger({})).toMatchObject({ webhooksNotified: 1, event: { customer: null } });
    expect((await ask(ONE, { key: 'north' })).data).toMatchObject({
      customer: {
        webhooks: { totalCount: 1, nodes: [{ name: 'of north', customer: { key: 'north' } }] },
        stats: { total: 2, pending: 2, failed: 0 },
      },
    });
    const folded = async () => {
      while ((await foldRollups(on.services.pool)).moved > 0);
      return (await ask(ONE, { key: 'south' })).data;
    };
    expect(await folded()).toMatchObject({ customer: { stats: { total: 2 } } });
  });

  it('has an eventId of its own for each customer', async () => {
    await upsert({ key: 'east' });
    await upsert({ key: 'west' });
    const eventId = 'same-for-all';
    for (const customer of ['east', 'west', undefined]) {
      expect(await trigger({ customer, eventId })).toMatchObject({ isDuplicate: false });
      expect(await trigger({ customer, eventId })).toMatchObject({ isDuplicate: true });
      expect(await trigger({ customer, eventId, payload: 1 })).toMatchObject({
        userErrors: [{ code: 'CONFLICT' }],
      });
    }
    const events = [{ customer: 'east' }, { customer: 'west' }, {}, { customer: 'east' }];
    const batch = events.map((each) => ({
      type: 'order.created',
      payload: 2,
      eventId: 'in-a-batch',
      ...each,
    }));
    expect((await ask(BATCH, { events: batch })).data).toMatchObject({
      eventTriggerBatch: {
        results: [
          { isDuplicate: false, event: { customer: { key: 'east' } } },
          { isDuplicate: false, event: { customer: { key: 'west' } } },
          { isDuplicate: false, event: { customer: null } },
          { isDuplicate: true, event: { customer: { key: 'east' } } },
        ],
      },
    });
  });

  it('is refused where there is no such customer, in a batch with all others', async () => {
    for (const customer of ['nobody', 'no body', '', '\0']) {
      expect(await trigger({ customer })).toMatchObject({
        event: null,
        userErrors: [{ field: ['input', 'customer'], code: 'NOT_FOUND' }],
      });
    }
    const one = { type: 'order.created', payload: {} };
    const eventId = newId();
    const events = [
      { ...one, eventId },
      { ...one, customer: 'nobody' },
    ];
    expect((await ask(BATCH, { events })).data).toMatchObject({
      eventTriggerBatch: {
        results: [],
        userErrors: [{ field: ['input', 'events', '1', 'customer'], code: 'NOT_FOUND' }],
      },
    });
    expect(await trigger({ eventId })).toMatchObject({ isDuplicate: false });
  });

  it('is found by its customer, and so are its deliveries and webhooks', async () => {
    await upsert({ key: 'lists' });
    await upsert({ key: 'lists-too' });
    await webhook('lists 1', 'lists', ['user.created', 'user.deleted']);
    await webhook('lists 2', 'lists-too', ['user.created']);
    await webhook('everybody', undefined, ['user.created']);
    for (const [customer, type] of [
      ['lists', 'user.created'],
      ['lists', 'user.deleted'],
      ['lists-too', 'user.created'],
      [undefined, 'user.created'],
    ]) {
      await trigger({ customer, type });
    }
    const LISTS = `query ($customers: [String!], $types: [String!], $eventId: String) {
      events(filter: { customers: $customers, types: $types, eventId: $eventId }) { nodes { type customer { key } } }
      deliveries(filter: { customers: $customers, eventTypes: $types, eventId: $eventId }) {
        nodes { webhook { name } event { type customer { key } } } }
      deliveryCount(filter: { customers: $customers, eventTypes: $types, eventId: $eventId })
      webhooks(filter: { customers: $customers }) { totalCount nodes { name } } }`;
    const lists = async (variables: Record<string, unknown>, who?: Caller) => {
      const { data, codes } = await ask(LISTS, variables, who);
      expect(codes).toEqual([]);
      const { events, deliveries, deliveryCount, webhooks } = data as unknown as Lists;
      expect(deliveryCount).toBe(deliveries.nodes.length);
      expect(webhooks.totalCount).toBe(webhooks.nodes.length);
      return {
        events: events.nodes.map((each) => `${each.customer?.key} ${each.type}`),
        deliveries: deliveries.nodes
          .map((each) => `${each.event.customer?.key} ${each.event.type} ${each.webhook.name}`)
          .sort(),
        webhooks: webhooks.nodes.map((each) => each.name),
      };
    };
    expect(await lists({ customers: ['lists'] })).toEqual({
      events: ['lists user.deleted', 'lists user.created'],
      deliveries: [
        'lists user.created everybody',
        'lists user.created lists 1',
        'lists user.deleted lists 1',
      ],
      webhooks: ['lists 1'],
    });
    expect(
      await lists({ customers: ['lists-too', 'lists', 'none'], types: ['user.created'] }),
    ).toEqual({
      events: ['lists-too user.created', 'lists user.created'],
      deliveries: [
        'lists user.created everybody',
        'lists user.created lists 1',
        'lists-too user.created everybody',
        'lists-too user.created lists 2',
      ],
      webhooks: ['lists 2', 'lists 1'],
    });
    const none = { events: [], deliveries: [], webhooks: [] };
    expect(await lists({ customers: [] })).toEqual(none);
    expect(await lists({ customers: ['none', 'a b'] })).toEqual(none);
    expect(await lists({ customers: ['lists'] }, as('VIEWER', stranger))).toEqual(none);
    const eventId = newId();
    await trigger({ customer: 'lists', type: 'user.created', eventId });
    await trigger({ customer: 'lists-too', type: 'user.created', eventId });
    expect((await lists({ eventId })).events).toHaveLength(2);
    expect((await lists({ eventId, customers: ['lists'] })).events).toEqual(['lists user.created']);
    const long = { customers: Array.from({ length: 101 }, () => 'a') };
    expect((await ask(LISTS, long)).codes).toContain('BAD_USER_INPUT');
  });
});

describe('a customer that is erased', () => {
  it('is gone at once, its key free, and no row of it is left', async () => {
    const key = 'leaving';
    const made = (await upsert({ key, name: 'Leaving', metadata: { secret: 1 } })) as {
      customer: { id: string };
    };
    const hook = await webhook('its own', key, ['user.updated']);
    const other = await webhook('the platform’s', undefined, ['user.updated']);
    for (let n = 0; n < 3; n += 1) await trigger({ customer: key, type: 'user.updated' });
    await trigger({ type: 'user.updated' });
    const TEST = `mutation ($id: ID!) { webhookTest(input: { id: $id, eventType: "user.updated" }) {
      delivery { event { customer { key } } } ${FAULTS} } }`;
    expect((await ask(TEST, { id: hook })).data).toMatchObject({
      webhookTest: { delivery: { event: { customer: { key } } } },
    });
    const { pool } = on.services;
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM "Customer" WHERE key = $1', [
      key,
    ]);
    const [{ id } = { id: '' }] = rows;
    // Half of the sums lie in one place, half in the other.
    await foldRollups(pool);
    await trigger({ customer: key, type: 'user.updated' });

    expect((await ask(ERASE, { key })).data).toEqual({
      customerErase: { erasedCustomerKey: key, userErrors: [] },
    });
    expect(await trigger({ customer: key, type: 'user.updated' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect((await ask(ERASE, { key })).data).toMatchObject({
      customerErase: { userErrors: [{ field: ['input', 'key'], code: 'NOT_FOUND' }] },
    });
    expect((await ask(ONE, { key })).data).toEqual({ customer: null });
    const NODE = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await ask(NODE, { id: made.customer.id })).data).toEqual({ node: null });
    expect((await ask(NODE, { id: hook })).data).toEqual({ node: null });
    expect((await ask(NODE, { id: other })).data).toEqual({ node: { id: other } });
    expect(await upsert({ key })).toMatchObject({ isNew: true, customer: { name: key } });

    const ofTenant = async () => (await ask('{ stats { total } }')).data;
    const before = await ofTenant();
    await deleteErased(pool, new AbortController().signal);
    while ((await foldRollups(pool)).moved > 0);
    // Transactions of other databases of the cluster hold up the last step.
    await waitFor(async () => {
      await deleteErased(pool, new AbortController().signal);
      const { rows: still } = await pool.query('SELECT FROM "Customer" WHERE id = $1', [id]);
      return still.length === 0;
    });
    const left = await pool.query(
      `SELECT 'Customer' AS table, id::text FROM "Customer" WHERE id = $1
       UNION ALL SELECT 'Webhook', id::text FROM "Webhook" WHERE "customerId" = $1
       UNION ALL SELECT 'EventSubscription', id::text FROM "EventSubscription" WHERE "customerId" = $1
       UNION ALL SELECT 'Event', id::text FROM "Event" WHERE "customerId" = $1
       UNION ALL SELECT 'Delivery', id::text FROM "Delivery" WHERE "customerId" = $1
       UNION ALL SELECT 'DeliveryRollup', "webhookId"::text FROM "DeliveryRollup" WHERE "webhookId" = $1
       UNION ALL SELECT 'DeliveryRollupDelta', id::text FROM "DeliveryRollupDelta" WHERE "customerId" = $1
       UNION ALL SELECT 'DeliveryChange', "deliveryId"::text FROM "DeliveryChange" c
         WHERE NOT EXISTS (SELECT FROM "Delivery" d WHERE d.id = c."deliveryId")
       UNION ALL SELECT 'DeliveryAttempt', "deliveryId"::text FROM "DeliveryAttempt" a
         WHERE NOT EXISTS (SELECT FROM "Delivery" d WHERE d.id = a."deliveryId")`,
      [id],
    );
    expect(left.rows).toEqual([]);
    expect(await ofTenant()).toEqual(before);
    const kept = await ask(
      `query ($ids: [ID!]) { deliveries(filter: { webhookIds: $ids }) { nodes { event { customer { key } } } } }`,
      { ids: [other] },
    );
    expect(kept.data).toEqual({ deliveries: { nodes: [{ event: { customer: null } }] } });
  });
});
