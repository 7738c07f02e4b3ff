import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { insertTenant } from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { callerOf, run } from './reading.ts';

let on: TestServices;
let tenantId: string;

beforeAll(async () => {
  on = await createTestServices();
});
afterAll(() => on.close());
beforeEach(async () => {
  tenantId = await insertTenant(on.services.pool);
});

const IMPORT = `mutation ($input: EventTypesImportInput!) { eventTypesImport(input: $input) {
  created updated unchanged userErrors { field code message } } }`;
const TYPES = `{ eventTypes(includeDeprecated: true) {
  name group description sample schema validation deprecatedAt } }`;
const TRIGGER = `mutation ($type: String!, $payload: JSON!) {
  eventTrigger(input: { type: $type, payload: $payload }) { event { id } userErrors { field message } } }`;

const ask = (source: string, variables?: Record<string, unknown>, role: Caller['role'] = 'ADMIN') =>
  run(on.services, callerOf(tenantId, role), source, variables);
const imported = async (document: unknown, dryRun?: boolean) =>
  (await ask(IMPORT, { input: { document, dryRun } })).data?.['eventTypesImport'];

interface Shown {
  name: string;
  [field: string]: unknown;
}

async function types(): Promise<Map<string, Shown>> {
  const listed = (await ask(TYPES)).data?.['eventTypes'] as Shown[];
  return new Map(listed.map((type) => [type.name, type]));
}

const none = { created: [], updated: [], unchanged: [] };

/** As a platform's own documentation has it. */
const OPEN_API = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '2.4.0' },
  paths: {},
  webhooks: {
    'parcel.shipped': {
      post: {
        summary: 'A parcel left the warehouse',
        tags: ['Parcels', 'Logistics'],
        requestBody: {
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Parcel' },
              examples: { usual: { $ref: '#/components/examples/Usual' } },
            },
          },
        },
        responses: { 200: { description: 'Taken.' } },
      },
    },
    'parcel.lost': { $ref: '#/components/pathItems/Lost' },
    newReview: {
      post: {
        deprecated: true,
        requestBody: { $ref: '#/components/requestBodies/Review' },
      },
    },
    heartbeat: { post: { description: 'Every hour.' } },
  },
  components: {
    schemas: {
      Parcel: {
        type: 'object',
        required: ['id', 'to'],
        properties: {
          id: { type: 'string', pattern: '^prc_' },
          to: { $ref: '#/components/schemas/Address' },
          contents: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
          $ref: { const: '#/components/schemas/Thing' },
        },
      },
      Address: { type: 'object', properties: { country: { type: 'string', minLength: 2 } } },
      Thing: {
        type: 'object',
        properties: {
          weight: { type: 'number' },
          country: { $ref: '#/components/schemas/Address/properties/country' },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
        },
      },
      Unused: { type: 'string' },
    },
    examples: { Usual: { value: { id: 'prc_1', to: { country: 'NZ' } } } },
    pathItems: {
      Lost: {
        post: {
          requestBody: {
            content: {
              'application/vnd.shop+json': {
                schema: { allOf: [{ $ref: '#/components/schemas/Parcel' }] },
                example: { id: 'prc_2', to: {} },
              },
            },
          },
        },
      },
    },
    requestBodies: {
      Review: {
        content: {
          'application/json; charset=utf-8': {
            schema: { type: 'object', properties: { stars: { type: 'integer', minimum: 1 } } },
          },
        },
      },
    },
  },
};

describe('an OpenAPI document', () => {
  it('becomes event types, each with a schema that stands alone', async () => {
    const names = ['parcel.shipped', 'parcel.lost', 'newReview', 'heartbeat'];
    expect(await imported(OPEN_API, true)).toEqual({ ...none, created: names, userErrors: [] });
    expect((await types()).has('heartbeat')).toBe(false);
    expect(await imported(OPEN_API)).toEqual({ ...none, created: names, userErrors: [] });
    expect(await imported(OPEN_API)).toEqual({ ...none, unchanged: names, userErrors: [] });

    const kept = await types();
    expect(kept.get('parcel.shipped')).toEqual({
      name: 'parcel.shipped',
      group: 'Parcels',
      description: 'A parcel left the warehouse',
      sample: { id: 'prc_1', to: { country: 'NZ' } },
      validation: 'NONE',
      deprecatedAt: null,
      schema: {
        $ref: '#/$defs/Parcel',
        $defs: {
          Parcel: {
            type: 'object',
            required: ['id', 'to'],
            properties: {
              id: { type: 'string', pattern: '^prc_' },
              to: { $ref: '#/$defs/Address' },
              contents: { type: 'array', items: { $ref: '#/$defs/Thing' } },
              $ref: { const: '#/components/schemas/Thing' },
            },
          },
          Address: { type: 'object', properties: { country: { type: 'string', minLength: 2 } } },
          Thing: {
            type: 'object',
            properties: {
              weight: { type: 'number' },
              country: { $ref: '#/$defs/Address/properties/country' },
              parts: { type: 'array', items: { $ref: '#/$defs/Thing' } },
            },
          },
        },
      },
    });
    expect(kept.get('parcel.lost')).toMatchObject({ sample: { id: 'prc_2', to: {} } });
    expect(kept.get('newReview')).toMatchObject({ group: 'newReview', sample: { stars: 2 } });
    expect(kept.get('newReview')?.['deprecatedAt']).not.toBeNull();
    expect(kept.get('heartbeat')).toMatchObject({ schema: null, sample: {} });
  });

  it('judges payloads with its schemas, and keeps what was set by hand', async () => {
    await imported(OPEN_API);
    await ask(
      `mutation { eventTypeUpdate(input: { name: "parcel.shipped", validation: REJECT, isDeprecated: true }) { userErrors { message } } }`,
    );
    const changed = structuredClone(OPEN_API);
    changed.components.schemas.Thing.properties.weight = { type: 'integer' };
    expect(await imported(changed)).toMatchObject({
      updated: ['parcel.shipped', 'parcel.lost'],
      unchanged: ['newReview', 'heartbeat'],
    });
    const type = 'parcel.shipped';
    const fits = { id: 'prc_9', to: {}, contents: [{ parts: [{ weight: 2 }] }] };
    expect((await ask(TRIGGER, { type, payload: fits })).data).toMatchObject({
      eventTrigger: { userErrors: [] },
    });
    const not = { id: 'prc_9', to: {}, contents: [{ parts: [{ weight: 2.5 }] }] };
    expect((await ask(TRIGGER, { type, payload: not })).data).toMatchObject({
      eventTrigger: {
        userErrors: [{ field: ['input', 'payload', 'contents', '0', 'parts', '0', 'weight'] }],
      },
    });
    expect((await types()).get(type)).toMatchObject({
      validation: 'REJECT',
      deprecatedAt: expect.any(String),
    });
  });

  it.each([
    ['of an older version', { ...OPEN_API, openapi: '3.0.3' }, ['openapi'], 'OpenAPI 3.1'],
    ['of Swagger', { swagger: '2.0' }, ['openapi'], '2.0'],
    ['without webhooks', { ...OPEN_API, webhooks: undefined }, ['webhooks'], 'no webhooks'],
    ['with a webhook of nothing', hooks({ a: 4 }), ['webhooks', 'a'], 'path item'],
    ['with a webhook without operation', hooks({ a: {} }), ['webhooks', 'a'], 'POST'],
    ['with a loop of references', loop(), ['webhooks', 'a'], 'path item'],
    ['with a name that is none', hooks({ 'a b': { post: {} } }), ['webhooks', 'a b'], 'A name is'],
    [
      'with a body that leads nowhere',
      hooks({ a: { post: { requestBody: { $ref: '#/x' } } } }),
      ['webhooks', 'a'],
      'nowhere',
    ],
    [
      'with a missing component',
      schema({ $ref: '#/components/schemas/None' }),
      ['webhooks', 'a', 'schema', '$ref'],
      'leads to no schema',
    ],
    [
      'with a remote reference',
      schema({ $ref: 'https://example.com/a' }),
      ['webhooks', 'a', 'schema', '$ref'],
      'nothing is fetched',
    ],
    [
      'with components that judge without end',
      endless(),
      ['webhooks', 'a', 'schema', '$defs'],
      'without end',
    ],
    ['with a component that is far too deep', tooDeep(), ['webhooks', 'a', 'schema'], 'stand'],
  ])('%s is refused at its place', async (_what, document, field, message) => {
    const before = await types();
    const answer = await imported(document);
    expect(answer).toMatchObject({
      ...none,
      userErrors: [{ code: 'INVALID', message: expect.stringContaining(message) }],
    });
    const [{ field: shown }] = (answer as { userErrors: [{ field: string[] }] }).userErrors;
    expect(shown.slice(0, field.length + 2)).toEqual(['input', 'document', ...field]);
    expect(await types()).toEqual(before);
  });
});

function hooks(webhooks: Record<string, unknown>) {
  return { ...OPEN_API, webhooks };
}

function schema(given: unknown, schemas: unknown = {}) {
  const requestBody = { content: { 'application/json': { schema: given } } };
  return { ...hooks({ a: { post: { requestBody } } }), components: { schemas } };
}

function loop() {
  const pathItems = { A: { $ref: '#/components/pathItems/A' } };
  return { ...hooks({ a: pathItems.A }), components: { pathItems } };
}

function endless() {
  const A = { $ref: '#/components/schemas/B' };
  return schema(A, { A, B: { allOf: [{ $ref: '#/components/schemas/A' }] } });
}

function tooDeep() {
  let deep: unknown = {};
  for (let level = 0; level < 10_000; level += 1) deep = { not: deep };
  return schema({ $ref: '#/components/schemas/Deep' }, { Deep: deep });
}

describe('an object of event types', () => {
  it('makes what is new, updates what differs, and touches nothing else', async () => {
    const before = await types();
    const document = {
      'user.created': { description: 'Somebody signed up.' },
      'user.deleted': {},
      'loan.approved': {
        group: 'Loans',
        sample: { amount: 12 },
        schema: { required: ['amount'] },
        validation: 'WARN',
      },
    };
    expect(await imported(document)).toEqual({
      created: ['loan.approved'],
      updated: ['user.created'],
      unchanged: ['user.deleted'],
      userErrors: [],
    });
    const after = await types();
    expect(after.get('user.created')).toEqual({
      ...before.get('user.created'),
      description: 'Somebody signed up.',
    });
    expect(after.get('loan.approved')).toMatchObject(document['loan.approved']);
    const rest = [...before.keys()].filter((name) => name !== 'user.created');
    for (const name of rest) expect(after.get(name)).toEqual(before.get(name));

    const back = { 'loan.approved': { schema: null, isDeprecated: true, description: null } };
    expect(await imported(back)).toMatchObject({ updated: ['loan.approved'] });
    expect((await types()).get('loan.approved')).toMatchObject({
      schema: null,
      validation: 'NONE',
      deprecatedAt: expect.any(String),
    });
    await imported({ 'loan.approved': { isDeprecated: false } });
    expect((await types()).get('loan.approved')).toMatchObject({ deprecatedAt: null });
  });

  it('can be triggered at once', async () => {
    await ask(TRIGGER, { type: 'user.created', payload: {} });
    await imported({ 'made.just.now': { sample: 1 } });
    const { data } = await ask(TRIGGER, { type: 'made.just.now', payload: {} });
    expect(data).toMatchObject({ eventTrigger: { userErrors: [] } });
  });

  it.each([
    ['a list', [], [], 'JSON object'],
    ['a type that is no object', { a: 1 }, ['a'], 'object of group'],
    ['a field that there is not', { a: { schemas: {} } }, ['a', 'schemas'], '"schemas" is none of'],
    ['a group of the wrong kind', { a: { group: 4 } }, ['a', 'group'], 'a string'],
    ['a validation that is none', { a: { validation: 'STRICT' } }, ['a', 'validation'], 'REJECT'],
    [
      'a validation without schema',
      { a: { validation: 'WARN' } },
      ['a', 'validation'],
      'needs a schema',
    ],
    [
      'a schema that is none',
      { a: { schema: { type: 'text' } } },
      ['a', 'schema', 'type'],
      '/type',
    ],
    ['a pattern that is none', { a: { schema: { pattern: '(' } } }, ['a', 'schema'], 'pattern'],
    ['an empty group', { a: { group: ' ' } }, ['a', 'group'], '1 character'],
  ])('with %s changes nothing', async (_what, document, field, message) => {
    const good = { 'quite.good': {} };
    const whole = Array.isArray(document) ? document : { ...good, ...document };
    expect(await imported(whole)).toMatchObject({
      ...none,
      userErrors: [
        { field: ['input', 'document', ...field], message: expect.stringContaining(message) },
      ],
    });
    expect((await types()).has('quite.good')).toBe(false);
  });

  it('is refused where there would be more than a tenant has, or too much to read', async () => {
    const many = Object.fromEntries(Array.from({ length: 978 }, (_, n) => [`t${n}`, {}]));
    expect(await imported(many)).toMatchObject({ userErrors: [{ code: 'TOO_LARGE' }] });
    delete many['t0'];
    expect(await imported(many)).toMatchObject({ userErrors: [] });
    const large = { enum: Array.from({ length: 600 }, (_, n) => `${n}`.padEnd(100, 'x')) };
    const whole = Object.fromEntries(
      Array.from({ length: 80 }, (_, n) => [`s${n}`, { schema: { ...large, title: `${n}` } }]),
    );
    expect(await imported(whole)).toMatchObject({
      userErrors: [{ code: 'TOO_LARGE', message: expect.stringContaining('in parts') }],
    });
  });

  it('is for those who may write, and touches no other tenant', async () => {
    const variables = { input: { document: { 'by.others': {} } } };
    for (const role of ['VIEWER', 'PUBLISHER'] as const) {
      expect((await ask(IMPORT, variables, role)).codes).toEqual(['FORBIDDEN']);
    }
    expect((await run(on.services, null, IMPORT, variables)).codes).toEqual(['UNAUTHENTICATED']);
    const stranger = await insertTenant(on.services.pool);
    expect((await ask(IMPORT, variables, 'OPERATOR')).codes).toEqual([]);
    const theirs = await run(on.services, callerOf(stranger, 'VIEWER'), TYPES);
    expect(JSON.stringify(theirs.data)).not.toContain('by.others');
  });
});
