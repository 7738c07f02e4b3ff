import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { encodeGlobalId } from '../../server/domain/global-id.ts';
import {
  insertTenant,
  insertSubscription,
  insertWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { callerOf, counting, run } from './reading.ts';

let on: TestServices;
let tenantId: string;
let stranger: string;
let webhookId: string;

beforeAll(async () => {
  on = await createTestServices();
  const { pool } = on.services;
  tenantId = await insertTenant(pool);
  stranger = await insertTenant(pool);
  const webhook = await insertWebhook(pool, tenantId);
  webhookId = webhook.id;
  await insertSubscription(pool, webhook);
});
afterAll(() => on.close());

const EVENT = 'id type eventId payload webhooksNotified isTest createdAt';
const TRIGGER = `mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) {
  event { ${EVENT} } webhooksNotified isDuplicate userErrors { code field }
} }`;
const BATCH = `mutation ($input: EventTriggerBatchInput!) { eventTriggerBatch(input: $input) {
  results { event { eventId payload } webhooksNotified isDuplicate } userErrors { code field }
} }`;

const ask = (source: string, input: unknown) =>
  run(on.services, callerOf(tenantId, 'OPERATOR'), source, { input });

describe('a trigger', () => {
  it('answers a PUBLISHER with the event, and with nothing beyond', async () => {
    const publisher = callerOf(tenantId, 'PUBLISHER');
    const input = { type: 'user.created', eventId: 'one', payload: { name: 'Zoë', n: [1, 0.5] } };
    const { data, codes } = await run(on.services, publisher, TRIGGER, { input });
    expect(codes).toEqual([]);
    expect(data).toEqual({
      eventTrigger: {
        event: {
          ...input,
          id: expect.any(String),
          webhooksNotified: 1,
          isTest: false,
          createdAt: expect.stringMatching(/^20.*Z$/),
        },
        webhooksNotified: 1,
        isDuplicate: false,
        userErrors: [],
      },
    });
    const again = await run(on.services, publisher, TRIGGER, { input });
    expect(again.data).toMatchObject({ eventTrigger: { isDuplicate: true, webhooksNotified: 1 } });
    const beyond = TRIGGER.replace('payload', 'payload deliveries { nodes { id } }');
    const refused = await run(on.services, publisher, beyond, { input });
    expect(refused.codes).toEqual(['FORBIDDEN']);
    // The field that it asked too much of is null, and the rest of the answer is there.
    expect(refused.data).toEqual({
      eventTrigger: { event: null, webhooksNotified: 1, isDuplicate: true, userErrors: [] },
    });
    // A batch has no place for a null: it is refused before anything is kept.
    const many = BATCH.replace('payload', 'payload deliveries { nodes { id } }');
    const unsent = { events: [{ type: 'user.created', payload: 1, eventId: 'unsent' }] };
    expect((await run(on.services, publisher, many, { input: unsent })).codes).toEqual([
      'FORBIDDEN',
    ]);
    const sent = await run(on.services, publisher, BATCH, { input: unsent });
    expect(sent.data).toMatchObject({
      eventTriggerBatch: { results: [{ isDuplicate: false }] },
    });
    for (const read of [
      '{ events { nodes { id } } }',
      `{ node(id: "x") { id } }`,
      '{ deliveries { nodes { id } } }',
      '{ stats { total } }',
    ]) {
      expect((await run(on.services, publisher, read)).codes).toEqual(['FORBIDDEN']);
    }
    const viewer = callerOf(tenantId, 'VIEWER');
    expect((await run(on.services, viewer, TRIGGER, { input })).codes).toEqual(['FORBIDDEN']);
  });

  it('tells what is to be mended', async () => {
    const unknown = await ask(TRIGGER, { type: 'no.such', payload: 1, eventId: '' });
    expect(unknown.data).toEqual({
      eventTrigger: {
        event: null,
        webhooksNotified: 0,
        isDuplicate: false,
        userErrors: [
          { code: 'UNKNOWN_EVENT_TYPE', field: ['input', 'type'] },
          { code: 'INVALID', field: ['input', 'eventId'] },
        ],
      },
    });
    const events = [
      { type: 'user.created', payload: 1 },
      { type: 'no.such', payload: 1 },
    ];
    expect((await ask(BATCH, { events })).data).toEqual({
      eventTriggerBatch: {
        results: [],
        userErrors: [{ code: 'UNKNOWN_EVENT_TYPE', field: ['input', 'events', '1', 'type'] }],
      },
    });
  });

  it('of many answers in their order, its events read together', async () => {
    const counted = counting(on);
    try {
      const events = Array.from({ length: 50 }, (_, n) => ({
        type: 'user.created',
        payload: n,
        eventId: `batch-${n % 49}`,
      })).map((event, n) => (n === 49 ? { ...event, payload: 0 } : event));
      const caller = callerOf(tenantId, 'PUBLISHER');
      const { data } = await run(counted.services, caller, BATCH, { input: { events } });
      expect(data).toEqual({
        eventTriggerBatch: {
          results: events.map(({ eventId, payload }, n) => ({
            event: { eventId, payload },
            webhooksNotified: 1,
            isDuplicate: n === 49,
          })),
          userErrors: [],
        },
      });
      // Events and their bodies; the trigger's own statements go through another pool here.
      expect(counted.statements).toHaveLength(2);
    } finally {
      await counted.close();
    }
  });
});

const refused = (code: string, field: string) => ({
  webhookTest: { delivery: null, userErrors: [{ code, field: ['input', field] }] },
});

describe('a test of a webhook', () => {
  const TEST = `mutation ($input: WebhookTestInput!) { webhookTest(input: $input) {
    delivery { isTest status event { type payload isTest } webhook { id } } userErrors { code field }
  } }`;
  const test = (input: Record<string, unknown>, tenant = tenantId) =>
    run(on.services, callerOf(tenant, 'OPERATOR'), TEST, { input });

  it('sends the sample of any event type', async () => {
    const id = encodeGlobalId('Webhook', webhookId);
    const { data } = await test({ id, eventType: 'task.completed' });
    expect(data).toMatchObject({
      webhookTest: {
        delivery: {
          isTest: true,
          status: 'PENDING',
          event: { type: 'task.completed', isTest: true, payload: { task_id: 'tsk_9001' } },
          webhook: { id },
        },
        userErrors: [],
      },
    });
    const own = await test({ id, eventType: 'task.completed', payload: 'hello' });
    expect(own.data).toMatchObject({ webhookTest: { delivery: { event: { payload: 'hello' } } } });
  });

  it('tells what is to be mended', async () => {
    const id = encodeGlobalId('Webhook', webhookId);
    const nothing = await test({ id, eventType: 'no.such' });
    expect(nothing.data).toEqual(refused('UNKNOWN_EVENT_TYPE', 'eventType'));
    const theirs = await test({ id, eventType: 'user.created' }, stranger);
    expect(theirs.data).toEqual(refused('NOT_FOUND', 'id'));
    const malformed = await test({ id: 'nonsense', eventType: 'user.created' });
    expect(malformed.data).toEqual(refused('NOT_FOUND', 'id'));
  });
});

describe('events', () => {
  it('are listed by filter, and found by id, within the tenant', async () => {
    const query = `query ($filter: EventFilter) {
      events(filter: $filter) { nodes { id eventId } edges { cursor } pageInfo { hasNextPage } }
    }`;
    const found = await run(on.services, callerOf(tenantId), query, { filter: { eventId: 'one' } });
    const event = { id: expect.any(String), eventId: 'one' };
    expect(found.data).toMatchObject({ events: { nodes: [event] } });
    const none = await run(on.services, callerOf(stranger), query, { filter: { eventId: 'one' } });
    expect(none.data).toMatchObject({ events: { nodes: [] } });
    for (const filter of [{ types: [] }, { types: ['no.such'] }, { eventId: 'NUL \0' }]) {
      const empty = await run(on.services, callerOf(tenantId), query, { filter });
      expect(empty.data).toMatchObject({ events: { nodes: [] } });
    }

    const [row] = (await on.services.pool.query<{ id: string }>('SELECT id FROM "Event" LIMIT 1'))
      .rows;
    const id = encodeGlobalId('Event', row?.id ?? '');
    const byId = `query ($id: ID!) { event(id: $id) { id } node(id: $id) { __typename id } }`;
    expect((await run(on.services, callerOf(tenantId), byId, { id })).data).toEqual({
      event: { id },
      node: { __typename: 'Event', id },
    });
    expect((await run(on.services, callerOf(stranger), byId, { id })).data).toEqual({
      event: null,
      node: null,
    });
  });
});
