import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { insertTenant, insertWebhook } from '../support/database/delivery-factory.ts';
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
const ask = (source: string, input: unknown, who = as('OPERATOR')) =>
  run(on.services, who, source, { input });

const FAULTS = 'userErrors { field code message }';
const CREATE = `mutation ($input: EventTypeCreateInput!) { eventTypeCreate(input: $input) {
  eventType { name schema validation sample } ${FAULTS} } }`;
const UPDATE = `mutation ($input: EventTypeUpdateInput!) { eventTypeUpdate(input: $input) {
  eventType { schema validation } ${FAULTS} } }`;
const TRIGGER = `mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) {
  event { violations { path message } } ${FAULTS} } }`;
const BATCH = `mutation ($input: EventTriggerBatchInput!) { eventTriggerBatch(input: $input) {
  results { event { id } } ${FAULTS} } }`;
const PREVIEW = `query ($input: SchemaPreviewInput!) { schemaPreview(input: $input) {
  checked fitting misfits { event { eventId violations { path } } violations { path message } } ${FAULTS} } }`;

const schema = {
  type: 'object',
  properties: { items: { type: 'array', items: { required: ['sku'] } } },
};
const bad = { items: [{ sku: 1 }, {}] };
const violations = [{ path: '/items/1', message: 'must have the property "sku"' }];

describe('an event that does not fit', () => {
  it('is refused by REJECT, with the path inside the payload', async () => {
    const type = 'refused.event';
    const made = await ask(CREATE, { name: type, schema, validation: 'REJECT' });
    expect(made.data).toMatchObject({
      eventTypeCreate: { eventType: { schema, validation: 'REJECT' }, userErrors: [] },
    });
    const refused = await ask(TRIGGER, { type, payload: bad });
    expect(refused.data).toMatchObject({
      eventTrigger: {
        event: null,
        userErrors: [
          {
            code: 'INVALID',
            field: ['input', 'payload', 'items', '1'],
            message:
              '/items/1 in the payload does not fit the schema of the event type: it must have the property "sku".',
          },
        ],
      },
    });
    const fitting = await ask(TRIGGER, { type, payload: { items: [] } });
    expect(fitting.data).toMatchObject({ eventTrigger: { event: { violations: [] } } });

    const events = [
      { type, payload: {} },
      { type: 'user.created', payload: bad },
      { type, payload: bad },
    ];
    const batch = await ask(BATCH, { events });
    expect(batch.data).toMatchObject({
      eventTriggerBatch: {
        userErrors: [{ field: ['input', 'events', '2', 'payload', 'items', '1'] }],
      },
    });
    const { rows } = await on.services.pool.query('SELECT 1 FROM "Event" WHERE type = $1', [type]);
    expect(rows).toHaveLength(1);
  });

  it('is kept by WARN and says so, and is not looked at by NONE', async () => {
    const type = 'warned.event';
    await ask(CREATE, { name: type, schema });
    const trigger = async () => (await ask(TRIGGER, { type, payload: bad })).data;
    expect(await trigger()).toMatchObject({ eventTrigger: { event: { violations: [] } } });
    await ask(UPDATE, { name: type, validation: 'WARN' });
    expect(await trigger()).toMatchObject({ eventTrigger: { event: { violations } } });
    await ask(UPDATE, { name: type, schema: { type: 'object' } });
    expect(await trigger()).toMatchObject({ eventTrigger: { event: { violations: [] } } });
    const listed = await run(
      on.services,
      as('VIEWER'),
      `{ events(filter: { types: ["${type}"] }) { nodes { violations { path message } } } }`,
    );
    expect(listed.data).toEqual({
      events: { nodes: [{ violations: [] }, { violations }, { violations: [] }] },
    });
  });

  it('is sent by webhookTest, which says so', async () => {
    const { id } = await insertWebhook(on.services.pool, tenantId);
    const TEST = `mutation ($input: WebhookTestInput!) { webhookTest(input: $input) {
      delivery { event { violations { path message } } } ${FAULTS} } }`;
    const input = { id: encodeGlobalId('Webhook', id), eventType: 'refused.event', payload: bad };
    expect((await ask(TEST, input)).data).toEqual({
      webhookTest: { delivery: { event: { violations } }, userErrors: [] },
    });
  });
});

describe('a preview', () => {
  it('holds a schema against the newest events of the type, of the tenant alone', async () => {
    const eventType = 'order.created';
    for (const tenant of [tenantId, stranger]) {
      for (let n = 0; n < 30; n += 1) {
        const payload = n % 3 === 0 ? bad : { items: [] };
        const input = { type: eventType, eventId: `e${n}`, payload };
        await ask(TRIGGER, input, as('OPERATOR', tenant));
      }
    }
    const viewer = as('VIEWER');
    const all = await ask(PREVIEW, { eventType, schema }, viewer);
    expect(all.data).toMatchObject({
      schemaPreview: { checked: 30, fitting: 20, userErrors: [] },
    });
    const misfits = ['e27', 'e24', 'e21', 'e18', 'e15', 'e12', 'e9', 'e6', 'e3', 'e0'].map(
      (eventId) => ({ event: { eventId, violations: [] }, violations }),
    );
    expect(all.data).toMatchObject({ schemaPreview: { misfits } });
    const some = await ask(PREVIEW, { eventType, schema, last: 4 }, viewer);
    expect(some.data).toMatchObject({
      schemaPreview: { checked: 4, fitting: 3, misfits: [{ event: { eventId: 'e27' } }] },
    });
  });

  it('makes an example of the schema, and holds a sample against it', async () => {
    const SAMPLE = `query ($input: SchemaPreviewInput!) { schemaPreview(input: $input) {
      example sampleViolations { path } ${FAULTS} } }`;
    const given = { properties: { n: { type: 'integer', minimum: 3 } }, required: ['n'] };
    const preview = async (change: Record<string, unknown>) => {
      const input = { eventType: 'order.created', schema: given, ...change };
      return (await run(on.services, as('VIEWER'), SAMPLE, { input })).data;
    };
    expect(await preview({ sample: { n: 1 } })).toEqual({
      schemaPreview: { example: { n: 4 }, sampleViolations: [{ path: '/n' }], userErrors: [] },
    });
    expect(await preview({ sample: { n: 3 } })).toMatchObject({
      schemaPreview: { sampleViolations: [] },
    });
    expect(await preview({})).toMatchObject({ schemaPreview: { sampleViolations: [] } });
    // Of a type that is yet to be made.
    expect(await preview({ eventType: 'to.be.made', sample: {} })).toMatchObject({
      schemaPreview: {
        example: { n: 4 },
        sampleViolations: [{ path: '' }],
        userErrors: [{ code: 'UNKNOWN_EVENT_TYPE' }],
      },
    });
    let deep: unknown = 1;
    for (let level = 0; level < 600; level += 1) deep = [deep];
    expect(await preview({ sample: deep })).toMatchObject({
      schemaPreview: { sampleViolations: [], userErrors: [{ field: ['input', 'sample'] }] },
    });
  });

  it('says what is wrong with what is asked', async () => {
    const none = await ask(PREVIEW, { eventType: 'no.such', schema: { type: 'x' } });
    expect(none.data).toMatchObject({
      schemaPreview: {
        checked: 0,
        userErrors: [
          { field: ['input', 'eventType'], code: 'UNKNOWN_EVENT_TYPE' },
          { field: ['input', 'schema', 'type'], code: 'INVALID' },
        ],
      },
    });
    for (const last of [0, 501]) {
      const { codes } = await ask(PREVIEW, { eventType: 'order.created', schema: {}, last });
      expect(codes).toEqual(['BAD_USER_INPUT']);
    }
    const publisher = as('PUBLISHER');
    expect((await ask(PREVIEW, { eventType: 'order.created', schema }, publisher)).codes).toEqual([
      'FORBIDDEN',
    ]);
  });
});
