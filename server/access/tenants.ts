import { ADVISORY_LOCKS } from '../database/advisory-locks.ts';
import { briefTypesOf } from '../event-types/brief-types.ts';
import { newId } from '../domain/identifiers.ts';
import type { Prisma, PrismaClient, Tenant } from '../generated/prisma/client.ts';
import { newApiKey } from './api-keys.ts';
import { hashKey, randomKey } from './key-material.ts';

/** A tenant and its first ADMIN key, whose text is here this once. */
export interface NewTenant {
  tenant: Tenant;
  key: string;
}

/** Makes a tenant and an ADMIN key for it. */
export function createTenant(prisma: PrismaClient, name: string): Promise<NewTenant> {
  return prisma.$transaction((transaction) => insertTenant(transaction, name, randomKey()));
}

async function insertTenant(
  transaction: Prisma.TransactionClient,
  name: string,
  key: string,
): Promise<NewTenant> {
  const tenant = await transaction.tenant.create({ data: { id: newId(), name } });
  await transaction.apiKey.create({ data: newApiKey(tenant.id, 'admin', 'ADMIN', key) });
  await transaction.eventType.createMany({ data: briefTypesOf(tenant.id) });
  return { tenant, key };
}

/** What a start found or made. */
export interface FirstTenant {
  tenantId: string;
  /** The new ADMIN key to show on the first start; null where it was given, or on later starts. */
  newKey: string | null;
  /** False where BOOTSTRAP_API_KEY names a key that was revoked: it stays so, and does not work. */
  bootstrapKeyWorks: boolean;
}

/** A start on a busy machine, or behind another process that is making the tenant, takes its time. */
const PATIENT = { maxWait: 30_000, timeout: 30_000 };

/**
 * On the first start makes the tenant "default" and its ADMIN key: `bootstrapApiKey`, or a random
 * one. On later starts makes `bootstrapApiKey`, where given, an ADMIN key of the first tenant, or
 * keeps it. Safe when several processes start at once.
 * @throws Error where the key is one of another tenant.
 */
export function ensureFirstTenant(
  prisma: PrismaClient,
  { bootstrapApiKey }: { bootstrapApiKey: string | null },
): Promise<FirstTenant> {
  return prisma.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.firstTenant}::int)`;
    const first = await transaction.tenant.findFirst({
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    if (first === null) {
      const key = bootstrapApiKey ?? randomKey();
      const { tenant } = await insertTenant(transaction, 'default', key);
      return {
        tenantId: tenant.id,
        newKey: bootstrapApiKey === null ? key : null,
        bootstrapKeyWorks: true,
      };
    }
    const bootstrapKeyWorks =
      bootstrapApiKey === null || (await keepBootstrapKey(transaction, first.id, bootstrapApiKey));
    return { tenantId: first.id, newKey: null, bootstrapKeyWorks };
  }, PATIENT);
}

/** Returns whether the key works: a revoked one is not brought back behind its revoker's back. */
async function keepBootstrapKey(
  transaction: Prisma.TransactionClient,
  tenantId: string,
  key: string,
): Promise<boolean> {
  const found = await transaction.apiKey.findUnique({ where: { hash: hashKey(key) } });
  if (found === null) {
    await transaction.apiKey.create({ data: newApiKey(tenantId, 'bootstrap', 'ADMIN', key) });
    return true;
  }
  if (found.tenantId !== tenantId) {
    throw new Error('BOOTSTRAP_API_KEY is a key of another tenant; choose another one.');
  }
  if (found.role !== 'ADMIN') {
    await transaction.apiKey.update({ where: { id: found.id }, data: { role: 'ADMIN' } });
  }
  return found.revokedAt === null;
}

/** Undoes the making of a tenant whose key nobody has seen, and which therefore holds nothing else. */
export async function forgetTenant(prisma: PrismaClient, tenantId: string): Promise<void> {
  await prisma.$transaction([
    prisma.apiKey.deleteMany({ where: { tenantId } }),
    prisma.eventType.deleteMany({ where: { tenantId } }),
    prisma.tenant.delete({ where: { id: tenantId } }),
  ]);
}
