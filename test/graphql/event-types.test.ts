import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { insertTenant } from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
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
const ask = (who: Caller | null, source: string, variables?: Record<string, unknown>) =>
  run(on.services, who, source, variables);

const TYPE = 'id name group description sample deprecatedAt createdAt updatedAt';
const FAULTS = 'userErrors { field code message }';
const CREATE = `mutation ($input: EventTypeCreateInput!) { eventTypeCreate(input: $input) {
  eventType { ${TYPE} } ${FAULTS} } }`;
const UPDATE = `mutation ($input: EventTypeUpdateInput!) { eventTypeUpdate(input: $input) {
  eventType { ${TYPE} } ${FAULTS} } }`;
const DELETE = `mutation ($input: EventTypeDeleteInput!) { eventTypeDelete(input: $input) {
  deletedEventTypeName ${FAULTS} } }`;
const ONE = `query ($name: String!) { eventType(name: $name) { ${TYPE} } }`;
const NAMES = '{ eventTypes { name } }';

describe('how much a type is used', () => {
  it('is counted: webhooks by name or pattern, events of the last day', async () => {
    const own = await insertTenant(on.services.pool);
    const admin = as('ADMIN', own);
    const MAKE =
      'mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { webhook { id } } }';
    const hook = (eventTypes: string[]) =>
      ask(admin, MAKE, { input: { name: 'W', url: 'http://127.0.0.1:4/', eventTypes } });
    await hook(['user.created', 'user.*', '*']);
    await hook(['user.*']);
    await hook(['order.created']);
    const event = 'eventTrigger(input: { type: "user.created", payload: {} }) { webhooksNotified }';
    await ask(admin, `mutation { ${event} }`);
    const USES = 'query ($name: String!) { eventType(name: $name) { webhookCount eventCount } }';
    const uses = async (name: string) => (await ask(admin, USES, { name })).data;
    expect(await uses('user.created')).toEqual({ eventType: { webhookCount: 2, eventCount: 1 } });
    expect(await uses('order.created')).toEqual({ eventType: { webhookCount: 2, eventCount: 0 } });
    expect(await uses('task.created')).toEqual({ eventType: { webhookCount: 1, eventCount: 0 } });
    const name = 'user.created';
    expect((await ask(as('PUBLISHER', own), USES, { name })).codes).toContain('FORBIDDEN');
    expect((await ask(as('VIEWER', stranger), USES, { name })).data).toEqual({
      eventType: { webhookCount: 0, eventCount: 0 },
    });
  });
});

describe('who may', () => {
  it.each([
    ['ADMIN', []],
    ['OPERATOR', []],
    ['VIEWER', ['FORBIDDEN']],
    ['PUBLISHER', ['FORBIDDEN']],
  ] as const)('change event types, and see them: %s', async (role, codes) => {
    const name = `made.by.${role}`;
    expect((await ask(as(role), CREATE, { input: { name } })).codes).toEqual(codes);
    expect((await ask(as(role), UPDATE, { input: { name } })).codes).toEqual(codes);
    expect((await ask(as(role), ONE, { name: 'user.created' })).codes).toEqual([]);
    expect((await ask(as(role), NAMES)).codes).toEqual([]);
    expect((await ask(as(role), DELETE, { input: { name } })).codes).toEqual(codes);
  });

  it('do nothing without a key', async () => {
    for (const source of [NAMES, '{ eventType(name: "user.created") { name } }']) {
      expect((await ask(null, source)).codes).toEqual(['UNAUTHENTICATED']);
    }
    const input = { input: { name: 'user.created' } };
    for (const source of [CREATE, UPDATE, DELETE]) {
      expect((await ask(null, source, input)).codes).toEqual(['UNAUTHENTICATED']);
    }
  });
});

describe('an event type', () => {
  it('is made, triggered, subscribed to, deprecated, and deleted by its tenant alone', async () => {
    const admin = as('ADMIN');
    const name = 'invoice.paid';
    const sample = { total: 12.5, nested: { b: 1, a: [null] } };
    const made = await ask(admin, CREATE, { input: { name, sample, description: 'Paid.' } });
    expect(made.data).toMatchObject({
      eventTypeCreate: {
        eventType: { name, group: 'invoice', description: 'Paid.', sample, deprecatedAt: null },
        userErrors: [],
      },
    });
    const { data: one } = await ask(as('PUBLISHER'), ONE, { name });
    expect(one).toMatchObject({ eventType: { name, sample } });

    const TRIGGER = `mutation ($type: String!) { eventTrigger(input: { type: $type, payload: {} }) {
      event { type } ${FAULTS} } }`;
    const { data: triggered } = await ask(admin, TRIGGER, { type: name });
    expect(triggered).toMatchObject({ eventTrigger: { event: { type: name }, userErrors: [] } });
    const slip = await ask(admin, TRIGGER, { type: 'invoice.payd' });
    expect(slip.data).toMatchObject({
      eventTrigger: {
        event: null,
        userErrors: [
          {
            field: ['input', 'type'],
            code: 'UNKNOWN_EVENT_TYPE',
            message: expect.stringContaining('did you mean invoice.paid?'),
          },
        ],
      },
    });

    const SUBSCRIBED = `mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) {
      webhook { id subscriptions { pattern eventType { name sample } } } ${FAULTS} } }`;
    const webhook = { name: 'Invoices', url: 'http://127.0.0.1:4/', eventTypes: [name] };
    const { data: subscribed } = await ask(admin, SUBSCRIBED, { input: webhook });
    expect(subscribed).toMatchObject({
      webhookCreate: {
        webhook: { subscriptions: [{ pattern: name, eventType: { name, sample } }] },
        userErrors: [],
      },
    });

    const { data: refused } = await ask(admin, DELETE, { input: { name } });
    expect(refused).toMatchObject({
      eventTypeDelete: {
        deletedEventTypeName: null,
        userErrors: [{ field: ['input', 'name'], code: 'NOT_ALLOWED_NOW' }],
      },
    });
    await ask(admin, UPDATE, { input: { name, isDeprecated: true } });
    const listed = async (source: string) => JSON.stringify((await ask(admin, source)).data);
    expect(await listed(NAMES)).not.toContain(name);
    expect(await listed('{ eventTypes(includeDeprecated: true) { name } }')).toContain(name);
    const { data: still } = await ask(admin, TRIGGER, { type: name });
    expect(still).toMatchObject({ eventTrigger: { event: { type: name } } });
  });

  it('is nothing to another tenant', async () => {
    const { data } = await ask(as('ADMIN'), CREATE, { input: { name: 'ours.alone' } });
    const made = data?.['eventTypeCreate'];
    const id = JSON.stringify(made).match(/typ_\w+/)?.[0] ?? '';
    const NODE = `query ($id: ID!) { node(id: $id) { id ... on EventType { name } } }`;
    expect((await ask(as('VIEWER'), NODE, { id })).data).toEqual({
      node: { id, name: 'ours.alone' },
    });
    const them = as('ADMIN', stranger);
    expect((await ask(them, NODE, { id })).data).toEqual({ node: null });
    expect((await ask(them, ONE, { name: 'ours.alone' })).data).toEqual({ eventType: null });
    expect(JSON.stringify((await ask(them, NAMES)).data)).not.toContain('ours.alone');
    for (const [source, name] of [
      [UPDATE, 'eventTypeUpdate'],
      [DELETE, 'eventTypeDelete'],
    ] as const) {
      const { data: none } = await ask(them, source, { input: { name: 'ours.alone' } });
      expect(none).toMatchObject({ [name]: { userErrors: [{ code: 'NOT_FOUND' }] } });
    }
    expect((await ask(as('VIEWER'), ONE, { name: 'ours.alone' })).data).toMatchObject({
      eventType: { name: 'ours.alone', deprecatedAt: null },
    });
  });

  it('is none under a name that no type can have', async () => {
    for (const name of ['', 'NUL \0', 'half \ud800', 'n'.repeat(1_000)]) {
      const { data, codes } = await ask(as('VIEWER'), ONE, { name });
      expect([data, codes]).toEqual([{ eventType: null }, []]);
    }
  });
});
