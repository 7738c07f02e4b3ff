import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parse } from 'graphql';

import { readConfiguration } from '../../server/env.ts';
import { exceeded } from '../../server/graphql/limits.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    limits: {
      ...configuration.limits,
      graphql: { depth: 5, aliases: 4, tokens: 200, cost: 500 },
    },
  }));
});
afterAll(() => api.close());

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
  it('fits the bounds, and needs no key', async () => {
    const query =
      '{ __schema { types { fields { type { ofType { ofType { ofType { name } } } } } } } }';
    expect((await api.post({ query })).data).toBeTruthy();
  });
});
