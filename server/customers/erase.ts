import type { Pool, PoolClient } from 'pg';

import { CURRENT_XID } from '../database/transaction-ids.ts';
import { inTransaction } from '../database/transaction.ts';
import { isCustomerKey } from '../domain/customer-key.ts';
import type { Outcome } from '../domain/user-fault.ts';
import { retryTransient } from '../faults/database-faults.ts';
import { noSuchCustomer } from './find.ts';

/* Without its key nothing is triggered for it any more, and a new customer may have the key. */
const ERASE = `
UPDATE "Customer" SET key = NULL, name = '', metadata = '{}', "searchText" = '', grams = '{}',
  "erasedAt" = now(), "updatedAt" = now(), "erasedXid" = ${CURRENT_XID}
WHERE "tenantId" = $1::uuid AND key = $2
RETURNING id`;

/* In the order in which others lock them. */
const DELETE_WEBHOOKS = `
WITH picked AS (
  SELECT id FROM "Webhook"
  WHERE "tenantId" = $1::uuid AND "customerId" = $2::uuid AND "deletedAt" IS NULL
  ORDER BY id FOR UPDATE
), deleted AS (
  UPDATE "Webhook" w SET "deletedAt" = now(), "updatedAt" = now(), revision = w.revision + 1, "isActive" = false,
    "disabledAt" = coalesce(w."disabledAt", now()), "disabledReason" = coalesce(w."disabledReason", 'MANUAL')
  FROM picked WHERE w.id = picked.id
)
DELETE FROM "EventSubscription" s USING picked WHERE s."webhookId" = picked.id`;

/* What recoveries were asked for names customers by their keys. */
const FORGET_IN_RECOVERIES = `
UPDATE "Recovery" SET filter = jsonb_set(filter, '{retry,customers}', (filter #> '{retry,customers}') - $2)
WHERE "tenantId" = $1::uuid AND filter #> '{retry,customers}' ? $2`;

/**
 * Erases the tenant's customer with this key: its webhooks are deleted, nothing is triggered for it
 * and nothing of it is claimed from here on (claim.ts). Its rows go later (erasing.ts).
 */
export async function eraseCustomer(
  pool: Pool,
  tenantId: string,
  key: string,
): Promise<Outcome<{ key: string }>> {
  const isErased =
    isCustomerKey(key) &&
    (await retryTransient(() => inTransaction(pool, (client) => erase(client, tenantId, key))));
  return isErased ? { value: { key } } : { faults: [noSuchCustomer(['input', 'key'])] };
}

/** One statement after the other: whoever makes a webhook of it holds it, so the second sees all of them. */
async function erase(client: PoolClient, tenantId: string, key: string): Promise<boolean> {
  const { rows } = await client.query<{ id: string }>(ERASE, [tenantId, key]);
  const [customer] = rows;
  if (customer === undefined) return false;
  await client.query(DELETE_WEBHOOKS, [tenantId, customer.id]);
  await client.query(FORGET_IN_RECOVERIES, [tenantId, key]);
  return true;
}
