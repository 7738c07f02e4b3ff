import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTenant } from '../../server/access/tenants.ts';
import { waitFor } from '../support/wait.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
let otherKey: string;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    limits: { ...configuration.limits, badKeysPerMinute: 3 },
  }));
  otherKey = (await createTenant(api.services.prisma, 'other')).key;
});
afterAll(() => api.close());

const QUERY = 'query ($value: JSON) { testEcho(value: $value) }';
const bodyOf = (bytes: number) =>
  JSON.stringify({ query: QUERY, variables: { value: 'x'.repeat(bytes) } });
/** Half of the room is one caller's. */
const LARGEST = bodyOf(4_000_000);
const LARGE = bodyOf(500_000);

const CHUNKED = { 'transfer-encoding': 'chunked' };

/** A request whose body is sent up to its last byte. */
function hold(key: string | null, body = LARGEST, headers: object = {}) {
  const held: ClientRequest = request(`${api.address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...headers,
    },
  });
  if ('transfer-encoding' in headers) held.removeHeader('content-length');
  held.on('error', () => undefined);
  held.write(body.slice(0, -1));
  const answered = once(held, 'response').then(async ([response]: IncomingMessage[]) => {
    let text = '';
    for await (const chunk of response ?? []) text += String(chunk);
    const { data, errors } = JSON.parse(text) as {
      data?: { testEcho: string };
      errors?: { extensions: { code: string } }[];
    };
    return { status: response?.statusCode, data, code: errors?.[0]?.extensions.code };
  });
  answered.catch(() => undefined);
  return { answered, finish: () => held.end(body.slice(-1)), leave: () => held.destroy() };
}

const hasSettled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), Promise.resolve(false)]);

/** Settles once one more waits behind what is held: by then all before it has been looked at. */
async function isHeld(): Promise<void> {
  await waitFor(async () => {
    const probe = hold(api.keys.ADMIN);
    probe.finish();
    const settled = await Promise.race([
      probe.answered.then(() => true),
      api.post({ query: '{ __typename }' }, { key: api.keys.ADMIN }).then(() => false),
    ]);
    probe.leave();
    return !settled;
  });
}

describe('large bodies', () => {
  it('wait for each other where they are of one caller, and keep nobody else waiting', async () => {
    const first = hold(api.keys.ADMIN);
    await isHeld();
    const second = api.post(LARGE, { key: api.keys.OPERATOR });
    // What is small is answered, and so is what others send.
    await api.post({ query: '{ __typename }' }, { key: api.keys.ADMIN });
    const other = await api.post(LARGE, { key: otherKey });
    expect(other.data?.['testEcho']).toHaveLength(500_000);
    expect(await hasSettled(second)).toBe(false);
    first.finish();
    expect((await first.answered).data?.testEcho).toHaveLength(4_000_000);
    expect((await second).data?.['testEcho']).toHaveLength(500_000);
  });

  it('wait for room once they turn out to be large, where nobody said how long they are', async () => {
    const first = hold(api.keys.ADMIN);
    await isHeld();
    const small = hold(api.keys.ADMIN, bodyOf(10_000), CHUNKED);
    small.finish();
    expect((await small.answered).data?.testEcho).toHaveLength(10_000);
    const large = hold(api.keys.ADMIN, LARGE, CHUNKED);
    large.finish();
    await api.post({ query: '{ __typename }' }, { key: api.keys.ADMIN });
    const other = hold(otherKey, LARGE, CHUNKED);
    other.finish();
    expect((await other.answered).data?.testEcho).toHaveLength(500_000);
    expect(await hasSettled(large.answered)).toBe(false);
    first.finish();
    expect((await large.answered).data?.testEcho).toHaveLength(500_000);
    const stranger = hold(null, LARGE, CHUNKED);
    expect(await stranger.answered).toMatchObject({ code: 'UNAUTHENTICATED' });
    stranger.leave();
  });

  it('give their room back where their client goes away', async () => {
    const first = hold(api.keys.ADMIN);
    await isHeld();
    const second = api.post(LARGE, { key: api.keys.ADMIN });
    first.leave();
    expect((await second).status).toBe(200);
  });

  it('take none where their client goes away while they wait', async () => {
    for (const headers of [{}, CHUNKED]) {
      const first = hold(api.keys.ADMIN);
      await isHeld();
      const second = hold(api.keys.ADMIN, LARGEST, headers);
      await api.post({ query: '{ __typename }' }, { key: api.keys.ADMIN });
      second.leave();
      await api.post({ query: '{ __typename }' }, { key: api.keys.ADMIN });
      first.finish();
      await first.answered;
      // It needs all that one caller may have.
      expect((await api.post(LARGEST, { key: api.keys.ADMIN })).status).toBe(200);
    }
  });

  it('wait whatever accepts their answer', async () => {
    const first = hold(api.keys.ADMIN, LARGEST, { accept: 'text/event-stream, */*;q=0.1' });
    await isHeld();
    const second = api.post(LARGE, {
      key: api.keys.ADMIN,
      headers: { accept: 'multipart/mixed, application/json;charset=latin1' },
    });
    await api.post({ query: '{ __typename }' }, { key: api.keys.ADMIN });
    first.finish();
    await first.answered;
    expect([200, 406]).toContain((await second).status);
  });

  it('are not read where nobody stands behind them', async () => {
    const stranger = hold(null);
    expect(await stranger.answered).toMatchObject({ code: 'UNAUTHENTICATED' });
    stranger.leave();
    const guess = hold(`nxk_${'a'.repeat(43)}`);
    expect(await guess.answered).toMatchObject({ code: 'UNAUTHENTICATED' });
    guess.leave();
    // And wrong keys are counted as ever.
    const codes = [];
    for (let n = 0; n < 3; n += 1) {
      const again = hold(`nxk_${'b'.repeat(42)}${n}`);
      codes.push((await again.answered).code);
      again.leave();
    }
    expect(codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'RATE_LIMITED']);
  });

  it('over WebSocket wait in the same room, and what is behind them in their socket waits too', async () => {
    const first = hold(api.keys.ADMIN);
    await isHeld();
    const socket = await openSocket(api.address, { apiKey: api.keys.ADMIN });
    const other = await openSocket(api.address, { apiKey: api.keys.ADMIN });
    const variables = { value: 'x'.repeat(400_000) };
    socket.subscribe('large', { query: QUERY, variables });
    socket.subscribe('small', { query: QUERY, variables: { value: 1 } });
    other.subscribe('small', { query: QUERY, variables: { value: 1 } });
    await other.message(({ id, type }) => id === 'small' && type === 'next');
    expect(socket.messages.map(({ id }) => id)).toEqual([undefined]);
    first.finish();
    await socket.message(({ id, type }) => id === 'small' && type === 'next');
    const ids = socket.messages.flatMap(({ id, type }) => (type === 'next' ? [id] : []));
    expect(new Set(ids)).toEqual(new Set(['large', 'small']));
    for (const each of [socket, other]) each.close();
  });

  it('over WebSocket give their room back once they are answered, subscriptions once they stream', async () => {
    const socket = await openSocket(api.address, { apiKey: api.keys.ADMIN });
    const pad = 'x'.repeat(400_000);
    for (let n = 0; n < 20; n += 1) {
      socket.subscribe(`${n}`, { query: 'subscription { testTicks }', extensions: { pad } });
      await socket.message(({ id, type }) => id === `${n}` && type === 'next');
    }
    for (let n = 20; n < 40; n += 1) {
      socket.subscribe(`${n}`, { query: QUERY, variables: { value: pad } });
      await socket.message(({ id, type }) => id === `${n}` && type === 'next');
    }
    socket.close();
  });
});
