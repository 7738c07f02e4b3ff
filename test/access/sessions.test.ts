import { createHash } from 'node:crypto';

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { endedCredentials } from '../../server/access/ended-credentials.ts';
import { createSessions } from '../../server/access/sessions.ts';
import { createTenant } from '../../server/access/tenants.ts';
import type { Services } from '../../server/graphql/schema/context.ts';
import { explain } from '../support/database/explain.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { waitFor } from '../support/wait.ts';

let on: TestServices;
let services: Services;

beforeAll(async () => {
  on = await createTestServices();
  ({ services } = on);
});
afterAll(() => on.close());

/** A tenant with a VIEWER key and a session of that key. */
async function signedIn() {
  const { prisma, apiKeys, sessions } = services;
  const { tenant } = await createTenant(prisma, 'signs in');
  const { value } = await apiKeys.create(tenant.id, { name: 'a key', role: 'VIEWER' });
  if (value === undefined) throw new Error('not made');
  const { apiKey } = value;
  const token = await sessions.create({ tenantId: tenant.id, apiKeyId: apiKey.id, role: 'VIEWER' });
  const row = await prisma.session.findUniqueOrThrow({ where: { tokenHash: sha256(token) } });
  return { tenantId: tenant.id, apiKey, token, row };
}

const sha256 = (text: string) => Buffer.from(createHash('sha256').update(text).digest());

const endedAmong = (...ids: string[]) => endedCredentials(services.pool, ids);

async function expire(sessionId: string): Promise<void> {
  await services.pool.query(
    `UPDATE "Session" SET "expiresAt" = now() - interval '1 ms' WHERE id = $1`,
    [sessionId],
  );
}

describe('a session', () => {
  it('has a random token, of which the hash alone is kept', async () => {
    const { token, row } = await signedIn();
    expect(token).toMatch(/^nxs_session_[\w-]{43}$/);
    const { rows } = await services.pool.query<{ row: string }>(
      'SELECT s::text AS row FROM "Session" s',
    );
    expect(rows.filter((each) => each.row.includes(token))).toEqual([]);
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(7 * 86_400_000);
  });

  it('stands for its key, and no other token does', async () => {
    const { sessions, apiKeys } = services;
    const { token, tenantId, apiKey, row } = await signedIn();
    expect(await sessions.resolve(token)).toEqual({
      tenantId,
      apiKeyId: apiKey.id,
      role: 'VIEWER',
      sessionId: row.id,
    });
    const other = `nxs_session_${'A'.repeat(43)}`;
    for (const wrong of [other, `${token}x`, '', 'x'.repeat(100_000)]) {
      expect(await sessions.resolve(wrong)).toBeNull();
      expect(await sessions.end(wrong)).toBeNull();
    }
    expect(await apiKeys.resolveCaller(token)).toBeNull();
  });

  it('ends once, and nobody else with it', async () => {
    const { sessions } = services;
    const [ended, kept] = [await signedIn(), await signedIn()];
    expect(await endedAmong(ended.row.id, kept.row.id)).toEqual(new Set());
    expect(await sessions.end(ended.token)).toBe(ended.row.id);
    expect(await sessions.end(ended.token)).toBeNull();
    expect(await sessions.resolve(ended.token)).toBeNull();
    expect(await sessions.resolve(kept.token)).not.toBeNull();
    expect(await endedAmong(ended.row.id, kept.row.id)).toEqual(new Set([ended.row.id]));
  });

  it('ends with its key', async () => {
    const { token, tenantId, apiKey, row } = await signedIn();
    await services.apiKeys.revoke(tenantId, apiKey.id);
    expect(await services.sessions.resolve(token)).toBeNull();
    expect(await endedAmong(row.id, apiKey.id)).toEqual(new Set([row.id, apiKey.id]));
  });

  it('ends with its time', async () => {
    const { token, row } = await signedIn();
    await expire(row.id);
    expect(await services.sessions.resolve(token)).toBeNull();
    expect(await endedAmong(row.id)).toEqual(new Set([row.id]));
  });

  it('clears expired ones away when it is made', async () => {
    const [expired, kept] = [await signedIn(), await signedIn()];
    await expire(expired.row.id);
    const made = await signedIn();
    const left = await services.prisma.session.findMany({
      where: { id: { in: [expired.row.id, kept.row.id, made.row.id] } },
      orderBy: { id: 'asc' },
    });
    expect(left.map(({ id }) => id)).toEqual([kept.row.id, made.row.id]);
  });

  it('counts as use of its key', async () => {
    const { token, apiKey } = await signedIn();
    const lastUsedAt = async () =>
      (await services.prisma.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } })).lastUsedAt;
    expect(await lastUsedAt()).toBeNull();
    await services.sessions.resolve(token);
    expect(await waitFor(lastUsedAt)).toBeInstanceOf(Date);
  });

  it('is found by index among many, and together with the others of its moment', async () => {
    const { pool } = services;
    await pool.query(
      `INSERT INTO "Session" (id, "tokenHash", "apiKeyId", "tenantId", "expiresAt")
       SELECT gen_random_uuid(), sha256(n::text::bytea), gen_random_uuid(), gen_random_uuid(),
              now() + interval '1 day'
       FROM generate_series(1, 20000) n`,
    );
    await pool.query('ANALYZE "Session"');
    const { tenantId, apiKey, token, row } = await signedIn();

    const made: { name: string; text: string; values: unknown[] }[] = [];
    const noted = Object.create(pool) as typeof pool;
    noted.query = ((query: (typeof made)[number]) => {
      made.push(query);
      return pool.query(query);
    }) as typeof pool.query;
    const sessions = createSessions({ pool: noted, logger: pino({ level: 'silent' }) });

    const second = await sessions.create({ tenantId, apiKeyId: apiKey.id, role: 'VIEWER' });
    const found = await Promise.all([token, second, token].map((each) => sessions.resolve(each)));
    expect(found.every((caller) => caller !== null)).toBe(true);
    await endedCredentials(noted, [row.id]);
    await sessions.end(second);
    await sessions.drain();

    const queries = made.filter(({ name }) => name !== 'api-keys-used');
    expect(queries.map(({ name }) => name)).toEqual([
      'session-insert',
      'sessions-by-hash',
      'credentials-still-good',
      'session-delete',
    ]);
    for (const query of queries) {
      expect((await explain(pool, query)).scannedTables).not.toContain('Session');
    }
  });
});
