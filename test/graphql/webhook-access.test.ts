import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { openService, type ServiceOnDatabase } from '../webhooks/service-on-database.ts';
import { ask as askOn, caller } from './webhook-operations.ts';

let on: ServiceOnDatabase;
beforeAll(async () => {
  on = await openService();
});
afterAll(() => on.close());

const ours = (role?: Caller['role']) => caller(on.tenant, role);
const theirs = () => caller(on.otherTenant);
const ask = (who: Caller | null, source: string, variables?: Record<string, unknown>) =>
  askOn(on, who, source, variables);

describe('who may', () => {
  const CREATE =
    'mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { secret } }';
  const READ = '{ webhooks { nodes { id } } }';
  const TYPES = '{ eventTypes { name group description sample } }';
  const input = { name: 'Orders', url: 'http://127.0.0.1:4/' };

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

  it('ask what would be said against a URL: those who may save one', async () => {
    const source = 'query ($url: String!) { webhookUrlFault(url: $url) }';
    const faultOf = async (url: string) => (await ask(ours(), source, { url })).data;
    expect(await faultOf('http://127.0.0.1:4/')).toEqual({ webhookUrlFault: null });
    for (const url of ['http://10.0.0.1/', 'http://169.254.169.254/', 'https://0x0a.1/']) {
      expect(await faultOf(url)).toEqual({
        webhookUrlFault: expect.stringContaining('deliveries may not reach'),
      });
    }
    expect(await faultOf('nonsense')).toEqual({
      webhookUrlFault: expect.stringContaining('http'),
    });
    const codes = async (who: Caller | null, url = 'http://127.0.0.1:4/') =>
      (await ask(who, source, { url })).codes;
    expect(await codes(ours('OPERATOR'))).toEqual([]);
    expect(await codes(ours('VIEWER'))).toEqual(['FORBIDDEN']);
    expect(await codes(ours('PUBLISHER'))).toEqual(['FORBIDDEN']);
    expect(await codes(null)).toEqual(['UNAUTHENTICATED']);
    expect(await codes(ours(), `http://${'a'.repeat(2_048)}`)).toEqual(['BAD_USER_INPUT']);
  });

  it.each(['webhookPause', 'webhookResume'])('%s: those who may change it', async (name) => {
    const { webhook } = await on.create();
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const source = `mutation ($input: ${type}!) { ${name}(input: $input) { webhook { id } userErrors { field code } } }`;
    const variables = { input: { id: encodeGlobalId('Webhook', webhook.id) } };
    for (const role of ['ADMIN', 'OPERATOR'] as const) {
      expect((await ask(ours(role), source, variables)).data).toEqual({
        [name]: { webhook: { id: variables.input.id }, userErrors: [] },
      });
    }
    for (const role of ['VIEWER', 'PUBLISHER'] as const) {
      expect((await ask(ours(role), source, variables)).codes).toEqual(['FORBIDDEN']);
    }
    expect((await ask(null, source, variables)).codes).toEqual(['UNAUTHENTICATED']);
    const notFound = [{ field: ['input', 'id'], code: 'NOT_FOUND' }];
    expect((await ask(theirs(), source, variables)).data).toEqual({
      [name]: { webhook: null, userErrors: notFound },
    });
    expect((await ask(ours(), source, { input: { id: 'nonsense' } })).data).toEqual({
      [name]: { webhook: null, userErrors: notFound },
    });
  });

  it('do nothing without a key', async () => {
    for (const source of [READ, TYPES]) {
      expect((await ask(null, source)).codes).toEqual(['UNAUTHENTICATED']);
    }
    expect((await ask(null, CREATE, { input })).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('see the webhooks and subscriptions of their tenant alone', async () => {
    const { webhook } = await on.create({ eventTypes: ['user.created'] });
    const id = encodeGlobalId('Webhook', webhook.id);
    const { id: subscription } = await on.prisma.eventSubscription.findFirstOrThrow({
      where: { webhookId: webhook.id },
    });
    const ids = [id, encodeGlobalId('EventSubscription', subscription)];
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
