import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { getIntrospectionQuery, parse, validate } from 'graphql';

import { readConfiguration } from '../../server/env.ts';
import { exceeded } from '../../server/graphql/limits/document-limits.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
/** With room for small answers. */
let small: ServedApi;
beforeAll(async () => {
  small = await serveApi((configuration) => ({
    ...configuration,
    limits: {
      ...configuration.limits,
      answer: { answerBytes: 400_000, operationSeconds: 2 },
    },
  }));
  api = await serveApi((configuration) => ({
    ...configuration,
    limits: {
      ...configuration.limits,
      graphql: { depth: 5, aliases: 4, tokens: 200, cost: 500 },
    },
  }));
});
afterAll(() => Promise.all([api.close(), small.close()]));

const bomb = [
  '{ ...f0 }',
  ...Array.from({ length: 12 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`),
  'fragment f12 on Query { a: viewer { apiKey { id } } }',
].join('\n');

/** Each over one bound alone. */
const tooMuch: [string, { query: string; variables?: Record<string, unknown> }][] = [
  ['tokens', { query: `{ testEcho(value: [${'1 '.repeat(200)}]) }` }],
  ['depth', { query: '{ ...a } fragment a on Query { a { b { c { d { e { f } } } } } }' }],
  ['aliases', { query: '{ a: testEcho b: testEcho c: testEcho d: testEcho e: testEcho }' }],
  ['aliases of fragments within fragments', { query: bomb }],
  [
    'introspection',
    {
      query:
        '{ ...i ...i b: __schema { __typename } c: __schema { __typename } } fragment i on Query { a: __schema { __typename } d: __type(name: "Query") { name } }',
    },
  ],
  ['cost', { query: '{ apiKeys(first: 100) { nodes { id name role hint createdAt } } }' }],
  [
    'cost by variables',
    {
      query: 'query ($n: Int) { apiKeys(first: $n) { nodes { id name role hint createdAt } } }',
      variables: { n: 100 },
    },
  ],
  [
    'cost of many ids',
    {
      query:
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on ApiKey { name role hint createdAt lastUsedAt } } }',
      variables: { ids: Array.from({ length: 100 }, () => 'x') },
    },
  ],
];

describe('an operation with too much', () => {
  it.each(tooMuch)(
    '%s is QUERY_TOO_COMPLEX, alike over HTTP and WebSocket',
    async (_what, params) => {
      const http = await api.post(params, { key: api.keys.ADMIN });
      expect(http.errors?.map(({ extensions }) => extensions['code'])).toEqual([
        'QUERY_TOO_COMPLEX',
      ]);

      const socket = await openSocket(api.address, { apiKey: api.keys.ADMIN });
      socket.subscribe('1', params);
      const message = await socket.message(({ id }) => id === '1');
      const [error] = socket.errorsOf(message);
      expect(error?.extensions['code']).toBe('QUERY_TOO_COMPLEX');
      expect(error?.message).toBe(http.errors?.[0]?.message);
      socket.close();
    },
  );

  it('is not what fits exactly', async () => {
    const query = '{ a: testEcho b: testEcho c: testEcho d: testEcho }';
    expect((await api.post({ query }, { key: api.keys.ADMIN })).errors).toBeUndefined();
    const nodes = '{ apiKeys(first: 98) { nodes { id name role hint } } }';
    expect((await api.post({ query: nodes }, { key: api.keys.ADMIN })).errors).toBeUndefined();
  });
});

describe('the usual bounds', () => {
  it('leave room for a page of deliveries with all that they hold', () => {
    const { limits } = readConfiguration({});
    const document = parse(`query ($n: Int) { deliveries(first: $n) { feedCursor nodes {
      id status attemptCount version failureReason nextAttemptAt createdAt completedAt requestBody
      event { id type eventId } webhook { id name url }
      attempts { number startedAt durationMs responseStatusCode responseBody errorCode errorMessage
        requestHeaders { name value isSecret } responseHeaders { name value isSecret } } } } }`);
    const operation = { name: undefined, variables: { n: 100 } };
    expect(exceeded(limits.graphql, buildSchema(), document, operation)).toBeNull();
  });
});

describe('introspection', () => {
  it('needs no key', async () => {
    expect((await api.post({ query: '{ __schema { queryType { name } } }' })).data).toBeTruthy();
  });

  it('as tools ask for it fits the usual bounds', () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true });
    expect(costFault(query)).toBeNull();
  });

  it('is charged for all it brings', () => {
    const fields =
      'fields(includeDeprecated: true) { name type { fields { name args { name } } } }';
    const aliases = Array.from({ length: 25 }, (_, n) => `a${n}: ${fields}`).join(' ');
    expect(costFault(`{ __schema { types { ${aliases} } } }`)).toMatch(/costs/);
  });
});

const usual = readConfiguration({}).limits;
const schema = buildSchema();

/** What the usual bounds say against an operation; null where it fits. */
function costFault(query: string, variables: Record<string, unknown> = {}): string | null {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return exceeded(usual.graphql, schema, document, { name: undefined, variables })?.message ?? null;
}

describe('the cost of an operation', () => {
  const webhooksOf = (inner: string) => `{ webhooks { nodes { ${inner} } } }`;
  let deep = 'id';
  for (let level = 0; level < 4; level += 1) deep = `subscriptions { webhook { ${deep} } }`;

  it.each([
    ['lists that take no page size', webhooksOf(deep)],
    [
      'the default of a variable',
      'query ($n: Int = 100) { webhooks(first: $n) { nodes { deliveries(first: $n) { nodes { attempts { id } } } } } }',
    ],
    [
      'the default of an argument',
      '{ webhooks(first: 100) { nodes { deliveries(first: 100) { nodes { attempts { id } } } } } }',
    ],
    [
      'a trend in minutes',
      '{ webhooks(first: 100) { nodes { stats { trend(interval: MINUTE) { start total } } } } }',
    ],
    [
      'edges as much as nodes',
      '{ deliveries(first: 100) { edges { node { webhook { deliveries(first: 100) { edges { node { attempts { id } } } } } } } } }',
    ],
  ])('counts %s', (_what, query) => {
    expect(costFault(query)).toMatch(/costs \d+/);
  });

  it.each([
    ['a trend of a day in hours', webhooksOf('stats { trend(interval: HOUR) { total } }')],
    ['a page of edges', '{ deliveries(first: 100) { edges { cursor node { id status } } } }'],
    [
      'a page and its length once',
      '{ webhooks(first: 100) { nodes { deliveries(first: 100) { nodes { id } } } } }',
    ],
  ])('leaves room for %s', (_what, query) => {
    expect(costFault(query)).toBeNull();
  });

  it('counts a fragment for what it stands in, whichever place comes first', () => {
    const short =
      'a: stats(range: { from: "2026-01-01T00:00:00Z", to: "2026-01-01T00:01:00Z" }) { ...T }';
    const long = 'b: webhooks(first: 100) { nodes { stats { ...T } } }';
    const fragment = 'fragment T on DeliveryStats { trend(interval: MINUTE) { start total } }';
    expect(costFault(`{ ${short} ${long} } ${fragment}`)).toMatch(/costs/);
    expect(costFault(`{ ${long} ${short} } ${fragment}`)).toMatch(/costs/);
  });

  it('takes variables as execution takes them', () => {
    const query =
      'query ($n: Int = 100, $m: Int = 100) { webhooks(first: $n) { nodes { deliveries(first: $m) { nodes { attempts { id } } } } } }';
    expect(costFault(query, { n: 2 })).toBeNull();
    expect(costFault(query, { n: null, m: 10 })).toBeNull();
    const batch =
      'mutation ($input: EventTriggerBatchInput!) { eventTriggerBatch(input: $input) { results { event { deliveries(first: 100) { nodes { id } } } } } }';
    const events = Array.from({ length: 1_000 }, () => ({ type: 'user.created', payload: {} }));
    expect(costFault(batch, { input: { events: events.slice(0, 10) } })).toBeNull();
    expect(costFault(batch, { input: { events } })).toMatch(/costs/);
  });
});

describe('an answer', () => {
  const key = () => api.keys.ADMIN;
  const echo = 'query ($value: JSON) { a: testEcho(value: $value) b: testEcho(value: $value) }';

  it('beyond its size is an error, over HTTP and WebSocket', async () => {
    // Twice 40,000 characters that JSON writes as six each.
    const variables = { value: '\u0001'.repeat(40_000) };
    expect(
      (await small.post({ query: '{ testEcho(value: 1) }' }, { key: small.keys.ADMIN })).data,
    ).toBeTruthy();
    const answer = await small.post({ query: echo, variables }, { key: small.keys.ADMIN });
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/larger than 400000 bytes/),
        extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
      }),
    ]);
    const socket = await openSocket(small.address, { apiKey: small.keys.ADMIN });
    socket.subscribe('1', { query: echo, variables });
    const { payload } = await socket.message(({ id }) => id === '1');
    expect(payload).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
    socket.close();
  });

  it('that takes too long is TIMEOUT', async () => {
    const answer = await small.post(
      { query: '{ testWait(ms: 60000) }' },
      { key: small.keys.ADMIN },
    );
    expect(answer.errors?.map(({ extensions }) => extensions['code'])).toEqual(['TIMEOUT']);
    expect((await api.post({ query: '{ testWait(ms: 20) }' }, { key: key() })).data).toBeTruthy();
  });

  it('of a subscription has a size for each value', async () => {
    const socket = await openSocket(small.address, { apiKey: small.keys.ADMIN });
    socket.subscribe('1', { query: 'subscription { testTicks(count: 30000) }' });
    await socket.message(({ type }) => type === 'complete');
    expect(socket.messages.some(({ payload }) => JSON.stringify(payload)?.includes('errors'))).toBe(
      false,
    );
    socket.close();
  });
});
