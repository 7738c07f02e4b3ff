import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    operations: { ...configuration.operations, introspection: false },
  }));
});
afterAll(() => api.close());

describe('with INTROSPECTION=false', () => {
  it.each([
    ['__schema', { query: '{ __schema { queryType { name } } }' }],
    ['__type', { query: '{ a: viewer { __typename } __type(name: "Query") { name } }' }],
    ['a misspelled field', { query: '{ viewr { apiKey { id } } }' }],
    ['a misspelled argument', { query: '{ deliveries(frist: 1) { feedCursor } }' }],
    [
      'a misspelled type',
      { query: 'query ($f: DeliveryFiltr) { deliveries(filter: $f) { feedCursor } }' },
    ],
    [
      'a misspelled field of a variable',
      {
        query: 'query ($f: DeliveryFilter) { deliveries(filter: $f) { feedCursor } }',
        variables: { f: { eventTipes: [] } },
      },
    ],
    [
      'a misspelled enum value of a variable',
      {
        query: 'query ($f: DeliveryFilter) { deliveries(filter: $f) { feedCursor } }',
        variables: { f: { statuses: ['SUCCES'] } },
      },
    ],
  ])('%s tells nothing of the schema, over HTTP and WebSocket', async (_what, params) => {
    const { data, errors } = await api.post(params, { key: api.keys.ADMIN });
    expect(data ?? null).toBeNull();
    expect(JSON.stringify(errors)).toMatch(/GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT/);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);

    const socket = await openSocket(api.address, { apiKey: api.keys.ADMIN });
    socket.subscribe('1', params);
    const answer = JSON.stringify(await socket.message(({ id }) => id === '1'));
    expect(answer).toMatch(/GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT/);
    expect(answer).not.toMatch(/did you mean/i);
    socket.close();
  });

  it('__typename is still told', async () => {
    expect((await api.post({ query: '{ __typename }' })).data).toEqual({ __typename: 'Query' });
  });
});
