import type { Pool } from 'pg';

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

/** The fault for a key that none of the tenant's customers has. */
export function noSuchCustomer(field: Path): UserFault {
  const message = 'There is no customer with this key; customerUpsert makes one.';
  return { field: [...field], message, code: 'NOT_FOUND' };
}
