import type { IncomingMessage } from 'node:http';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createGuessLimit } from '../../server/http/callers/guess-limit.ts';
import { connectSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';
import { CSRF, JSON_TYPE, VIEWER } from './visitor.ts';

/** One comes back after 30 s: no test takes that long. */
const FREE = 2;
const BAD = 'nxs_of_nobody';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    trustedProxies: ['127.0.0.0/8'],
    limits: { ...configuration.limits, badKeysPerMinute: FREE },
  }));
});
afterAll(() => api.close());

let address = '';
let tests = 0;
/** Each test comes from an address of its own. */
beforeEach(() => {
  tests += 1;
  address = `192.0.2.${tests}`;
});
const from = (client = address) => ({ 'x-forwarded-for': client });

const signIn = (body: object, client = address) =>
  fetch(`${api.address}/session`, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...from(client) },
    body: JSON.stringify(body),
  });
const ask = (headers: Record<string, string>, client = address) =>
  api.post(VIEWER, { headers: { ...headers, ...from(client) } });
const withKey = (key: string, client = address) => ask({ authorization: `Bearer ${key}` }, client);

/** Sent its connection_init, whatever comes of it. */
async function socketWith(payload: object) {
  const socket = await connectSocket(api.address, { headers: from() });
  socket.send({ type: 'connection_init', payload });
  return socket;
}

/** How each way in answers a credential that is not good. */
const WAYS: [string, () => Promise<string>][] = [
  ['/session with a key', async () => String((await signIn({ apiKey: BAD })).status)],
  ['/session with a code', async () => String((await signIn({ signInCode: BAD })).status)],
  ['HTTP with a key', async () => String((await withKey(BAD)).status)],
  ['HTTP with no Bearer', async () => String((await ask({ authorization: 'Basic eA==' })).status)],
  [
    'HTTP with a session',
    async () =>
      String(
        (await ask({ cookie: `nexus_session=nxs_session_${'A'.repeat(43)}`, ...CSRF })).status,
      ),
  ],
];

describe('guesses', () => {
  it.each(WAYS)('are told to wait: %s', async (_way, guess) => {
    const answers: string[] = [];
    for (let n = 0; n < FREE; n += 1) answers.push(await guess());
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBe('429');
    expect(await guess()).toBe('429');
  });

  it('count over all ways in, and are told how long to wait', async () => {
    for (let n = 0; n < FREE - 1; n += 1) await withKey(BAD);
    expect((await (await socketWith({ apiKey: BAD })).closed()).code).toBe(4403);

    const told = await signIn({ apiKey: BAD });
    expect(told.status).toBe(429);
    expect(Number(told.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(((await told.json()) as { message: string }).message).toMatch(/try again in \d+ s/);

    const answer = await withKey(BAD);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const [error] = answer.errors ?? [];
    expect(error?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: Number(answer.headers.get('retry-after')),
    });

    for (const params of [{ apiKey: BAD }, { authorization: 'no key' }]) {
      const { code, reason } = await (await socketWith(params)).closed();
      expect(code).toBe(4403);
      expect(reason).toMatch(/^RATE_LIMITED: retry after \d+ s$/);
    }
    const socket = await socketWith({});
    await socket.message(({ type }) => type === 'connection_ack');
    socket.subscribe('1', {
      ...VIEWER,
      extensions: { headers: { authorization: `Bearer ${BAD}` } },
    });
    const { payload } = await socket.message(({ type }) => type === 'error');
    expect(payload).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) as unknown } },
    ]);
    socket.close();
  });

  it('harm nobody who has a good key, or comes from elsewhere', async () => {
    for (let n = 0; n < FREE * 2; n += 1) await withKey(BAD);
    expect((await withKey(BAD)).status).toBe(429);
    expect((await withKey(api.keys.VIEWER)).data).toBeTruthy();
    expect((await signIn({ apiKey: api.keys.VIEWER })).status).toBe(200);
    const socket = await socketWith({ apiKey: api.keys.VIEWER });
    await socket.message(({ type }) => type === 'connection_ack');
    socket.subscribe('1', VIEWER);
    await socket.message(({ type }) => type === 'next');
    socket.close();
    // No key is no guess.
    expect((await ask({})).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect((await withKey(BAD, '198.51.100.1')).errors?.[0]?.extensions['code']).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('come from one /64 where they come over IPv6', async () => {
    for (let n = 0; n < FREE; n += 1) await withKey(BAD, `2001:db8:0:1::${n}`);
    expect((await withKey(BAD, '2001:db8:0:1:ffff::1')).status).toBe(429);
    expect((await withKey(BAD, '2001:db8:0:2::1')).status).not.toBe(429);
  });
});

describe('the count of an address', () => {
  const request = (client: string) => ({ client }) as unknown as IncomingMessage;
  const limitAt = (clock: { now: number }) =>
    createGuessLimit({
      addressOf: (incoming) => (incoming as unknown as { client: string }).client,
      perMinute: 10,
      now: () => clock.now,
    });

  it('comes back over a minute, one after the other', () => {
    const clock = { now: 5_000 };
    const limit = limitAt(clock);
    const counts = Array.from({ length: 12 }, () => limit.count(request('a')));
    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 6]);
    clock.now += 5_999;
    expect(limit.count(request('a'))).toBe(1);
    clock.now += 1;
    expect(limit.count(request('a'))).toBe(0);
    expect(limit.count(request('a'))).toBe(6);
    clock.now += 60_000;
    expect(Array.from({ length: 11 }, () => limit.count(request('a'))).at(-1)).toBe(6);
  });

  it('is forgotten where too many others came since', () => {
    const limit = limitAt({ now: 0 });
    for (let n = 0; n < 11; n += 1) limit.count(request('first'));
    expect(limit.count(request('first'))).toBe(6);
    for (let n = 0; n < 100_000; n += 1) limit.count(request(`${n}`));
    expect(limit.count(request('first'))).toBe(0);
  });
});
