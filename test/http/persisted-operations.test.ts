import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OperationRules } from '../../server/env.ts';
import { readPersistedOperations } from '../../server/http/graphql/persisted-operations.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

const VIEWER = 'query Mine { ...mine } fragment mine on Query { viewer { apiKey { role } } }';
const TICKS = 'subscription { testTicks(count: 1) }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } },
});

let folder: string;
let open: ServedApi;
let closed: ServedApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-operations-'));
  const persistedFile = join(folder, 'operations.json');
  const texts = [VIEWER, TICKS, 'mutation { testWrite }'];
  await writeFile(
    persistedFile,
    JSON.stringify(Object.fromEntries(texts.map((text) => [sha256(text), text]))),
  );
  const served = (rules: Partial<OperationRules>) =>
    serveApi((configuration) => ({
      ...configuration,
      operations: { ...configuration.operations, persistedFile, ...rules },
    }));
  [open, closed] = await Promise.all([
    served({}),
    served({ persistedOnly: true, introspection: false }),
  ]);
});
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  await rm(folder, { recursive: true });
});

/** What HTTP and a socket answer, which must be the same: data, or the codes of errors. */
async function answerOf(api: ServedApi, params: { query?: string; extensions?: object }) {
  const key = api.keys.ADMIN;
  const { data, errors } = await api.post(params, { key });
  const overHttp = errors?.map(({ extensions }) => extensions['code']) ?? data;

  const socket = await openSocket(api.address, { apiKey: key });
  socket.subscribe('1', { query: '', ...params });
  const message = await socket.message(({ id }) => id === '1');
  const overSocket =
    message.type === 'error'
      ? socket.errorsOf(message).map(({ extensions }) => extensions['code'])
      : (message.payload as { data: unknown }).data;
  socket.close();
  expect(overSocket).toEqual(overHttp);
  return overHttp;
}

const asAdmin = { viewer: { apiKey: { role: 'ADMIN' } } };

describe('a persisted operation', () => {
  it('is taken by the hash of its text, whatever else is taken', async () => {
    expect(await answerOf(open, byHash(VIEWER))).toEqual(asAdmin);
    expect(await answerOf(closed, byHash(VIEWER))).toEqual(asAdmin);
    expect(await answerOf(open, { query: '{ viewer { apiKey { role } } }' })).toEqual(asAdmin);
  });

  it('is taken as text, in any layout', async () => {
    const other = `# mine
      fragment mine on Query { viewer { apiKey { role } } }
      query Mine { ...mine __typename }`;
    expect(await answerOf(closed, { query: VIEWER })).toEqual(asAdmin);
    expect(await answerOf(closed, { query: other })).toMatchObject(asAdmin);
  });

  it('may be a subscription', async () => {
    const socket = await openSocket(closed.address, { apiKey: closed.keys.ADMIN });
    socket.subscribe('1', { query: '', ...byHash(TICKS) });
    expect((await socket.message(({ id }) => id === '1')).payload).toEqual({
      data: { testTicks: 1 },
    });
    socket.close();
  });

  it('is still no way to change something by GET', async () => {
    const extensions = JSON.stringify(byHash('mutation { testWrite }').extensions);
    const response = await fetch(
      `${closed.address}/graphql?extensions=${encodeURIComponent(extensions)}`,
      { headers: { authorization: `Bearer ${closed.keys.ADMIN}` } },
    );
    expect(response.status).toBe(405);
  });

  it.each([
    ['another text', { query: '{ viewer { apiKey { id } } }' }, 'FORBIDDEN'],
    ['a part of a known one', { query: '{ viewer { apiKey { role } } }' }, 'FORBIDDEN'],
    ['introspection', { query: '{ __schema { queryType { name } } }' }, 'FORBIDDEN'],
    ['an unknown hash', byHash('{ viewer { apiKey { id } } }'), 'PERSISTED_QUERY_NOT_FOUND'],
    ['a hash that is none', { extensions: { persistedQuery: {} } }, null],
  ])('is not %s', async (_what, params, code) => {
    if (code === null) {
      const { status, errors } = await closed.post(params, { key: closed.keys.ADMIN });
      expect([status, errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
    } else {
      expect(await answerOf(closed, params)).toEqual([code]);
    }
  });
});

describe('the file of PERSISTED_OPERATIONS', () => {
  it.each([
    ['is not there', null],
    ['is no JSON', '{'],
    ['holds no texts', '{ "a": 1 }'],
    ['holds no GraphQL', '{ "a": "{" }'],
  ])('that %s is told at the start', async (_what, content) => {
    const persistedFile = join(folder, 'bad.json');
    await rm(persistedFile, { force: true });
    if (content !== null) await writeFile(persistedFile, content);
    const rules = { introspection: true, persistedOnly: true, persistedFile };
    expect(() => readPersistedOperations(rules)).toThrow(/^PERSISTED_OPERATIONS=.* cannot be read/);
  });
});
