import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createClientAddress } from '../../server/http/callers/client-address.ts';
import { createSocketBacklog } from '../../server/http/sockets/socket-backlog.ts';
import { waitFor } from '../support/wait.ts';
import { connectSocket, openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
/** With room for few sockets that have shown no key; nothing else connects to it. */
let strict: ServedApi;
beforeAll(async () => {
  api = await serveApi();
  strict = await serveApi((configuration) => ({
    ...configuration,
    trustedProxies: ['127.0.0.0/8'],
    limits: { ...configuration.limits, keylessSockets: { perProcess: 8, perAddress: 4 } },
  }));
});
afterAll(() => Promise.all([api.close(), strict.close()]));

/** A frame as a client sends it: text, whole, masked with zeros. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(body.length < 126 ? 6 : body.length < 65_536 ? 8 : 14);
  head[0] = 0x81;
  if (body.length < 126) head[1] = 0x80 | body.length;
  else if (body.length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(body.length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  return Buffer.concat([head, body]);
}

/** A socket that never reads what the server sends, once it is open. */
async function deafSocket(key: string | null): Promise<Socket> {
  const socket = connect(Number(new URL(api.address).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    [
      'GET /graphql HTTP/1.1',
      'host: localhost',
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol: graphql-transport-ws',
      ...(key === null ? [] : [`authorization: Bearer ${key}`]),
      '',
      '',
    ].join('\r\n'),
  );
  await once(socket, 'data');
  socket.pause();
  socket.write(frame('{"type":"connection_init"}'));
  return socket;
}

const subscribe = (id: number, payload: object) =>
  frame(JSON.stringify({ id: String(id), type: 'subscribe', payload }));

/** Whether the server has let go of it: what is written into it comes back as a reset. */
const isGone = (socket: Socket) => {
  if (!socket.destroyed) socket.write(frame('{"type":"ping"}'));
  return socket.destroyed;
};

describe('a socket whose reader takes nothing', () => {
  it('is let go, and what waits for it does not fill the memory', async () => {
    const query = getIntrospectionQuery();
    const before = process.memoryUsage().rss;
    const sockets = await Promise.all(
      Array.from({ length: 4 }, async (_, n) => {
        const socket = await deafSocket(n % 2 === 0 ? null : api.keys.VIEWER);
        for (let id = 0; id < 420; id += 1) socket.write(subscribe(id, { query }));
        return socket;
      }),
    );
    // Others notice nothing.
    const other = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    other.subscribe('1', { query: '{ viewer { apiKey { role } } }' });
    await other.message(({ id, type }) => id === '1' && type === 'next');
    other.close();
    await waitFor(() => sockets.every(isGone));
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_048_576);
  });
});

describe('what waits on a socket', () => {
  it('is read on when enough of it has been answered', () => {
    const socket = {
      bufferedAmount: 0,
      isPaused: false,
      pause: () => (socket.isPaused = true),
      resume: () => (socket.isPaused = false),
    };
    const backlog = createSocketBacklog(socket, 100);
    const [first, second] = [backlog.take(90), backlog.take(5)];
    expect(socket.isPaused).toBe(false);
    const third = backlog.take(30);
    expect(socket.isPaused).toBe(true);
    second.done();
    second.done();
    expect(socket.isPaused).toBe(true);
    first.done();
    expect(socket.isPaused).toBe(false);
    backlog.take(90);
    expect(socket.isPaused).toBe(true);
    third.done();
    expect(socket.isPaused).toBe(false);
    expect(backlog.maySend()).toBe(true);
    socket.bufferedAmount = 1_048_577;
    expect(backlog.maySend()).toBe(false);
  });

  it('of long messages is answered whole, one after the other', async () => {
    const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    const value = 'x'.repeat(480_000);
    for (let id = 0; id < 30; id += 1) {
      const query =
        'query ($value: JSON) { testWait(ms: 5) testEcho(value: $value) @skip(if: true) }';
      socket.subscribe(`${id}`, { query, variables: { value } });
    }
    await waitFor(() => socket.messages.filter(({ type }) => type === 'next').length === 30);
    socket.close();
  });
});

describe('a socket without a good key', () => {
  it('is one of few, of a process and of an address, until it shows one', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const here = await Promise.all(
      Array.from({ length: 4 }, () => connectSocket(strict.address, from('192.0.2.1'))),
    );
    await expect(connectSocket(strict.address, from('192.0.2.1'))).rejects.toThrow('HTTP 429');
    const there = await Promise.all(
      Array.from({ length: 4 }, () => connectSocket(strict.address, from('192.0.2.2'))),
    );
    await expect(connectSocket(strict.address, from('192.0.2.3'))).rejects.toThrow('HTTP 503');

    // One that shows its key makes room for another; so does one that goes.
    here[0]?.send({ type: 'connection_init', payload: { apiKey: strict.keys.VIEWER } });
    await here[0]?.message(({ type }) => type === 'connection_ack');
    const next = await connectSocket(strict.address, from('192.0.2.1'));
    there[0]?.close();
    await there[0]?.closed();
    const another = await connectSocket(strict.address, from('192.0.2.2'));
    for (const socket of [...here, ...there, next, another]) socket.close();
    await Promise.all([...here, next, another].map((socket) => socket.closed()));
  });

  it('has few operations under way, and is closed with 4403 after a while', async () => {
    const socket = await openSocket(api.address);
    for (let id = 0; id < 6; id += 1) socket.subscribe(`${id}`, { query: '{ testStay }' });
    const refused = await socket.message(({ type }) => type === 'error');
    expect(socket.errorsOf(refused)[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await socket.closed(30_000)).toMatchObject({ code: 4403, reason: 'No API key came' });
  });

  it('has few operations in all', async () => {
    const socket = await openSocket(api.address);
    for (let id = 0; id < 10; id += 1) {
      socket.subscribe(`${id}`, { query: '{ __typename }' });
      await socket.message((message) => message.id === `${id}` && message.type === 'complete');
    }
    socket.subscribe('last', { query: '{ __typename }' });
    expect(await socket.closed()).toEqual({
      code: 4403,
      reason: 'A socket without a key has 10 operations in all.',
    });
    const keyed = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    for (let id = 0; id < 20; id += 1) {
      keyed.subscribe(`${id}`, { query: '{ __typename }' });
      await keyed.message((message) => message.id === `${id}` && message.type === 'complete');
    }
    keyed.close();
  });

  it('stays where an operation brings a key, as GraphiQL’s do', async () => {
    const socket = await openSocket(api.address);
    const headers = { Authorization: `Bearer ${api.keys.VIEWER}` };
    socket.subscribe('1', { query: '{ viewer { apiKey { role } } }', extensions: { headers } });
    await socket.message(({ id }) => id === '1');
    const without = await openSocket(api.address);
    await without.closed(30_000);
    socket.subscribe('2', { query: '{ __typename }', extensions: { headers } });
    await socket.message(({ id }) => id === '2');
    socket.close();
  });
});

describe('a message of an error', () => {
  it('is cut at 1 KiB, over HTTP and WebSocket', async () => {
    const query = `{ ${'x'.repeat(5_000)} }`;
    const answer = await api.post({ query }, { key: api.keys.VIEWER });
    expect(answer.errors?.[0]?.message).toHaveLength(1_024);
    expect(answer.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    const socket = await openSocket(api.address, { apiKey: api.keys.VIEWER });
    socket.subscribe('1', { query });
    const message = await socket.message(({ id }) => id === '1');
    expect(socket.errorsOf(message)[0]?.message).toHaveLength(1_024);
    socket.close();
  });
});

describe('the address of a client', () => {
  const addressOf = (
    remoteAddress: string,
    forwarded?: string,
    trusted = ['10.0.0.0/8', '::1/128'],
  ) =>
    createClientAddress(trusted)({
      socket: { remoteAddress },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    } as Parameters<ReturnType<typeof createClientAddress>>[0]);

  it.each([
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['::1', '198.51.100.7:4711', '198.51.100.7'],
    ['10.0.0.1', '203.0.113.9, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['10.0.0.1', 'nonsense', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7, nonsense', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.3', '10.0.0.3'],
    ['2001:db8:1:2:3::4', undefined, '20010db800010002'],
    ['2001:db8:1:2:ffff::', undefined, '20010db800010002'],
    ['10.0.0.1', '[2001:db8:1:2::9]:4711', '20010db800010002'],
  ])('%s, forwarded for %s, is %s', (remote, forwarded, expected) => {
    expect(addressOf(remote, forwarded)).toBe(expected);
  });
});
