import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { PrismaClient } from '../../server/generated/prisma/client.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { fillSearchTexts } from '../../server/webhooks/fill-search-texts.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
import { explain } from '../support/database/explain.ts';
import { openService, type ServiceOnDatabase, valueOf } from '../webhooks/service-on-database.ts';
import { ask as askOn, caller } from './webhook-operations.ts';

let on: ServiceOnDatabase;
let counting: PrismaClient<'query'>;
const statements: { query: string; params: string }[] = [];

beforeAll(async () => {
  on = await openService();
  counting = new PrismaClient({
    adapter: new PrismaPg({ connectionString: on.url }),
    log: [{ emit: 'event', level: 'query' }],
  });
  counting.$on('query', ({ query, params }) => statements.push({ query, params }));
});
afterAll(async () => {
  await counting.$disconnect();
  await on.close();
});

const ask = (source: string, variables?: Record<string, unknown>, prisma?: PrismaClient) =>
  askOn(on, caller(on.tenant), source, variables, prisma);

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
    const { webhooks } = page.parse((await ask(LIST, variables)).data);
    const { edges, ...rest } = webhooks;
    return { ...rest, names: edges.map(({ node }) => node.name) };
  };

  beforeAll(async () => {
    const base = { url: 'http://127.0.0.1:4/' };
    await on.create({ ...base, name: 'a', eventTypes: ['user.created'] });
    await on.create({ ...base, name: 'b', description: '50% OFF_now' });
    await on.create({ ...base, name: 'c', isActive: false });
    await on.create({ name: 'd', url: 'http://127.0.0.1:4/Path' });
    await on.create({ ...base, name: 'E\\e', eventTypes: ['user.created'] });
    await on.prisma.webhook.updateMany({
      where: { name: 'd' },
      data: { failingSince: new Date(), circuitOpenedAt: new Date(), nextProbeAt: new Date() },
    });
    const { webhook } = await on.create({ ...base, name: 'gone' });
    valueOf(await on.service.delete(on.tenant, webhook.id));
    const foreign = { ...base, name: 'theirs', eventTypes: ['user.created'] };
    valueOf(await on.service.create(on.otherTenant, foreign));
    const theirs = valueOf(await on.service.create(on.otherTenant, { ...base, name: 'their own' }));
    valueOf(await on.service.delete(on.otherTenant, theirs.webhook.id));
  });

  it('finds those that deliveries do not reach', async () => {
    const updates = { c: 'MANUAL', a: 'GONE', b: 'FAILING' } as const;
    for (const [name, disabledReason] of Object.entries(updates)) {
      const data = { disabledReason, failingSince: new Date() };
      await on.prisma.webhook.updateMany({ where: { name }, data });
    }
    expect(await list({ filter: { needsAttention: true } })).toMatchObject({
      names: ['d', 'b', 'a'],
      totalCount: 3,
    });
    expect((await list({ filter: { needsAttention: false } })).names).toEqual(['E\\e', 'c']);
    await on.prisma.webhook.updateMany({
      where: { name: { in: ['a', 'b'] } },
      data: { disabledReason: null, failingSince: null },
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
    [
      'the name',
      'ÄRGER mit Straße',
      ['ärger', 'MIT STRASSE', 'a\u0308rger', 'Ärger mit', 'STRAẞE'],
    ],
    ['signs that stand for letters', 'Nº 1', ['NO 1', 'no 1', 'Nº 1']],
    ['Greek', 'ΟΔΟΣ Νέα', ['οδος', 'οδοσ', 'ΝΈΑ']],
    ['Cyrillic and Turkish', 'ЗАКАЗ İptal', ['заказ', 'i̇ptal']],
    ['full width and ligatures', 'ＯＲＤＥＲ ﬁnal', ['order', 'FINAL']],
  ])('finds %s whatever the case', async (_what, name, searches) => {
    const { webhook } = await on.create({ name, url: 'http://127.0.0.1:4/' });
    for (const search of searches) {
      expect((await list({ filter: { search } })).names).toEqual([name]);
    }
    expect((await list({ filter: { search: 'order x' } })).names).toEqual([]);
    await on.prisma.webhook.delete({ where: { id: webhook.id } });
  });

  it('finds a URL as it was given and as it is kept', async () => {
    const given = 'HTTP://Bücher.Example:80/Straße/../Straße/Ä?q=ö';
    const { webhook } = await on.create({ name: 'url', url: given });
    const searches = [given, given.toUpperCase(), 'bücher', 'xn--bcher-kva', 'STRASSE/Ä', '/ä?Q=Ö'];
    for (const search of searches) {
      expect([search, (await list({ filter: { search } })).names]).toEqual([search, ['url']]);
    }
    await on.prisma.webhook.delete({ where: { id: webhook.id } });
  });

  it('finds what was changed, and what an earlier version kept, after the next start', async () => {
    const { webhook } = await on.create({ name: 'before', url: 'http://127.0.0.1:4/' });
    const change = { webhookId: webhook.id, name: 'NÄHER', description: 'Größe' };
    valueOf(await on.service.update(on.tenant, change));
    for (const search of ['näher', 'GRÖSSE']) {
      expect((await list({ filter: { search } })).names).toEqual(['NÄHER']);
    }
    expect((await list({ filter: { search: 'before' } })).names).toEqual([]);
    await on.prisma.webhook.updateMany({ where: { id: webhook.id }, data: { searchText: null } });
    await fillSearchTexts(on.pool);
    expect((await list({ filter: { search: 'näher' } })).names).toEqual(['NÄHER']);
    await on.prisma.webhook.delete({ where: { id: webhook.id } });
  });

  it('takes no text to search that is longer than what it could be found in', async () => {
    const { codes } = await ask(LIST, { filter: { search: 'x'.repeat(2_049) } });
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect((await list({ filter: { search: 'x'.repeat(2_048) } })).names).toEqual([]);
  });

  it.each([
    [{ isActive: false }, ['c']],
    [{ hasOpenCircuit: true }, ['d']],
    [{ hasOpenCircuit: false }, ['E\\e', 'c', 'b', 'a']],
    [{ hasOpenCircuit: null, search: 'path' }, ['d']],
    [{ isDeleted: true }, ['gone']],
    [{ isDeleted: true, search: 'go' }, ['gone']],
    [{ isDeleted: true, search: 'own' }, []],
    [{ isDeleted: true, isActive: true }, []],
    [{ isDeleted: false, search: 'gone' }, []],
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

  it('is narrowed to those that events of a type go to, by its name or a pattern', async () => {
    const made = [
      ['by name', ['order.created']],
      ['by pattern', ['order.*']],
      ['all', ['*']],
      ['others', ['user.*', 'order.created.x.*']],
    ] as const;
    for (const [name, eventTypes] of made) {
      const input = { name, url: 'http://127.0.0.1:4/', eventTypes };
      valueOf(await on.service.create(on.otherTenant, input));
    }
    const found = async (eventType: string) => {
      const { data } = await askOn(on, caller(on.otherTenant), LIST, { filter: { eventType } });
      return page.parse(data).webhooks.edges.map(({ node }) => node.name);
    };
    expect(await found('order.created')).toEqual(['all', 'by pattern', 'by name']);
    expect(await found('order.cancelled')).toEqual(['all', 'by pattern']);
    expect(await found('task.created')).toEqual(['all']);
    expect(await found('order.*')).toEqual(['by pattern']);
    expect(await found('*')).toEqual(['all']);
  });

  it('refuses sizes and cursors that do not fit', async () => {
    for (const variables of [{ first: 101 }, { last: -1 }, { after: 'nonsense' }]) {
      expect((await ask(LIST, variables)).codes).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('costs a statement for each kind of row, and counts only where asked to', async () => {
    const counted = async (source: string, variables = {}) => {
      statements.length = 0;
      expect((await ask(source, variables, counting)).errors).toEqual([]);
      return statements.filter(({ query }) => query.startsWith('SELECT')).length;
    };
    const fields = 'id name headers { name } subscriptions { eventType { name } webhook { name } }';
    expect(await counted('{ webhooks { nodes { id name } } }')).toBe(1);
    expect(await counted('{ webhooks { totalCount nodes { id name } } }')).toBe(2);
    expect(await counted(`{ webhooks { edges { node { ${fields} } } } }`)).toBeLessThanOrEqual(4);

    const rows = await on.prisma.webhook.findMany({ where: { tenantId: on.tenant } });
    const ids = rows.map(({ id }) => encodeGlobalId('Webhook', id));
    const nodes = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Webhook { ${fields} } } }`;
    expect(await counted(nodes, { ids })).toBeLessThanOrEqual(4);
  });
});

describe('a webhook', () => {
  it('tells since when the longest waiting delivery has been due', async () => {
    const { webhook } = await on.create({ name: 'waits', url: 'http://127.0.0.1:4/' });
    const events = [1, 2, 3].map(() => makeEvent(on.tenant));
    const [late, later, ahead] = events.map((event) =>
      makeDelivery(event, webhook.id, { status: 'RETRYING' }),
    );
    await insertEvents(on.pool, events);
    await insertDeliveries(
      on.pool,
      [late, later, ahead].flatMap((each) => each ?? []),
    );
    const due = async () => {
      const id = encodeGlobalId('Webhook', webhook.id);
      const source = 'query ($id: ID!) { webhook(id: $id) { oldestDueAt } }';
      return (await ask(source, { id })).data;
    };
    const set = (id: string | undefined, at: string) =>
      on.pool.query('UPDATE "Delivery" SET "nextAttemptAt" = $2 WHERE id = $1', [id, at]);
    await set(ahead?.id, '2100-01-01T00:00:00Z');
    await set(late?.id, '2100-01-01T00:00:00Z');
    await set(later?.id, '2100-01-01T00:00:00Z');
    expect(await due()).toEqual({ webhook: { oldestDueAt: null } });
    await set(later?.id, '2026-11-05T09:30:00Z');
    await set(late?.id, '2026-11-05T09:00:00Z');
    expect(await due()).toEqual({ webhook: { oldestDueAt: '2026-11-05T09:00:00.000Z' } });
  });

  it('that needs attention is found by its index among many that do not', async () => {
    await on.pool.query(
      `INSERT INTO "Webhook" (id, "tenantId", name, url, secret, "secretHint", "failingSince", "disabledReason")
       SELECT gen_random_uuid(), $1, 'many', 'http://127.0.0.1:4/', '\\x00', 'whsec_abc',
         CASE WHEN n % 1000 = 1 THEN now() END, CASE WHEN n % 3 = 0 THEN 'MANUAL' WHEN n % 1000 = 1 THEN 'GONE' END::"WebhookDisabledReason"
       FROM generate_series(1, 5000) n`,
      [on.tenant],
    );
    await on.pool.query('ANALYZE "Webhook"');
    statements.length = 0;
    await ask(
      '{ webhooks(filter: { needsAttention: true }, first: 5) { nodes { id } } }',
      {},
      counting,
    );
    const [{ query, params } = { query: '', params: '[]' }] = statements;
    const values = z.array(z.json()).parse(JSON.parse(params));
    const plan = await explain(on.pool, { text: query, values });
    expect(plan.indexes).toContain('Webhook_attention_idx');
    expect(plan.rowsRead).toBeLessThanOrEqual(10);
  });
});
