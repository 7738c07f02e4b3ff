import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectSocket, openSocket, type RawSocketOptions } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';
import { asViewer, CSRF, VIEWER, visit, type Visitor } from './visitor.ts';

const FRIEND = 'https://app.example';
const STRANGER = 'https://evil.example';

let api: ServedApi;
let visitor: Visitor;
beforeAll(async () => {
  api = await serveApi((configuration) => ({ ...configuration, allowedOrigins: [FRIEND] }));
  visitor = visit(api);
});
afterAll(() => api.close());

describe('a GraphQL request with the cookie', () => {
  it('is refused without the CSRF header', async () => {
    const cookie = await visitor.signedIn();
    const answer = await visitor.ask({ cookie });
    expect(answer.status).toBe(403);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringContaining('"x-nexus-csrf"') as unknown,
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    const url = new URL('/graphql', api.address);
    url.searchParams.set('query', VIEWER.query);
    expect((await fetch(url, { headers: { cookie } })).status).toBe(403);
    const good = await fetch(url, { headers: { cookie, ...CSRF } });
    expect(await good.json()).toEqual({ data: asViewer });
  });

  it('is refused from a foreign page', async () => {
    const cookie = await visitor.signedIn();
    const answer = await visitor.ask({ cookie, ...CSRF, origin: STRANGER });
    expect(answer.status).toBe(403);
    expect(answer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    for (const origin of [api.address, FRIEND]) {
      expect((await visitor.ask({ cookie, ...CSRF, origin })).data).toEqual(asViewer);
    }
  });

  it('cannot change anything by GET', async () => {
    const cookie = await visitor.signedIn(api.keys.ADMIN);
    const url = new URL('/graphql', api.address);
    url.searchParams.set('query', 'mutation { testWrite }');
    const response = await fetch(url, { headers: { cookie, ...CSRF } });
    expect(response.status).toBe(405);
  });

  it('goes by its key where it has one, good or bad, as it did', async () => {
    const cookie = await visitor.signedIn();
    const withKey = (key: string) => visitor.ask({ cookie, authorization: key, origin: STRANGER });
    const { data } = await withKey(`Bearer ${api.keys.ADMIN}`);
    expect(data).toEqual({ viewer: { apiKey: { role: 'ADMIN' } } });
    for (const bad of ['Bearer nxs_nobody', 'Basic abc']) {
      expect((await withKey(bad)).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    }
  });

  it.each([
    ['garbage', 'nexus_session=%E0%A4%A'],
    ['nothing', 'nexus_session='],
    ['no pair', 'nexus_session; ;=;'],
    ['an API key', () => `nexus_session=${api.keys.ADMIN}`],
    ['another name', async () => `x${await visitor.signedIn()}`],
    ['two of them', async () => `${await visitor.signedIn()}; ${await visitor.signedIn()}`],
  ])('that is %s is nobody', async (_what, cookie) => {
    const text = typeof cookie === 'string' ? cookie : await cookie();
    expect(await visitor.codeWith({ cookie: text, ...CSRF })).toBe('UNAUTHENTICATED');
  });

  it('is found among other cookies', async () => {
    const cookie = `theme=dark; ${await visitor.signedIn()};lang=%zz`;
    expect((await visitor.ask({ cookie, ...CSRF })).data).toEqual(asViewer);
  });

  it('is nobody once its time is over, or its key revoked', async () => {
    const { id, key } = await visitor.newKey();
    const [revoked, expired] = [await visitor.signedIn(key), await visitor.signedIn()];
    expect([await visitor.isGood(revoked), await visitor.isGood(expired)]).toEqual([true, true]);
    await api.services.apiKeys.revoke(api.tenantId, id);
    await expire(expired);
    for (const cookie of [revoked, expired]) {
      expect(await visitor.codeWith({ cookie, ...CSRF })).toBe('UNAUTHENTICATED');
    }
  });
});

async function expire(cookie: string): Promise<void> {
  const caller = await api.services.sessions.resolve(cookie.split('=')[1] ?? '');
  const { rowCount } = await api.services.pool.query(
    `UPDATE "Session" SET "expiresAt" = now() - interval '1 ms' WHERE id = $1`,
    [caller?.sessionId],
  );
  expect(rowCount).toBe(1);
}

describe('a socket with the cookie', () => {
  const endless = { query: 'subscription { testTicks }' };
  const open = (options: RawSocketOptions, params?: Record<string, unknown>) =>
    openSocket(api.address, params, options);

  it('streams, and answers as the one who signed in', async () => {
    const socket = await open({ cookie: await visitor.signedIn(), origin: api.address });
    socket.subscribe('1', VIEWER);
    expect((await socket.message(({ id }) => id === '1')).payload).toEqual({ data: asViewer });
    socket.subscribe('2', { query: 'subscription { testTicks(count: 1) }' });
    expect((await socket.message(({ id }) => id === '2')).payload).toEqual({
      data: { testTicks: 1 },
    });
    socket.close();
  });

  it('is refused to a foreign page', async () => {
    const cookie = await visitor.signedIn();
    for (const origin of [STRANGER, 'null']) {
      await expect(connectSocket(api.address, { cookie, origin })).rejects.toThrow('HTTP 403');
    }
  });

  it('goes by the key of its connection_init, or of an operation, where there is one', async () => {
    const cookie = await visitor.signedIn();
    const asAdmin = { data: { viewer: { apiKey: { role: 'ADMIN' } } } };
    const socket = await open({ cookie }, { apiKey: api.keys.ADMIN });
    socket.subscribe('1', VIEWER);
    expect((await socket.message(({ id }) => id === '1')).payload).toEqual(asAdmin);
    await visitor.signOut(cookie);
    socket.subscribe('2', VIEWER);
    expect((await socket.message(({ id }) => id === '2')).payload).toEqual(asAdmin);
    socket.close();

    const bare = await open({ cookie: await visitor.signedIn() });
    const headers = { Authorization: `Bearer ${api.keys.ADMIN}` };
    bare.subscribe('1', { ...VIEWER, extensions: { headers } });
    expect((await bare.message(({ id }) => id === '1')).payload).toEqual(asAdmin);
    const wrong = { authorization: 'Bearer nxs_nobody' };
    bare.subscribe('2', { ...VIEWER, extensions: { headers: wrong } });
    const refused = await bare.message(({ id }) => id === '2');
    expect(bare.errorsOf(refused)[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    bare.subscribe('3', { ...VIEWER, extensions: { headers: CSRF } });
    expect((await bare.message(({ id }) => id === '3')).payload).toEqual({ data: asViewer });
    bare.close();
  });

  it('of a session that is over, or with a bad key, is closed with 4403', async () => {
    const [ended, good] = [await visitor.signedIn(), await visitor.signedIn()];
    await visitor.signOut(ended);
    const cases: [string, Record<string, unknown> | undefined][] = [
      [ended, undefined],
      [good, { apiKey: 'nxs_nobody' }],
    ];
    for (const [cookie, payload] of cases) {
      const socket = await connectSocket(api.address, { cookie });
      socket.send({ type: 'connection_init', ...(payload && { payload }) });
      expect((await socket.closed()).code).toBe(4403);
    }
  });

  it('is closed with 4403 within 5 s of the end of its time, or of its key', async () => {
    const { id, key } = await visitor.newKey();
    const [revoked, expired] = [await visitor.signedIn(key), await visitor.signedIn()];
    const sockets = await Promise.all([revoked, expired].map((cookie) => open({ cookie })));
    for (const socket of sockets) {
      socket.subscribe('1', endless);
      await socket.message((message) => message.id === '1');
    }
    await api.services.apiKeys.revoke(api.tenantId, id);
    await expire(expired);
    const closed = await Promise.all(sockets.map((socket) => socket.closed(5_000)));
    expect(closed).toEqual(sockets.map(() => ({ code: 4403, reason: 'Signed out' })));
  });

  it('is closed with 4403 at the first operation after the end of its session', async () => {
    const cookie = await visitor.signedIn();
    const socket = await open({ cookie });
    await expire(cookie);
    socket.subscribe('1', VIEWER);
    expect(await socket.closed(1_500)).toEqual({ code: 4403, reason: 'Signed out' });
    expect(socket.messages.filter(({ type }) => type === 'next')).toEqual([]);
  });
});
