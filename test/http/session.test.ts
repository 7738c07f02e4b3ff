import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { createSignInCode, oldestAdmin } from '../../server/access/sign-in-code.ts';
import { createTenant } from '../../server/access/tenants.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { openApi } from '../../server/http/api.ts';
import { startHttpServer, type HttpServer } from '../../server/http/server.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';
import { asViewer, cookieOf, CSRF, JSON_TYPE, VIEWER, visit, type Visitor } from './visitor.ts';

const FRIEND = 'https://app.example';
const STRANGER = 'https://evil.example';
const WEEK_S = 7 * 86_400;

let api: ServedApi;
let visitor: Visitor;
/** Another process, as far as sockets go, on the same database. */
let elsewhere: HttpServer;

beforeAll(async () => {
  api = await serveApi((configuration) => ({ ...configuration, allowedOrigins: [FRIEND] }));
  visitor = visit(api);
  const logger = pino({ level: 'silent' });
  elsewhere = await startHttpServer({
    api: openApi({ schema: buildSchema(), services: api.services, signInCode: null }, logger),
    host: '127.0.0.1',
    port: 0,
    keepAliveSeconds: 75,
    probes: { database: async () => true, queue: async () => true },
    logger,
  });
});
afterAll(async () => {
  await elsewhere.close(1_000);
  await api.close();
});
afterEach(() => void vi.restoreAllMocks());

describe('signing in', () => {
  it.each(['ADMIN', 'OPERATOR', 'VIEWER'] as const)('with a key of role %s', async (role) => {
    const told = await visitor.signIn({ apiKey: api.keys[role] });
    expect(told).toMatchObject({ status: 200, body: { role, tenant: 'served' } });
    expect(told.headers.get('cache-control')).toBe('no-store');
    expect(told.headers.get('content-type')).toContain('application/json');
    const { data } = await visitor.ask({ cookie: cookieOf(told), ...CSRF });
    expect(data).toEqual({ viewer: { apiKey: { role } } });
  });

  it('sets a cookie that scripts do not see and other sites do not send', async () => {
    const attributes = async (headers: Record<string, string>) => {
      const told = await visitor.signIn({ apiKey: api.keys.VIEWER }, headers);
      return told.headers.getSetCookie().map((cookie) => {
        const [pair = '', ...rest] = cookie.split('; ');
        return [pair.split('=', 1)[0], ...rest];
      });
    };
    const always = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${WEEK_S}`];
    const plain = [['nexus_session', ...always]];
    expect(await attributes({})).toEqual(plain);
    expect(await attributes({ origin: api.address })).toEqual(plain);
    // Over https by a name that only this host can set; what was there before is forgotten.
    const secure = [
      ['__Host-nexus_session', ...always, 'Secure'],
      ['nexus_session', ...always.slice(0, 3), 'Max-Age=0', 'Secure'],
    ];
    expect(await attributes({ origin: FRIEND })).toEqual(secure);
    expect(await attributes({ 'x-forwarded-proto': 'https' })).toEqual(secure);
  });

  it('over https is told from what others have set', async () => {
    const told = await visitor.signIn({ apiKey: api.keys.VIEWER }, { origin: FRIEND });
    const [pair = ''] = (told.headers.getSetCookie()[0] ?? '').split(';');
    expect(pair).toMatch(/^__Host-nexus_session=nxs_session_/);
    expect(await visitor.isGood(pair)).toBe(true);
    expect(await visitor.isGood(`nexus_session=planted; ${pair}`)).toBe(true);
    expect(await visitor.isGood(`${pair}; ${pair}x`)).toBe(false);
    const ended = await visitor.signOut(pair, { origin: FRIEND });
    expect(ended.status).toBe(204);
    expect(ended.headers.getSetCookie().every((cookie) => cookie.includes('Max-Age=0'))).toBe(true);
    expect(await visitor.isGood(pair)).toBe(false);
  });

  it('and all else is asked for over https again where it came so', async () => {
    const of = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${api.address}${path}`, { headers })).headers.get('strict-transport-security');
    for (const path of ['/', '/session', '/health/live']) {
      expect(await of(path, { 'x-forwarded-proto': 'https' })).toBe('max-age=31536000');
      expect(await of(path, {})).toBeNull();
    }
  });

  it.each([
    ['an unknown key', { apiKey: 'nxs_nobody' }, /API key/],
    ['a session for a key', { apiKey: `nxs_session_${'A'.repeat(43)}` }, /API key/],
    ['a code where none was given out', { signInCode: 'x' }, /sign-in link/],
  ])('with %s is refused', async (_what, body, message) => {
    const told = await visitor.signIn(body);
    expect(told).toMatchObject({
      status: 401,
      body: { message: expect.stringMatching(message) as unknown },
    });
    expect(told.headers.get('set-cookie')).toBeNull();
  });

  it('with a PUBLISHER key is refused, and says which keys can', async () => {
    const told = await visitor.signIn({ apiKey: api.keys.PUBLISHER });
    expect(told.status).toBe(403);
    expect(told.body?.message).toMatch(/ADMIN, OPERATOR and VIEWER/);
    expect(told.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['no JSON', '{', JSON_TYPE, 400],
    ['nothing', '', JSON_TYPE, 400],
    ['a list', '["apiKey"]', JSON_TYPE, 400],
    ['null', 'null', JSON_TYPE, 400],
    ['an object of neither', '{"key":"x"}', JSON_TYPE, 400],
    ['an object of both', '{"apiKey":"x","signInCode":"y"}', JSON_TYPE, 400],
    ['a number for a key', '{"apiKey":42}', JSON_TYPE, 400],
    ['an empty key', '{"apiKey":" "}', JSON_TYPE, 400],
    ['a form', 'apiKey=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', '{"apiKey":"x"}', { 'content-type': 'text/plain' }, 415],
    ['too large', `{"apiKey":"${'x'.repeat(4_096)}"}`, JSON_TYPE, 413],
    ['far too large', `{"apiKey":"${'x'.repeat(3_000_000)}"}`, JSON_TYPE, 413],
  ])('with a body that is %s is refused', async (_what, body, headers, status) => {
    const told = await visitor.sendSession('POST', { body, headers });
    expect(told.status).toBe(status);
    expect(told.body?.message).toMatch(/^The body /);
    expect(told.headers.get('cache-control')).toBe('no-store');
  });

  it('ends the session that the browser had, and its sockets', async () => {
    const first = await visitor.signedIn();
    const socket = await openSocket(api.address, undefined, { cookie: first });
    const second = cookieOf(await visitor.signIn({ apiKey: api.keys.ADMIN }, { cookie: first }));
    expect(await socket.closed(1_000)).toEqual({ code: 4403, reason: 'Signed out' });
    expect([await visitor.isGood(first), await visitor.isGood(second)]).toEqual([false, true]);
    const failed = await visitor.signIn({ apiKey: 'nxs_nobody' }, { cookie: second });
    expect([failed.status, await visitor.isGood(second)]).toEqual([401, true]);
  });

  it('says when the database is away', async () => {
    const away = Object.assign(new Error('the inside'), { code: 'ECONNREFUSED' });
    const cookie = await visitor.signedIn();
    vi.spyOn(api.services.apiKeys, 'resolveCaller').mockRejectedValue(away);
    vi.spyOn(api.services.sessions, 'end').mockRejectedValue(away);
    const answers = [
      await visitor.signIn({ apiKey: api.keys.VIEWER }),
      await visitor.signOut(cookie),
    ];
    for (const { status, body, headers } of answers) {
      expect({ status, retryAfter: headers.get('retry-after') }).toEqual({
        status: 503,
        retryAfter: '2',
      });
      expect(body?.message).toMatch(/cannot reach its database/);
      expect(headers.get('set-cookie')).toBeNull();
    }
  });
});

describe('/session', () => {
  it.each(['GET', 'PUT', 'PATCH', 'OPTIONS'])('takes no %s', async (method) => {
    const told = await visitor.sendSession(method);
    expect({ status: told.status, allow: told.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'POST, DELETE',
    });
  });

  it.each([STRANGER, 'null', 'http://127.0.0.1:1'])('refuses pages of %s', async (origin) => {
    const cookie = await visitor.signedIn();
    const asked = await visitor.signIn({ apiKey: api.keys.VIEWER }, { origin });
    expect(asked.status).toBe(403);
    expect(asked.headers.get('set-cookie')).toBeNull();
    expect(await visitor.signOut(cookie, { origin })).toMatchObject({ status: 403 });
    expect(await visitor.isGood(cookie)).toBe(true);
  });

  it('writes no key, token or code to the log', async () => {
    const cookie = await visitor.signedIn();
    await visitor.signIn({ apiKey: 'nxs_a-wrong-one' });
    await visitor.signIn({ signInCode: 'a-wrong-code' });
    await visitor.signOut(cookie);
    const log = api.log.join('\n');
    for (const secret of [api.keys.VIEWER, cookie.split('=')[1] ?? '', 'a-wrong']) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('signing out', () => {
  it('ends the session at once, over HTTP and on its sockets, and no other', async () => {
    const [cookie, other] = [await visitor.signedIn(), await visitor.signedIn()];
    const [socket, kept] = await Promise.all(
      [cookie, other].map((each) => openSocket(api.address, undefined, { cookie: each })),
    );
    const told = await visitor.signOut(cookie, { origin: api.address });
    expect(told.status).toBe(204);
    expect(told.headers.get('set-cookie')).toBe(
      'nexus_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    );
    expect(await socket?.closed(1_000)).toEqual({ code: 4403, reason: 'Signed out' });
    expect([await visitor.isGood(cookie), await visitor.isGood(other)]).toEqual([false, true]);
    kept?.subscribe('1', VIEWER);
    expect((await kept?.message(({ id }) => id === '1'))?.payload).toEqual({ data: asViewer });
    kept?.close();
  });

  it('closes its sockets at other processes within 5 s', async () => {
    const cookie = await visitor.signedIn();
    const socket = await openSocket(elsewhere.address, undefined, { cookie });
    await visitor.signOut(cookie);
    expect((await socket.closed(5_000)).code).toBe(4403);
  });

  it('twice, or with no cookie, is no fault', async () => {
    const cookie = await visitor.signedIn();
    await visitor.signOut(cookie);
    for (const each of [cookie, 'other=1']) expect((await visitor.signOut(each)).status).toBe(204);
  });
});

describe('the sign-in link', () => {
  it('signs in once, as the oldest ADMIN key that is still good', async () => {
    const { prisma, apiKeys } = api.services;
    const { text, code } = createSignInCode({
      callerNow: () => oldestAdmin(prisma, api.tenantId),
    });
    const logger = pino({ level: 'silent' });
    const server = await startHttpServer({
      api: openApi({ schema: buildSchema(), services: api.services, signInCode: code }, logger),
      host: '127.0.0.1',
      port: 0,
      keepAliveSeconds: 75,
      probes: { database: async () => true, queue: async () => true },
      logger,
    });
    try {
      const redeem = (signInCode: string) => visitor.signIn({ signInCode }, {}, server.address);
      expect((await redeem('wrong')).status).toBe(401);
      const told = await redeem(text);
      expect(told).toMatchObject({ status: 200, body: { role: 'ADMIN', tenant: 'served' } });
      const caller = await apiKeys.resolveCaller(api.keys.ADMIN);
      const { data } = await visitor.ask(
        { cookie: cookieOf(told), ...CSRF },
        { query: '{ viewer { apiKey { name role } } }' },
      );
      expect(data).toEqual({ viewer: { apiKey: { name: 'admin', role: 'ADMIN' } } });
      expect(await oldestAdmin(prisma, api.tenantId)).toEqual(caller);
      expect((await redeem(text)).status).toBe(401);
    } finally {
      await server.close(0);
    }
  });

  it('goes over to the next ADMIN key when one is revoked, and stands for nobody at last', async () => {
    const { prisma, apiKeys } = api.services;
    const { tenant } = await createTenant(prisma, 'loses its keys');
    const { value } = await apiKeys.create(tenant.id, { name: 'second', role: 'ADMIN' });
    await apiKeys.create(tenant.id, { name: 'third', role: 'OPERATOR' });
    const first = await oldestAdmin(prisma, tenant.id);
    await apiKeys.revoke(tenant.id, first?.apiKeyId ?? '');
    const second = await oldestAdmin(prisma, tenant.id);
    expect(second).toEqual({ tenantId: tenant.id, apiKeyId: value?.apiKey.id, role: 'ADMIN' });
    const revokedAt = new Date();
    await prisma.apiKey.updateMany({ where: { id: second?.apiKeyId ?? '' }, data: { revokedAt } });
    expect(await oldestAdmin(prisma, tenant.id)).toBeNull();
  });
});
