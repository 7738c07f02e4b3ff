import type { Pool } from 'pg';
import type { Customer, Prisma, PrismaClient } from '../generated/prisma/client.ts';

import { isCustomerKey } from '../domain/customer-key.ts';
import type { Path } from '../domain/input-rules.ts';
import type { UserFault } from '../domain/user-fault.ts';

/** The ids of those of the tenant's customers that have one of these keys. One statement. */
export async function customerIdsOf(
  pool: Pool,
  tenantId: string,
  keys: readonly string[],
): Promise<string[]> {
  const possible = keys.filter(isCustomerKey);
  if (possible.length === 0) return [];
  const { rows } = await pool.query<{ id: string }>({
    name: 'customer-ids',
    text: 'SELECT id FROM "Customer" WHERE "tenantId" = $1::uuid AND key = ANY ($2::text[])',
    values: [tenantId, possible],
  });
  return rows.map(({ id }) => id);
}

/** By their ids, without those that were erased. */
export async function findCustomers(
  prisma: PrismaClient,
  tenantId: string,
  ids: string[],
): Promise<Map<string, Customer>> {
  const found = await prisma.customer.findMany({
    where: { id: { in: ids }, tenantId, erasedAt: null },
  });
  return new Map(found.map((customer) => [customer.id, customer]));
}

/** A tenant's customer by its key; `fields` are what an operation asks for of it. */
export async function findCustomer(
  prisma: PrismaClient,
  { tenantId, key }: { tenantId: string; key: string },
  fields: Pick<Prisma.CustomerFindFirstArgs, 'select'>,
): Promise<Customer | null> {
  if (!isCustomerKey(key)) return null;
  return prisma.customer.findFirst({ ...fields, where: { tenantId, key } });
}

/** The fault for a key that none of the tenant's customers has. */
export function noSuchCustomer(field: Path): UserFault {
  const message = 'There is no customer with this key; customerUpsert makes one.';
  return { field: [...field], message, code: 'NOT_FOUND' };
}
