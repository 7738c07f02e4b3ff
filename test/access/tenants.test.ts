import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTenant, ensureFirstTenant } from '../../server/access/tenants.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';

let test: TestServices;
beforeEach(async () => {
  test = await createTestServices();
});
afterEach(() => test.close());

const BOOTSTRAP = 'a-key-of-16-char';

describe('the first tenant', () => {
  it('is made once, with one key, by processes that start at the same time', async () => {
    const { prisma, apiKeys } = test.services;
    const starts = await Promise.all(
      Array.from({ length: 8 }, () => ensureFirstTenant(prisma, { bootstrapApiKey: null })),
    );
    const keys = starts.flatMap(({ newKey }) => newKey ?? []);

    expect(keys).toHaveLength(1);
    expect(new Set(starts.map(({ tenantId }) => tenantId)).size).toBe(1);
    expect(await prisma.tenant.findMany()).toMatchObject([{ name: 'default' }]);
    expect(await apiKeys.resolveCaller(keys[0] ?? '')).toMatchObject({ role: 'ADMIN' });
  });

  it('has the key it is given, which is not shown again', async () => {
    const { prisma, apiKeys } = test.services;
    const start = () => ensureFirstTenant(prisma, { bootstrapApiKey: BOOTSTRAP });
    const [{ newKey, tenantId }, again] = [await start(), await start()];

    expect(newKey).toBeNull();
    expect(again.newKey).toBeNull();
    expect(await apiKeys.resolveCaller(BOOTSTRAP)).toMatchObject({ tenantId, role: 'ADMIN' });
    const [row] = await prisma.apiKey.findMany();
    expect(row?.hint).toBe(BOOTSTRAP.slice(0, 4));
    expect(await prisma.apiKey.count()).toBe(1);
  });

  it('gains the key that a later start names', async () => {
    const { prisma, apiKeys } = test.services;
    const { tenantId } = await ensureFirstTenant(prisma, { bootstrapApiKey: null });
    await createTenant(prisma, 'a second one');
    await ensureFirstTenant(prisma, { bootstrapApiKey: BOOTSTRAP });
    expect(await apiKeys.resolveCaller(BOOTSTRAP)).toMatchObject({ tenantId, role: 'ADMIN' });
  });

  it('does not bring a revoked key back', async () => {
    const { prisma, apiKeys } = test.services;
    const { tenantId } = await ensureFirstTenant(prisma, { bootstrapApiKey: BOOTSTRAP });
    await apiKeys.create(tenantId, { name: 'another', role: 'ADMIN' });
    const caller = await apiKeys.resolveCaller(BOOTSTRAP);
    await apiKeys.revoke(tenantId, caller?.apiKeyId ?? '');

    const { bootstrapKeyWorks } = await ensureFirstTenant(prisma, { bootstrapApiKey: BOOTSTRAP });

    expect(bootstrapKeyWorks).toBe(false);
    expect(await apiKeys.resolveCaller(BOOTSTRAP)).toBeNull();
  });

  it('takes no key of another tenant', async () => {
    const { prisma } = test.services;
    await ensureFirstTenant(prisma, { bootstrapApiKey: null });
    const { key } = await createTenant(prisma, 'a second one');
    await expect(ensureFirstTenant(prisma, { bootstrapApiKey: key })).rejects.toThrow(
      /another tenant/,
    );
  });
});
