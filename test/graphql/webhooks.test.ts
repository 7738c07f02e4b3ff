import { PrismaPg } from '@prisma/adapter-pg';
import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Caller } from '../../server/access/caller.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { readConfiguration } from '../../server/env.ts';
import { PrismaClient } from '../../server/generated/prisma/client.ts';
import { encodeId } from '../../server/graphql/global-id.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { openService, type ServiceOnDatabase } from '../webhooks/service-on-database.ts';

const schema = buildSchema();
const configuration = readConfiguration({ WEBHOOK_TIMEOUT: '12.5' });

let on: ServiceOnDatabase;
let counting: PrismaClient<'query'>;
const statements: string[] = [];

beforeAll(async () => {
  on = await openService();
  counting = new PrismaClient({
    adapter: new PrismaPg({ connectionString: on.url }),
    log: [{ emit: 'event', level: 'query' }],
  });
  counting.$on('query', ({ query }) => statements.push(query));
});
afterAll(async () => {
  await counting.$disconnect();
  await on.close();
});

const ours = (role: Caller['role'] = 'OPERATOR'): Caller => ({
  tenantId: on.tenant,
  apiKeyId: newId(),
  role,
});
const theirs = (): Caller => ({ ...ours(), tenantId: on.otherTenant });

async function ask(
  caller: Caller | null,
  source: string,
  variableValues: Record<string, unknown> = {},
  prisma: PrismaClient = on.prisma,
) {
  const services = { prisma, webhooks: on.service, configuration };
  const result = await graphql({
    schema,
    source,
    variableValues,
    contextValue: { caller, services },
  });
  return {
    // As it goes over the wire.
    data: z
      .record(z.string(), z.json())
      .nullish()
      .parse(JSON.parse(JSON.stringify(result.data ?? null))),
    codes: (result.errors ?? []).map((error) => error.extensions['code']),
    errors: result.errors ?? [],
  };
}

const FAULTS = 'userErrors { field code }';
const CREATE = `mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) {
  webhook {
    id name description url isActive disabledAt disabledReason timeout
    headers { name value isSecret }
    subscriptions { id eventType { name group sample } webhook { name } }
    secretHint createdAt updatedAt
  }
  secret ${FAULTS}
} }`;
const UPDATE = `mutation ($input: WebhookUpdateInput!) { webhookUpdate(input: $input) {
  webhook { id name description timeout isActive disabledReason headers { name value isSecret }
    subscriptions { eventType { name } } } ${FAULTS} } }`;
const ROTATE = `mutation ($input: WebhookSecretRotateInput!) { webhookSecretRotate(input: $input) {
  webhook { secretHint } secret ${FAULTS} } }`;
const SUBSCRIBE = `mutation ($input: WebhookSubscribeInput!) { webhookSubscribe(input: $input) {
  webhook { subscriptions { eventType { name } } } ${FAULTS} } }`;
const UNSUBSCRIBE = `mutation ($input: WebhookUnsubscribeInput!) { webhookUnsubscribe(input: $input) {
  webhook { subscriptions { eventType { name } } } ${FAULTS} } }`;
const DELETE = `mutation ($input: WebhookDeleteInput!) { webhookDelete(input: $input) {
  deletedWebhookId ${FAULTS} } }`;

const make = async (input: Parameters<ServiceOnDatabase['create']>[0] = {}) => {
  const { webhook } = await on.create(input);
  return { row: webhook, id: encodeId('Webhook', webhook.id) };
};

describe('mutations', () => {
  it('make a webhook and show its secret, this once', async () => {
    const input = {
      name: 'Orders',
      url: 'http://127.0.0.1:9/orders',
      eventTypes: ['user.created', 'order.created'],
      headers: [
        { name: 'X-Plain', value: 'open' },
        { name: 'Authorization', value: 'Bearer hush', isSecret: true },
      ],
    };
    const { data, errors } = await ask(ours(), CREATE, { input });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      webhookCreate: {
        webhook: {
          id: expect.any(String),
          name: 'Orders',
          description: null,
          url: 'http://127.0.0.1:9/orders',
          isActive: true,
          disabledAt: null,
          disabledReason: null,
          timeout: 13,
          headers: [
            { name: 'X-Plain', value: 'open', isSecret: false },
            { name: 'Authorization', value: null, isSecret: true },
          ],
          subscriptions: ['order.created', 'user.created'].map((name) => ({
            id: expect.any(String),
            eventType: { name, group: expect.any(String), sample: expect.any(Object) },
            webhook: { name: 'Orders' },
          })),
          secretHint: expect.stringMatching(/^whsec_.{4}$/),
          createdAt: expect.any(String),
          updatedAt: expect.any(String),
        },
        secret: expect.stringMatching(/^whsec_.{44}$/),
        userErrors: [],
      },
    });
  });

  it('tell every fault, with nothing made', async () => {
    const input = { name: '', url: 'http://192.168.0.1/', eventTypes: ['nothing'] };
    expect((await ask(ours(), CREATE, { input })).data).toEqual({
      webhookCreate: {
        webhook: null,
        secret: null,
        userErrors: [
          { field: ['input', 'name'], code: 'INVALID' },
          { field: ['input', 'url'], code: 'URL_NOT_ALLOWED' },
          { field: ['input', 'eventTypes', '0'], code: 'UNKNOWN_EVENT_TYPE' },
        ],
      },
    });
  });

  it('change a webhook: what is left out stays, null clears', async () => {
    const { id } = await make({
      description: 'For tests',
      timeout: 3,
      headers: [{ name: 'X-Key', value: 'k', isSecret: true }],
    });
    const input = { id, description: null, isActive: false, headers: [{ name: 'X-Key' }] };
    expect((await ask(ours(), UPDATE, { input })).data).toEqual({
      webhookUpdate: {
        webhook: {
          id,
          name: 'Orders',
          description: null,
          timeout: 3,
          isActive: false,
          disabledReason: 'MANUAL',
          headers: [{ name: 'X-Key', value: null, isSecret: true }],
          subscriptions: [],
        },
        userErrors: [],
      },
    });
    expect((await ask(ours(), UPDATE, { input: { id, name: null } })).data).toEqual({
      webhookUpdate: {
        webhook: null,
        userErrors: [{ field: ['input', 'name'], code: 'INVALID' }],
      },
    });
  });

  it('rotate the secret', async () => {
    const { id, row } = await make();
    const { data } = await ask(ours(), ROTATE, { input: { id, gracePeriodSeconds: 0 } });
    const { webhookSecretRotate } = z
      .object({
        webhookSecretRotate: z.object({
          webhook: z.object({ secretHint: z.string() }),
          secret: z.string(),
          userErrors: z.tuple([]),
        }),
      })
      .parse(data);
    expect(webhookSecretRotate.secret.slice(0, 10)).toBe(webhookSecretRotate.webhook.secretHint);
    expect(webhookSecretRotate.webhook.secretHint).not.toBe(row.secretHint);
    const tooLong = { id, gracePeriodSeconds: 604_801 };
    expect((await ask(ours(), ROTATE, { input: tooLong })).data).toEqual({
      webhookSecretRotate: {
        webhook: null,
        secret: null,
        userErrors: [{ field: ['input', 'gracePeriodSeconds'], code: 'INVALID' }],
      },
    });
  });

  it('add and take away subscriptions', async () => {
    const { id } = await make({ eventTypes: ['user.created'] });
    const answer = (...names: string[]) => ({
      webhook: { subscriptions: names.map((name) => ({ eventType: { name } })) },
      userErrors: [],
    });
    const add = { webhookId: id, eventTypes: ['order.created'] };
    expect((await ask(ours(), SUBSCRIBE, { input: add })).data).toEqual({
      webhookSubscribe: answer('order.created', 'user.created'),
    });
    const take = { webhookId: id, eventTypes: ['user.created'] };
    expect((await ask(ours(), UNSUBSCRIBE, { input: take })).data).toEqual({
      webhookUnsubscribe: answer('order.created'),
    });
    const unknown = { webhookId: id, eventTypes: ['none'] };
    expect((await ask(ours(), SUBSCRIBE, { input: unknown })).data).toEqual({
      webhookSubscribe: {
        webhook: null,
        userErrors: [{ field: ['input', 'eventTypes', '0'], code: 'UNKNOWN_EVENT_TYPE' }],
      },
    });
  });

  it('find nothing under an id of another tenant, of another type, or of none', async () => {
    const { id, row } = await make({ eventTypes: ['user.created'] });
    const notFound = (field: string) => [{ field: ['input', field], code: 'NOT_FOUND' }];
    const cases: [Caller, string][] = [
      [theirs(), id],
      [ours(), encodeId('Tenant', row.id)],
      [ours(), encodeId('Webhook', newId())],
      [ours(), 'nonsense\0'],
    ];
    for (const [caller, foreign] of cases) {
      const byId = { input: { id: foreign } };
      const byWebhookId = { input: { webhookId: foreign, eventTypes: ['user.created'] } };
      const answers = [
        [await ask(caller, UPDATE, byId), 'webhookUpdate', 'id'],
        [await ask(caller, ROTATE, byId), 'webhookSecretRotate', 'id'],
        [await ask(caller, DELETE, byId), 'webhookDelete', 'id'],
        [await ask(caller, SUBSCRIBE, byWebhookId), 'webhookSubscribe', 'webhookId'],
        [await ask(caller, UNSUBSCRIBE, byWebhookId), 'webhookUnsubscribe', 'webhookId'],
      ] as const;
      for (const [{ data, errors }, mutation, field] of answers) {
        expect(errors).toEqual([]);
        expect(data?.[mutation]).toMatchObject({ userErrors: notFound(field) });
      }
    }
    expect(await on.prisma.webhook.findUnique({ where: { id: row.id } })).toEqual(row);
    expect(await on.prisma.eventSubscription.count({ where: { webhookId: row.id } })).toBe(1);
  });
});

describe('a deleted webhook', () => {
  const SEE = `query ($id: ID!, $ids: [ID!]!) {
    webhook(id: $id) { id }
    node(id: $id) { id }
    nodes(ids: $ids) { id }
    webhooks(filter: { search: "to vanish" }) { totalCount nodes { id } }
  }`;

  it('vanishes from wherever it could be found', async () => {
    const { id } = await make({ name: 'to vanish' });
    const variables = { id, ids: [id] };
    expect((await ask(ours(), SEE, variables)).data).toEqual({
      webhook: { id },
      node: { id },
      nodes: [{ id }],
      webhooks: { totalCount: 1, nodes: [{ id }] },
    });
    expect((await ask(ours(), DELETE, { input: { id } })).data).toEqual({
      webhookDelete: { deletedWebhookId: id, userErrors: [] },
    });
    expect((await ask(ours(), SEE, variables)).data).toEqual({
      webhook: null,
      node: null,
      nodes: [null],
      webhooks: { totalCount: 0, nodes: [] },
    });
    expect((await ask(ours(), DELETE, { input: { id } })).data).toEqual({
      webhookDelete: {
        deletedWebhookId: null,
        userErrors: [{ field: ['input', 'id'], code: 'NOT_FOUND' }],
      },
    });
  });
});

describe('who may', () => {
  const READ = '{ webhooks { nodes { id } } }';
  const TYPES = '{ eventTypes { name group description sample } }';
  const input = { name: 'Orders', url: 'http://127.0.0.1:9/' };

  it.each([
    ['ADMIN', [], [], []],
    ['OPERATOR', [], [], []],
    ['VIEWER', [], ['FORBIDDEN'], []],
    ['PUBLISHER', ['FORBIDDEN'], ['FORBIDDEN'], []],
  ] as const)('read, write and see the event types: %s', async (role, read, write, types) => {
    expect((await ask(ours(role), READ)).codes).toEqual(read);
    expect((await ask(ours(role), CREATE, { input })).codes).toEqual(write);
    expect((await ask(ours(role), TYPES)).codes).toEqual(types);
  });

  it('do nothing without a key', async () => {
    for (const source of [READ, TYPES]) {
      expect((await ask(null, source)).codes).toEqual(['UNAUTHENTICATED']);
    }
    expect((await ask(null, CREATE, { input })).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('see the webhooks and subscriptions of their tenant alone', async () => {
    const { id, row } = await make({ eventTypes: ['user.created'] });
    const { id: subscription } = await on.prisma.eventSubscription.findFirstOrThrow({
      where: { webhookId: row.id },
    });
    const ids = [id, encodeId('EventSubscription', subscription)];
    const source = `query ($id: ID!, $ids: [ID!]!) {
      webhook(id: $id) { id } nodes(ids: $ids) { id } webhooks { totalCount nodes { id } } }`;
    expect((await ask(theirs(), source, { id, ids })).data).toEqual({
      webhook: null,
      nodes: [null, null],
      webhooks: { totalCount: 0, nodes: [] },
    });
    expect((await ask(ours(), source, { id, ids })).data).toMatchObject({
      webhook: { id },
      nodes: ids.map((each) => ({ id: each })),
    });
  });
});

describe('the list of webhooks', () => {
  const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: WebhookFilter) {
    webhooks(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      edges { cursor node { name } } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }`;
  const page = z.object({
    webhooks: z.object({
      edges: z.array(z.object({ cursor: z.string(), node: z.object({ name: z.string() }) })),
      totalCount: z.number(),
      pageInfo: z.object({
        hasNextPage: z.boolean(),
        hasPreviousPage: z.boolean(),
        startCursor: z.string().nullable(),
        endCursor: z.string().nullable(),
      }),
    }),
  });
  const list = async (variables: Record<string, unknown>) => {
    const { webhooks } = page.parse((await ask(theirs(), LIST, variables)).data);
    const { edges, ...rest } = webhooks;
    return { ...rest, names: edges.map(({ node }) => node.name) };
  };

  beforeAll(async () => {
    const base = { url: 'http://127.0.0.1:9/' };
    await on.service.create(on.otherTenant, { ...base, name: 'a', eventTypes: ['user.created'] });
    await on.service.create(on.otherTenant, { ...base, name: 'b', description: '50% OFF_now' });
    await on.service.create(on.otherTenant, { ...base, name: 'c', isActive: false });
    await on.service.create(on.otherTenant, { name: 'd', url: 'http://127.0.0.1:9/Path' });
    await on.service.create(on.otherTenant, {
      ...base,
      name: 'E\\e',
      eventTypes: ['user.created'],
    });
  });

  it('goes forwards, newest first', async () => {
    const first = await list({ first: 2 });
    expect(first).toMatchObject({
      names: ['E\\e', 'd'],
      totalCount: 5,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const second = await list({ first: 2, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({
      names: ['c', 'b'],
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });
    expect(await list({ first: 2, after: second.pageInfo.endCursor })).toMatchObject({
      names: ['a'],
      pageInfo: { hasNextPage: false },
    });
  });

  it('goes backwards, in the same order', async () => {
    const last = await list({ last: 2 });
    expect(last).toMatchObject({
      names: ['b', 'a'],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    expect(await list({ last: 3, before: last.pageInfo.startCursor })).toMatchObject({
      names: ['E\\e', 'd', 'c'],
      pageInfo: { hasPreviousPage: false, hasNextPage: true },
    });
  });

  it.each([
    [{ isActive: false }, ['c']],
    [{ isActive: true }, ['E\\e', 'd', 'b', 'a']],
    [{ isActive: null, eventType: null, search: null }, ['E\\e', 'd', 'c', 'b', 'a']],
    [{ eventType: 'user.created' }, ['E\\e', 'a']],
    [{ eventType: 'nothing\0' }, []],
    [{ search: 'e\\E' }, ['E\\e']],
    [{ search: '0% off_N' }, ['b']],
    [{ search: '5_%' }, []],
    [{ search: '/pAth' }, ['d']],
    [{ search: 'a\0' }, []],
    [{ search: 'a', isActive: true, eventType: 'user.created' }, ['a']],
  ])('is narrowed by %j', async (filter, names) => {
    expect(await list({ filter })).toMatchObject({ names, totalCount: names.length });
  });

  it('refuses sizes and cursors that do not fit', async () => {
    for (const variables of [{ first: 101 }, { last: -1 }, { after: 'nonsense' }]) {
      expect((await ask(theirs(), LIST, variables)).codes).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('costs a statement for each kind of row, and counts only where asked to', async () => {
    const counted = async (source: string, variables = {}) => {
      statements.length = 0;
      expect((await ask(theirs(), source, variables, counting)).errors).toEqual([]);
      return statements.filter((statement) => statement.startsWith('SELECT')).length;
    };
    const fields = 'id name headers { name } subscriptions { eventType { name } webhook { name } }';
    expect(await counted('{ webhooks { nodes { id name } } }')).toBe(1);
    expect(await counted('{ webhooks { totalCount nodes { id name } } }')).toBe(2);
    expect(await counted(`{ webhooks { edges { node { ${fields} } } } }`)).toBeLessThanOrEqual(3);

    const rows = await on.prisma.webhook.findMany({ where: { tenantId: on.otherTenant } });
    const ids = rows.map(({ id }) => encodeId('Webhook', id));
    const nodes = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Webhook { ${fields} } } }`;
    expect(await counted(nodes, { ids })).toBeLessThanOrEqual(3);
  });
});
