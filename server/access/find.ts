import { keysetQuery, type KeysetPage } from '../database/keyset-page.ts';
import type { ApiKey, Prisma, PrismaClient, Tenant } from '../generated/prisma/client.ts';
import type { Caller } from './caller.ts';

/** A page of a tenant's API keys, revoked ones among them, newest first. */
export function listApiKeys(
  prisma: PrismaClient,
  tenantId: string,
  page: KeysetPage,
): Promise<ApiKey[]> {
  const { id, orderBy, take } = keysetQuery(page);
  return prisma.apiKey.findMany({ where: { tenantId, id }, orderBy, take });
}

/** Those of a tenant's API keys, revoked ones among them. */
export function findApiKeys(
  prisma: PrismaClient,
  tenantId: string,
  ids: readonly string[],
): Promise<ApiKey[]> {
  return prisma.apiKey.findMany({ where: { tenantId, id: { in: [...ids] } } });
}

/** The caller's tenant; `fields` are what an operation asks for of it. */
export function tenantOf(
  prisma: PrismaClient,
  { tenantId }: Caller,
  fields: Pick<Prisma.TenantFindUniqueOrThrowArgs, 'select' | 'include'>,
): Promise<Tenant> {
  return prisma.tenant.findUniqueOrThrow({ ...fields, where: { id: tenantId } });
}

/** The caller's key; `fields` are what an operation asks for of it. */
export function apiKeyOf(
  prisma: PrismaClient,
  { apiKeyId }: Caller,
  fields: Pick<Prisma.ApiKeyFindUniqueOrThrowArgs, 'select' | 'include'>,
): Promise<ApiKey> {
  return prisma.apiKey.findUniqueOrThrow({ ...fields, where: { id: apiKeyId } });
}
