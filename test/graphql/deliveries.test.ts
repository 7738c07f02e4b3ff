import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { findAttemptTexts } from '../../server/deliveries/attempts.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
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
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { callerOf, counting, run } from './reading.ts';

let on: TestServices;
let counted: ReturnType<typeof counting>;
let tenantId: string;
let stranger: string;
let webhookIds: string[];
/** Newest first. */
let made: MadeDelivery[];

beforeAll(async () => {
  on = await createTestServices();
  counted = counting(on);
  const { pool } = on.services;
  tenantId = await insertTenant(pool);
  stranger = await insertTenant(pool);
  const webhooks = [
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId, { isDeleted: true }),
  ];
  webhookIds = webhooks.map(({ id }) => id);
  const events = Array.from({ length: 60 }, (_, n) =>
    makeEvent(tenantId, { createdAt: new Date(Date.now() - n * 1_000), eventId: `event-${n}` }),
  );
  made = events.flatMap((event, n) =>
    webhookIds.map((id) => makeDelivery(event, id, { status: n % 3 === 0 ? 'FAILED' : 'SUCCESS' })),
  );
  await insertEvents(pool, events);
  await insertDeliveries(pool, made);
  await pool.query(
    `INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs", "requestHead",
       "responseStatusCode", "responseHead", "responseBody", "errorCode", "errorMessage")
     SELECT id, n, "tenantId", "createdAt", 12, E'host:example.com:8080\\nx-key\\nx-empty:', 500 + n, 'server:test', 'answer ' || n, 'HTTP_STATUS', 'refused'
     FROM "Delivery", generate_series(1, 3) n`,
  );
  made.sort((a, b) => (a.id < b.id ? 1 : -1));
});
beforeEach(() => {
  counted.statements.length = 0;
});
afterAll(async () => {
  await counted.close();
  await on.close();
});

const ask = (source: string, variables?: Record<string, unknown>, tenant = tenantId) =>
  run(on.services, callerOf(tenant), source, variables);
const idOf = (each: { id: string } | undefined) => encodeGlobalId('Delivery', each?.id ?? '');

describe('deliveries', () => {
  it('come in pages, either way', async () => {
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
      deliveries(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`;
    const page = z.object({
      deliveries: z.object({
        nodes: z.array(z.object({ id: z.string() })),
        pageInfo: z.object({
          hasNextPage: z.boolean(),
          startCursor: z.string().nullable(),
          endCursor: z.string().nullable(),
        }),
      }),
    });
    const first = page.parse((await ask(query, { first: 70 })).data).deliveries;
    expect(first.nodes.map(({ id }) => id)).toEqual(made.slice(0, 70).map(idOf));
    expect(first.pageInfo.hasNextPage).toBe(true);
    const { endCursor } = first.pageInfo;
    const rest = page.parse((await ask(query, { first: 70, after: endCursor })).data).deliveries;
    expect(rest.nodes.map(({ id }) => id)).toEqual(made.slice(70).map(idOf));
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const back = { last: 30, before: rest.pageInfo.startCursor };
    const before = page.parse((await ask(query, back)).data).deliveries;
    expect(before.nodes.map(({ id }) => id)).toEqual(made.slice(40, 70).map(idOf));
  });

  it('are filtered, and a filter that cannot be meant is told', async () => {
    const query = `query ($filter: DeliveryFilter) { deliveries(first: 100, filter: $filter) { nodes { id } } }`;
    const filter = {
      statuses: ['FAILED'],
      webhookIds: webhookIds.slice(0, 1).map((id) => encodeGlobalId('Webhook', id)),
      eventTypes: ['user.created'],
    };
    const expected = made.filter(
      (each) => each.status === 'FAILED' && each.webhookId === webhookIds[0],
    );
    const { data } = await ask(query, { filter });
    expect(data).toEqual({ deliveries: { nodes: expected.map((each) => ({ id: idOf(each) })) } });
    for (const none of [{ eventTypes: ['no.such\0type'] }, { eventId: 'half \ud800' }]) {
      expect((await ask(query, { filter: none })).data).toEqual({ deliveries: { nodes: [] } });
    }
    const ids = made.slice(0, 3).map(idOf);
    const nobodys = encodeGlobalId('Delivery', newId());
    expect((await ask(query, { filter: { ids: [...ids, nobodys] } })).data).toEqual({
      deliveries: { nodes: ids.map((id) => ({ id })) },
    });
    for (const refused of [[idOf(made[0]), 'wh_1'], Array<string>(1_001).fill(nobodys)]) {
      expect((await ask(query, { filter: { ids: refused } })).codes).toEqual(['BAD_USER_INPUT']);
    }
    const wrong = { webhookIds: [encodeGlobalId('Delivery', made[0]?.id ?? '')] };
    expect((await ask(query, { filter: wrong })).codes).toEqual(['BAD_USER_INPUT']);
    const long = { eventTypes: Array(101).fill('user.created') };
    expect((await ask(query, { filter: long })).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('cost one statement a level', async () => {
    const query = `{ deliveries(first: 100) { nodes {
      id status requestBody
      event { eventId payload }
      webhook { name subscriptions { id } stats { total latencyP50Ms } }
      attempts(last: 2) { id number responseBody }
      lastAttempt { number responseStatusCode }
    } } }`;
    const { data, codes } = await run(counted.services, callerOf(tenantId), query);
    expect(codes).toEqual([]);
    const { deliveries } = z
      .object({ deliveries: z.object({ nodes: z.array(z.json()) }) })
      .parse(data);
    expect(deliveries.nodes).toHaveLength(100);
    expect(deliveries.nodes[0]).toMatchObject({
      requestBody: expect.stringContaining('"event_id":"event-0"'),
      event: { eventId: 'event-0', payload: { n: 1 } },
      attempts: [
        { number: 2, responseBody: 'answer 2' },
        { number: 3, responseBody: 'answer 3' },
      ],
      lastAttempt: { number: 3, responseStatusCode: 503 },
    });
    // The page; its events, bodies, webhooks and attempts; payloads, response bodies, counts,
    // latencies, and Prisma's two for the webhooks' subscriptions.
    expect(counted.statements.length).toBeLessThanOrEqual(11);
  });

  it('of a page of events, or of webhooks, are one statement', async () => {
    const query = `{
      events(first: 50) { nodes { deliveries(first: 5) { nodes { id } pageInfo { hasNextPage } } } }
    }`;
    const { data, codes } = await run(counted.services, callerOf(tenantId), query);
    expect(codes).toEqual([]);
    expect(counted.statements).toHaveLength(2);
    const nodes = [{ id: expect.any(String) }, { id: expect.any(String) }];
    expect(data).toMatchObject({
      events: {
        nodes: Array.from({ length: 50 }, () => ({
          deliveries: { nodes, pageInfo: { hasNextPage: false } },
        })),
      },
    });
    counted.statements.length = 0;
    const ofWebhooks = `{ webhooks { nodes { deliveries(first: 3, filter: { statuses: [FAILED] }) { nodes { id } } } } }`;
    const answer = await run(counted.services, callerOf(tenantId), ofWebhooks);
    const failed = made.filter(
      (each) => each.webhookId === webhookIds[0] && each.status === 'FAILED',
    );
    expect(answer.data).toEqual({
      webhooks: {
        nodes: [{ deliveries: { nodes: failed.slice(0, 3).map((each) => ({ id: idOf(each) })) } }],
      },
    });
    expect(counted.statements).toHaveLength(2);
  });

  it('read where the feed stands only when asked, and before the page', async () => {
    await run(counted.services, callerOf(tenantId), '{ deliveries { nodes { id } } }');
    expect(counted.statements).toHaveLength(1);
    const order: string[] = [];
    const { feed, pool } = counted.services;
    const services = {
      ...counted.services,
      feed: {
        ...feed,
        currentCursor: () => {
          order.push(`cursor after ${counted.statements.length - 1} statements`);
          return feed.currentCursor();
        },
      },
      pool,
    };
    const query = `{ deliveries { nodes { id } ...rest } } fragment rest on DeliveryConnection { ... { feedCursor } }`;
    const { data } = await run(services, callerOf(tenantId), query);
    expect(data).toMatchObject({ deliveries: { feedCursor: expect.any(String) } });
    expect(order).toEqual(['cursor after 0 statements']);
  });

  it.each(['requestHead', 'responseHead', 'responseBody'] as const)(
    'have the %s of their attempts read as far as an answer may hold them',
    async (which) => {
      const { pool } = on.services;
      const keys = made
        .slice(0, 3)
        .map(({ id: deliveryId }) => ({ deliveryId, number: 1 }))
        .toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
      const read = (mostBytes: number) =>
        findAttemptTexts(pool, tenantId, keys, { which, mostBytes });
      const [whole] = await read(1_000_000);
      const length = whole?.length ?? 0;
      expect(length).toBeGreaterThan(5);
      expect(await read(2 * length)).toEqual([whole, whole, undefined]);
      expect(await read(3 * length)).toEqual([whole, whole, whole]);
      const none = [{ deliveryId: newId(), number: 1 }];
      expect(await findAttemptTexts(pool, tenantId, none, { which, mostBytes: 9 })).toEqual([null]);
      const theirs = { which, mostBytes: 1_000 };
      expect(await findAttemptTexts(pool, stranger, keys, theirs)).toEqual([null, null, null]);
    },
  );

  it('show the headers of attempts that former versions made, which are JSON', async () => {
    const { pool } = on.services;
    const [deliveryId] = [made[1]?.id];
    const headers = [
      { name: 'x-key', value: null, isSecret: true },
      { name: 'x-own', value: 'a:b\n', isSecret: false },
    ];
    await pool.query(
      `INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs", "requestHeaders", "responseHeaders")
       VALUES ($1, 4, $2, now(), 12, $3, '[]')`,
      [deliveryId, tenantId, JSON.stringify(headers)],
    );
    const id = encodeGlobalId('DeliveryAttempt', `${deliveryId}:4`);
    const query = `query ($id: ID!) { node(id: $id) { ... on DeliveryAttempt {
      requestHeaders { name value isSecret } responseHeaders { name } } } }`;
    expect((await ask(query, { id })).data).toEqual({
      node: { requestHeaders: headers, responseHeaders: [] },
    });
    await pool.query('DELETE FROM "DeliveryAttempt" WHERE number = 4');
  });

  it('and their attempts are found by their ids, by their own tenant alone', async () => {
    const id = idOf(made[0]);
    const attempt = encodeGlobalId('DeliveryAttempt', `${made[0]?.id}:2`);
    const query = `query ($id: ID!, $ids: [ID!]!) {
      delivery(id: $id) { id status webhook { id } }
      nodes(ids: $ids) { __typename id ... on DeliveryAttempt { number requestHeaders { name value isSecret } } }
    }`;
    const ids = [
      attempt,
      id,
      encodeGlobalId('DeliveryAttempt', `${made[0]?.id}:4`),
      encodeGlobalId('DeliveryAttempt', 'x:1'),
    ];
    expect((await ask(query, { id, ids })).data).toMatchObject({
      delivery: { id, status: made[0]?.status },
      nodes: [
        {
          __typename: 'DeliveryAttempt',
          id: attempt,
          number: 2,
          requestHeaders: [
            { name: 'host', value: 'example.com:8080', isSecret: false },
            { name: 'x-key', value: null, isSecret: true },
            { name: 'x-empty', value: '', isSecret: false },
          ],
        },
        { __typename: 'Delivery', id },
        null,
        null,
      ],
    });
    const theirs = await ask(query, { id, ids }, stranger);
    expect(theirs.data).toEqual({ delivery: null, nodes: [null, null, null, null] });
  });
});

const refused = (code: string) => ({
  deliveryRetry: { delivery: null, userErrors: [{ code, field: ['input', 'id'] }] },
});

describe('a retry by hand', () => {
  const mutation = `mutation ($id: ID!) { deliveryRetry(input: { id: $id }) {
    delivery { id status attemptCount attempts { number } } userErrors { code field }
  } }`;
  const retry = (id: string, caller = callerOf(tenantId, 'OPERATOR')) =>
    run(on.services, caller, mutation, { id });

  it('answers with the delivery, which is pending again', async () => {
    const delivery = made.findLast((each) => each.webhookId === webhookIds[0]);
    expect((await retry(idOf(delivery))).data).toEqual({
      deliveryRetry: {
        delivery: {
          id: idOf(delivery),
          status: 'PENDING',
          attemptCount: 0,
          attempts: [{ number: 1 }, { number: 2 }, { number: 3 }],
        },
        userErrors: [],
      },
    });
  });

  it('is refused with its reason', async () => {
    const ofDeleted = made.find((each) => each.webhookId === webhookIds[1]);
    expect((await retry(idOf(ofDeleted))).data).toEqual(refused('NOT_ALLOWED_NOW'));
    expect((await retry('nonsense')).data).toEqual(refused('NOT_FOUND'));
    const theirs = await retry(idOf(made[0]), callerOf(stranger, 'OPERATOR'));
    expect(theirs.data).toEqual(refused('NOT_FOUND'));
    expect((await retry(idOf(made[0]), callerOf(tenantId, 'VIEWER'))).codes).toEqual(['FORBIDDEN']);
  });
});
