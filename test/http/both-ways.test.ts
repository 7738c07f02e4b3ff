import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answerTypeFor } from '../../server/http/graphql/everyday-requests.ts';
import { serveApi, type ServedApi } from './served-api.ts';

/**
 * The everyday request, JSON by POST, goes another way to the pipeline than what is Yoga's: here
 * the same query by GET. Both are to answer the same, byte for byte.
 */
let api: ServedApi;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    limits: { ...configuration.limits, badKeysPerMinute: 1_000 },
  }));
});
afterAll(() => api.close());

interface Asked {
  query?: string;
  operationName?: string;
  variables?: unknown;
  extensions?: unknown;
}

/** JSON as it is written, where it matters. */
const raw = (text: string) => ({ toJSON: () => JSON.parse(text) as unknown, text });
const textOf = (value: unknown) =>
  typeof value === 'object' && value !== null && 'text' in value
    ? String(value.text)
    : JSON.stringify(value);

async function byPost(asked: Asked, headers: Record<string, string>) {
  const members = Object.entries(asked).map(([name, value]) => `"${name}":${textOf(value)}`);
  return told(
    await fetch(`${api.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: `{${members.join(',')}}`,
    }),
  );
}

async function byGet(asked: Asked, headers: Record<string, string>) {
  const url = new URL(`${api.address}/graphql`);
  for (const [name, value] of Object.entries(asked)) {
    url.searchParams.set(name, typeof value === 'string' ? value : textOf(value));
  }
  return told(await fetch(url, { headers }));
}

async function told(response: Response) {
  const headers = Object.fromEntries(response.headers);
  delete headers['date'];
  return { status: response.status, headers, body: await response.text() };
}

const echo = 'query Echo($value: JSON) { testEcho(value: $value) }';
const cases: [string, Asked, key?: 'none' | 'bad'][] = [
  ['data', { query: '{ viewer { tenant { name } } }' }],
  ['no key', { query: '{ viewer { tenant { name } } }' }, 'none'],
  ['no key, and nothing that needs one', { query: '{ __typename }' }, 'none'],
  ['a bad key', { query: '{ viewer { tenant { name } } }' }, 'bad'],
  ['a syntax error', { query: '{ viewer' }],
  ['an unknown field', { query: '{ nothing }' }],
  ['an error with a long message', { query: `{ ${'n'.repeat(3_000)} }` }],
  ['two operations', { query: 'query A { __typename } query B { __typename }' }],
  [
    'the one that was named',
    { query: 'query A { a: __typename } query B { b: __typename }', operationName: 'B' },
  ],
  ['a name that no operation has', { query: 'query A { __typename }', operationName: 'C' }],
  ['an empty name', { query: 'query A { __typename }', operationName: '' }],
  ['no query', {}],
  ['an unknown hash', { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } }],
  ['variables that are none', { query: echo, variables: [1] }],
  ['extensions that are none', { query: echo, extensions: [1] }],
  [
    'a bad variable',
    { query: 'query ($at: DateTime) { testEcho(at: $at) }', variables: { at: 1 } },
  ],
  ['an exact number', { query: echo, variables: raw('{"value":[12345678901234567890,1.0]}') }],
  ['a number beyond all', { query: echo, variables: raw('{"value":[1e400]}') }],
  ['letters of all kinds', { query: echo, variables: { value: 'é 漢 🙂 \u2028' } }],
  ['a fault', { query: '{ testFault }' }],
  ['a fault beside data', { query: '{ testEcho(value: 1) testFault }' }],
  ['a database away', { query: '{ testFault(code: "ECONNREFUSED") }' }],
  [
    'too much',
    { query: '{ a: webhooks(first: 100) { nodes { deliveries(first: 100) { nodes { id } } } } }' },
  ],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
  ['a subscription', { query: 'subscription { testTicks }' }],
];

const ACCEPTED: Record<string, string>[] = [
  {},
  { accept: 'application/json' },
  { accept: 'application/graphql-response+json' },
  { accept: 'application/graphql-response+json, application/json; q=0.9' },
  { accept: 'application/json; charset=utf-8, */*' },
];

describe('by POST and by GET', () => {
  it.each(cases)('%s is told the same', async (_what, asked, key) => {
    const authorization =
      key === 'none' ? {} : { authorization: `Bearer ${key === 'bad' ? 'x' : api.keys.ADMIN}` };
    for (const accept of ACCEPTED) {
      const headers = { ...authorization, ...accept };
      const post = await byPost(asked, headers);
      expect({ accept, ...post }).toEqual({ accept, ...(await byGet(asked, headers)) });
    }
  });
});

describe('the type of an answer', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['APPLICATION/JSON', 'application/json'],
    ['application/*', 'application/json'],
    ['text/html, application/json;q=0.5', 'application/json'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 'application/json'],
    ['application/json; charset=latin1, */*', 'application/json'],
    ['text/event-stream, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/json; charset=latin1', null],
    ['text/event-stream', null],
    ['text/html', null],
  ])('for accept: %s is %s', (accept, type) => {
    expect(answerTypeFor(accept)).toBe(type);
  });
});
