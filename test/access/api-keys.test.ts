import { createHash } from 'node:crypto';

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ApiKeys, createApiKeys } from '../../server/access/api-keys.ts';
import { endedCredentials } from '../../server/access/ended-credentials.ts';
import { createTenant } from '../../server/access/tenants.ts';
import type { PrismaClient } from '../../server/generated/prisma/client.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { waitFor } from '../support/wait.ts';

let test: TestServices;
let prisma: PrismaClient;
let apiKeys: ApiKeys;

beforeAll(async () => {
  test = await createTestServices();
  ({ prisma, apiKeys } = test.services);
});
afterAll(() => test.close());

async function made(tenantId: string, role: 'ADMIN' | 'VIEWER' = 'VIEWER') {
  const { value } = await apiKeys.create(tenantId, { name: 'a key', role });
  if (value === undefined) throw new Error('not made');
  return value;
}

describe('an API key', () => {
  it('is random, and kept as its SHA-256 alone', async () => {
    const { tenant } = await createTenant(prisma, 'keeps hashes');
    const { apiKey, key } = await made(tenant.id);

    expect(key).toMatch(/^nxs_[\w-]{43}$/);
    expect(Buffer.from(apiKey.hash)).toEqual(createHash('sha256').update(key).digest());
    expect(apiKey.hint).toBe(key.slice(0, 8));
    const rows = await prisma.$queryRaw<{ row: string }[]>`SELECT k::text AS row FROM "ApiKey" k`;
    expect(rows.filter(({ row }) => row.includes(key))).toEqual([]);
  });

  it('names its caller, and no one else does', async () => {
    const { tenant } = await createTenant(prisma, 'names callers');
    const { apiKey, key } = await made(tenant.id);

    expect(await apiKeys.resolveCaller(key)).toEqual({
      tenantId: tenant.id,
      apiKeyId: apiKey.id,
      role: 'VIEWER',
    });
    expect(await apiKeys.resolveCaller(`${key}x`)).toBeNull();
    expect(await apiKeys.resolveCaller('x'.repeat(100_000))).toBeNull();
  });

  it('is looked up together with the others of its moment', async () => {
    const { tenant } = await createTenant(prisma, 'shares statements');
    const keys = await Promise.all(Array.from({ length: 20 }, () => made(tenant.id)));
    const queries: unknown[] = [];
    const { pool } = test.services;
    const query = pool.query;
    pool.query = ((...args: unknown[]) => {
      if (JSON.stringify(args).includes('api-keys-by-hash')) queries.push(args);
      return Reflect.apply(query, pool, args) as unknown;
    }) as typeof pool.query;
    try {
      const callers = await Promise.all(keys.map(({ key }) => apiKeys.resolveCaller(key)));
      expect(callers.map((caller) => caller?.apiKeyId)).toEqual(
        keys.map(({ apiKey }) => apiKey.id),
      );
    } finally {
      pool.query = query;
    }
    expect(queries).toHaveLength(1);
  });

  it('stops working the moment it is revoked', async () => {
    const { tenant } = await createTenant(prisma, 'revokes');
    const { apiKey, key } = await made(tenant.id);
    await apiKeys.resolveCaller(key);
    expect(await endedCredentials(test.services.pool, [apiKey.id])).toEqual(new Set());

    const { value } = await apiKeys.revoke(tenant.id, apiKey.id);

    expect(value?.revokedAt).toBeInstanceOf(Date);
    expect(await apiKeys.resolveCaller(key)).toBeNull();
    const ended = await endedCredentials(test.services.pool, [apiKey.id]);
    expect(ended).toEqual(new Set([apiKey.id]));
  });

  describe('that another process revokes', () => {
    /** One process with a clock of ours, and the statements by which it looked keys up. */
    async function otherProcess() {
      const { pool } = test.services;
      let now = 0;
      let lookups = 0;
      const counted = new Proxy(pool, {
        get(target, name) {
          if (name !== 'query') return Reflect.get(target, name) as unknown;
          return (query: { name?: string }) => {
            if (query.name === 'api-keys-by-hash') lookups += 1;
            return Reflect.apply(target.query, target, [query]) as unknown;
          };
        },
      });
      const other = createApiKeys({
        prisma,
        pool: counted,
        logger: pino({ level: 'silent' }),
        now: () => now,
      });
      return { other, at: (ms: number) => (now = ms), lookups: () => lookups };
    }

    it('stops working within a second', async () => {
      const { tenant } = await createTenant(prisma, 'revokes elsewhere');
      const { apiKey, key } = await made(tenant.id);
      const { other, at } = await otherProcess();
      expect(await other.resolveCaller(key)).toMatchObject({ apiKeyId: apiKey.id });
      await apiKeys.revoke(tenant.id, apiKey.id);

      at(1_000);
      expect(await other.resolveCaller(key)).toBeNull();
    });

    it('stops working sooner where it is in use', async () => {
      const { tenant } = await createTenant(prisma, 'revokes a busy one');
      const { apiKey, key } = await made(tenant.id);
      const { other, at } = await otherProcess();
      await other.resolveCaller(key);
      await apiKeys.revoke(tenant.id, apiKey.id);

      at(499);
      expect(await other.resolveCaller(key)).not.toBeNull();
      at(500);
      await other.resolveCaller(key);
      await other.drain();
      expect(await other.resolveCaller(key)).toBeNull();
    });

    it('is looked up twice a second, however often it is used, and nobody waits for it', async () => {
      const { tenant } = await createTenant(prisma, 'is busy');
      const { key } = await made(tenant.id);
      const { other, at, lookups } = await otherProcess();
      for (let ms = 0; ms <= 2_000; ms += 5) {
        at(ms);
        expect(await other.resolveCaller(key)).not.toBeNull();
        if (ms % 500 === 0) await other.drain();
      }
      expect(lookups()).toBe(5);
    });

    it('is not remembered from a look-up that began before it was revoked here', async () => {
      const { tenant } = await createTenant(prisma, 'races');
      const { apiKey, key } = await made(tenant.id);
      const { other } = await otherProcess();
      const looking = other.resolveCaller(key);
      const revoking = other.revoke(tenant.id, apiKey.id);
      await Promise.all([looking, revoking]);
      expect(await other.resolveCaller(key)).toBeNull();
    });
  });

  it('is revoked once, however often it is asked for', async () => {
    const { tenant } = await createTenant(prisma, 'revokes twice');
    const { apiKey } = await made(tenant.id);
    const first = await apiKeys.revoke(tenant.id, apiKey.id);
    const second = await apiKeys.revoke(tenant.id, apiKey.id);
    expect(second.value?.revokedAt).toEqual(first.value?.revokedAt);
  });

  it('stays where it is the last ADMIN key, though two are revoked at once', async () => {
    const { tenant } = await createTenant(prisma, 'keeps an admin');
    await made(tenant.id, 'ADMIN');
    const admins = await prisma.apiKey.findMany({ where: { tenantId: tenant.id } });

    const outcomes = await Promise.all(admins.map(({ id }) => apiKeys.revoke(tenant.id, id)));

    expect(outcomes.flatMap(({ faults = [] }) => faults.map(({ code }) => code))).toEqual([
      'NOT_ALLOWED_NOW',
    ]);
    expect(await prisma.apiKey.count({ where: { tenantId: tenant.id, revokedAt: null } })).toBe(1);
  });

  it('of another tenant does not exist', async () => {
    const [ours, theirs] = await Promise.all([
      createTenant(prisma, 'ours'),
      createTenant(prisma, 'theirs'),
    ]);
    const { apiKey, key } = await made(theirs.tenant.id);
    const { faults } = await apiKeys.revoke(ours.tenant.id, apiKey.id);
    expect(faults?.map(({ code }) => code)).toEqual(['NOT_FOUND']);
    expect(await apiKeys.resolveCaller(key)).not.toBeNull();
  });

  it('notes when it was last used, and not at each use', async () => {
    const { tenant } = await createTenant(prisma, 'notes uses');
    const { apiKey, key } = await made(tenant.id);
    await apiKeys.resolveCaller(key);
    const lastUsedAt = async () =>
      (await prisma.apiKey.findUniqueOrThrow({ where: { id: apiKey.id } })).lastUsedAt;
    const first = await waitFor(lastUsedAt);

    await apiKeys.resolveCaller(key);
    await apiKeys.drain();
    expect(await lastUsedAt()).toEqual(first);
  });

  it.each([
    ['', 'INVALID'],
    ['  ', 'INVALID'],
    ['a\u0000b', 'INVALID'],
    ['x'.repeat(101), 'TOO_LARGE'],
  ])('is not made with the name %j', async (name, code) => {
    const { tenant } = await createTenant(prisma, 'names');
    const { faults } = await apiKeys.create(tenant.id, { name, role: 'VIEWER' });
    expect(faults).toMatchObject([{ field: ['input', 'name'], code }]);
  });
});
