import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Caller } from '../../server/access/caller.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
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
  return { row: webhook, id: encodeGlobalId('Webhook', webhook.id) };
};

describe('mutations', () => {
  it('make a webhook and show its secret, this once', async () => {
    const input = {
      name: 'Orders',
      url: 'http://127.0.0.1:4/orders',
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
          url: 'http://127.0.0.1:4/orders',
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
      [ours(), encodeGlobalId('Tenant', row.id)],
      [ours(), encodeGlobalId('Webhook', newId())],
      [ours(), 'nonsense\0'],
    ];
    for (const [who, foreign] of cases) {
      const byId = { input: { id: foreign } };
      const byWebhookId = { input: { webhookId: foreign, eventTypes: ['user.created'] } };
      const answers = [
        [await ask(who, UPDATE, byId), 'webhookUpdate', 'id'],
        [await ask(who, ROTATE, byId), 'webhookSecretRotate', 'id'],
        [await ask(who, DELETE, byId), 'webhookDelete', 'id'],
        [await ask(who, SUBSCRIBE, byWebhookId), 'webhookSubscribe', 'webhookId'],
        [await ask(who, UNSUBSCRIBE, byWebhookId), 'webhookUnsubscribe', 'webhookId'],
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

  it('is still named by its deliveries, with fields and lists of its own', async () => {
    const { id, row } = await make({ name: 'gone', eventTypes: ['user.created'] });
    const event = makeEvent(on.tenant);
    const delivery = makeDelivery(event, row.id);
    await insertEvents(on.pool, [event]);
    await insertDeliveries(on.pool, [delivery]);
    await on.service.delete(on.tenant, row.id);
    const source = `query ($id: ID!) { delivery(id: $id) { webhook {
      id name subscriptions { id } again: subscriptions { eventType { name } } } } }`;
    const { data } = await ask(ours(), source, { id: encodeGlobalId('Delivery', delivery.id) });
    expect(data).toEqual({
      delivery: { webhook: { id, name: 'gone', subscriptions: [], again: [] } },
    });
  });
});
