import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isOriginAllowed } from '../../server/http/origin.ts';
import { connectSocket, openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    allowedOrigins: ['https://app.example'],
    limits: { ...configuration.limits, messageBytes: 4_096, subscriptionsPerSocket: 3 },
  }));
});
afterAll(() => api.close());

const ticks = (count: number) => ({ query: `subscription { testTicks(count: ${count}) }` });
const endless = { query: 'subscription { testTicks }' };
const viewer = { query: '{ viewer { apiKey { role } } }' };

async function newKey(): Promise<{ id: string; key: string }> {
  const { value } = await api.services.apiKeys.create(api.tenantId, { name: 'x', role: 'VIEWER' });
  if (value === undefined) throw new Error('not made');
  return { id: value.apiKey.id, key: value.key };
}

describe('a socket', () => {
  it.each([
    ['authorization', () => ({ authorization: `Bearer ${api.keys.VIEWER}` })],
    ['apiKey', () => ({ apiKey: api.keys.VIEWER })],
  ])('with its key as %s streams, and answers queries', async (_as, params) => {
    const socket = await openSocket(api.address, params());
    socket.subscribe('stream', ticks(3));
    await socket.message(({ id, type }) => id === 'stream' && type === 'complete');
    expect(socket.messages.filter(({ type }) => type === 'next')).toEqual(
      [1, 2, 3].map((testTicks) => ({
        id: 'stream',
        type: 'next',
        payload: { data: { testTicks } },
      })),
    );
    socket.subscribe('query', viewer);
    const { payload } = await socket.message(({ id }) => id === 'query');
    expect(payload).toEqual({ data: { viewer: { apiKey: { role: 'VIEWER' } } } });
    socket.close();
  });

  it.each([
    ['in its upgrade request', { headers: { authorization: 'KEY' } }, undefined],
    ['there, beside empty parameters', { headers: { authorization: 'KEY' } }, {}],
    ['among headers in its parameters', {}, { headers: { Authorization: 'KEY' } }],
    ['there, in small letters', {}, { headers: { authorization: 'KEY' } }],
  ])('takes its key %s', async (_where, options, params) => {
    const withKey = <T>(value: T) =>
      JSON.parse(
        JSON.stringify(value ?? null).replace('KEY', `Bearer ${api.keys.VIEWER}`),
      ) as NonNullable<T>;
    const socket = await openSocket(api.address, params && withKey(params), withKey(options));
    socket.subscribe('1', viewer);
    expect((await socket.message(({ id }) => id === '1')).payload).toEqual({
      data: { viewer: { apiKey: { role: 'VIEWER' } } },
    });
    socket.close();
  });

  it('goes by the key of its parameters where its upgrade request has another', async () => {
    const headers = { authorization: `Bearer ${api.keys.ADMIN}` };
    const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER }, { headers });
    socket.subscribe('1', viewer);
    expect((await socket.message(({ id }) => id === '1')).payload).toEqual({
      data: { viewer: { apiKey: { role: 'VIEWER' } } },
    });
    socket.close();
  });

  it('without a key runs nothing, unless an operation brings its own as GraphiQL does', async () => {
    const socket = await openSocket(api.address);
    socket.subscribe('none', endless);
    const refused = await socket.message(({ id }) => id === 'none');
    expect(socket.errorsOf(refused)[0]?.extensions['code']).toBe('UNAUTHENTICATED');

    const headers = { Authorization: `Bearer ${api.keys.VIEWER}` };
    socket.subscribe('own', { ...ticks(1), extensions: { headers } });
    const { payload } = await socket.message(({ id }) => id === 'own');
    expect(payload).toEqual({ data: { testTicks: 1 } });
    socket.close();
  });

  it('of a PUBLISHER may not subscribe', async () => {
    const socket = await openSocket(api.address, { apiKey: api.keys.PUBLISHER });
    socket.subscribe('1', endless);
    const refused = await socket.message(({ id }) => id === '1');
    expect(socket.errorsOf(refused)[0]?.extensions['code']).toBe('FORBIDDEN');
    socket.close();
  });

  it('tells what HTTP tells where the operation is not clear, and nothing of HTTP', async () => {
    const [A, B] = [
      'query A { viewer { tenant { name } } }',
      'query B { viewer { tenant { name } } }',
    ];
    for (const payload of [
      { query: `${A} ${B}` },
      { query: `${A} ${B}`, operationName: 'C' },
      { query: A, operationName: 'C' },
      { query: '{ viewer { tenant { name } } } { viewer { tenant { name } } }' },
      { query: 'fragment F on Tenant { name }' },
    ]) {
      const answer = await api.post(payload, { key: api.keys.VIEWER });
      expect(answer.status).toBe(400);
      const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
      socket.subscribe('1', payload);
      const errors = socket.errorsOf(await socket.message(({ id }) => id === '1'));
      socket.close();
      for (const { extensions } of [...(answer.errors ?? []), ...errors]) {
        expect(extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
      }
      expect(errors.length).toBeGreaterThan(0);
    }
  });

  it.each(['x'.repeat(200), 'ü'.repeat(100), '😀'.repeat(60)])(
    '4409 for an id in use, however long it is: %s',
    async (id) => {
      const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
      socket.subscribe(id, endless);
      socket.subscribe(id, endless);
      const { code, reason } = await socket.closed();
      expect(code).toBe(4409);
      expect(reason).toMatch(/^Subscriber for .*…$/u);
    },
  );

  it('refuses a number that nobody can read, with its path', async () => {
    const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    socket.send(
      '{"id":"1","type":"subscribe","payload":{"query":"query ($v: JSON) { testEcho(value: $v) }","variables":{"v":{"a":1e400}}}}',
    );
    const refused = await socket.message(({ id }) => id === '1');
    expect(socket.errorsOf(refused)).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: ['a'] } },
    ]);
    socket.close();
  });

  it('has a bounded number of subscriptions, and gets a place back when one ends', async () => {
    const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    for (const id of ['1', '2', '3']) {
      socket.subscribe(id, endless);
      await socket.message((message) => message.id === id);
    }
    socket.subscribe('4', endless);
    const refused = await socket.message(({ id }) => id === '4');
    expect(socket.errorsOf(refused)[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 1,
    });
    socket.close();
  });

  it('frees its places with each stream that is over', async () => {
    const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    for (let n = 1; n <= 10; n += 1) {
      socket.subscribe(`${n}`, ticks(1));
      const end = await socket.message(({ id, type }) => id === `${n}` && type !== 'next');
      expect(end.type).toBe('complete');
    }
    socket.close();
  });
});

describe('a socket is closed with', () => {
  const open = () => openSocket(api.address, { apiKey: api.keys.VIEWER });

  it.each([
    ['no JSON', 'nonsense'],
    ['no message of the protocol', '{"type":"nonsense"}'],
    ['a subscribe without a query', '{"type":"subscribe","id":"1","payload":{}}'],
  ])('4400 for %s', async (_what, message) => {
    const socket = await open();
    socket.send(message);
    expect((await socket.closed()).code).toBe(4400);
  });

  it('4401 for subscribing before init', async () => {
    const socket = await connectSocket(api.address);
    socket.subscribe('1', endless);
    expect((await socket.closed()).code).toBe(4401);
  });

  it.each([
    [{ apiKey: 'nxs_nobody' }],
    [{ authorization: 'Bearer nxs_nobody' }],
    [{ authorization: 'Basic abc' }],
    [{ apiKey: 42 }],
    [{ headers: { authorization: 'Bearer nxs_nobody' } }],
  ])('4403 for the key %j', async (payload) => {
    const socket = await connectSocket(api.address);
    socket.send({ type: 'connection_init', payload });
    expect((await socket.closed()).code).toBe(4403);
  });

  it('4403 for a bad key in its upgrade request', async () => {
    const headers = { authorization: 'Bearer nxs_nobody' };
    const socket = await connectSocket(api.address, { headers });
    socket.send({ type: 'connection_init' });
    expect((await socket.closed()).code).toBe(4403);
  });

  it('4408 where no init comes within 3 s', async () => {
    const began = performance.now();
    const socket = await connectSocket(api.address);
    expect((await socket.closed()).code).toBe(4408);
    expect(performance.now() - began).toBeGreaterThan(2_900);
  });

  it('4409 for an id in use', async () => {
    const socket = await open();
    socket.subscribe('1', endless);
    socket.subscribe('1', endless);
    expect((await socket.closed()).code).toBe(4409);
  });

  it('4429 for a second init', async () => {
    const socket = await open();
    socket.send({ type: 'connection_init' });
    expect((await socket.closed()).code).toBe(4429);
  });

  it('1009 for a message that is too big', async () => {
    const socket = await open();
    socket.subscribe('1', { query: `{ __typename } # ${'x'.repeat(5_000)}` });
    expect((await socket.closed()).code).toBe(1009);
  });

  it('4503 where its reader fell behind', async () => {
    const socket = await open();
    socket.subscribe('1', { query: 'subscription { testSlow }' });
    expect((await socket.closed()).code).toBe(4503);
  });

  it('4403 within 5 s of the revocation of its key, or of a key that an operation brought', async () => {
    const [own, brought] = [await newKey(), await newKey()];
    const socket = await openSocket(api.address, { apiKey: own.key });
    const bare = await openSocket(api.address);
    const headers = { authorization: `Bearer ${brought.key}` };
    bare.subscribe('1', { ...endless, extensions: { headers } });
    await bare.message(({ id }) => id === '1');

    for (const { id } of [own, brought]) await api.services.apiKeys.revoke(api.tenantId, id);

    const closed = await Promise.all([socket.closed(5_000), bare.closed(5_000)]);
    expect(closed.map(({ code }) => code)).toEqual([4403, 4403]);
  });

  it('4403 at the first operation after its key was revoked', async () => {
    const { id, key } = await newKey();
    const socket = await openSocket(api.address, { apiKey: key });
    await api.services.apiKeys.revoke(api.tenantId, id);
    socket.subscribe('1', viewer);
    expect((await socket.closed(1_500)).code).toBe(4403);
    expect(socket.messages.filter(({ type }) => type === 'next')).toEqual([]);
  });

  it('4503 where the server goes away, which then ends', async () => {
    const other = await serveApi();
    const socket = await openSocket(other.address, { apiKey: other.keys.VIEWER });
    socket.subscribe('1', endless);
    await socket.message(({ id }) => id === '1');
    const closing = other.close(2_000);
    expect((await socket.closed()).code).toBe(4503);
    await closing;
    await expect(fetch(`${other.address}/health/live`)).rejects.toThrow();
  });
});

describe('an upgrade', () => {
  it('from a foreign page is refused with 403', async () => {
    const connect = connectSocket(api.address, { origin: 'https://evil.example' });
    await expect(connect).rejects.toThrow('HTTP 403');
  });

  it('from the own page, or an allowed one, is taken', async () => {
    for (const origin of [api.address, 'https://app.example']) {
      (await connectSocket(api.address, { origin })).close();
    }
  });

  it('anywhere else is refused with 404', async () => {
    await expect(connectSocket(api.address, { path: '/elsewhere' })).rejects.toThrow('HTTP 404');
  });

  it.each([
    ['null', 'localhost:4000', false],
    ['http://localhost:4001', 'localhost:4000', false],
    ['http://localhost:4000.evil.example', 'localhost:4000', false],
    ['http://LOCALHOST:4000', 'localhost:4000', true],
    ['https://hooks.example', 'hooks.example', true],
    ['http://[::1]:4000', '[::1]:4000', true],
    [undefined, undefined, true],
    ['https://hooks.example', 'hooks.example:443', true],
    ['http://hooks.example', 'HOOKS.example:80', true],
    ['https://hooks.example', 'hooks.example:80', false],
    ['https://hooks.example', undefined, false],
    ['HTTPS://App.Example:443', 'localhost:4000', true],
    ['http://app.example', 'localhost:4000', false],
  ])('with the origin %s at the host %s is allowed: %s', (origin, host, allowed) => {
    expect(isOriginAllowed(origin, host, ['https://app.example'])).toBe(allowed);
  });
});
