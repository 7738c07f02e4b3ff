import type { Pool } from 'pg';

import { canonicalJson, PayloadError } from '../domain/json/canonical-json.ts';
import { isCustomerKey } from '../domain/customer-key.ts';
import { newId } from '../domain/identifiers.ts';
import { invalid, nameFaults, notNull, tooLarge } from '../domain/input-rules.ts';
import { customerSearchText, gramsOf } from '../domain/search-text.ts';
import type { Outcome, UserFault } from '../domain/user-fault.ts';
import type { CustomerRow } from './row.ts';

const MOST_METADATA_BYTES = 4_096;

/** What is left out stays, or is the key (name) and nothing (metadata) of a new customer. */
export interface UpsertCustomerInput {
  key: string;
  name?: string | null | undefined;
  /** A JSON object. Null: none. */
  metadata?: unknown;
}

export interface UpsertedCustomer {
  customer: CustomerRow;
  isNew: boolean;
}

/* xmax is 0 in a row that this statement has put in. */
const UPSERT = `
INSERT INTO "Customer" AS kept (id, "tenantId", key, name, metadata, "searchText", grams)
VALUES ($1::uuid, $2::uuid, $3, coalesce($4, $3), coalesce($5, '{}'), $6, $7::text[])
ON CONFLICT ("tenantId", key) DO UPDATE SET
  name = coalesce($4, kept.name),
  metadata = coalesce($5, kept.metadata),
  "searchText" = CASE WHEN $4::text IS NULL THEN kept."searchText" ELSE excluded."searchText" END,
  grams = CASE WHEN $4::text IS NULL THEN kept.grams ELSE excluded.grams END,
  "updatedAt" = CASE WHEN kept.name IS DISTINCT FROM coalesce($4, kept.name)
    OR kept.metadata IS DISTINCT FROM coalesce($5, kept.metadata) THEN now() ELSE kept."updatedAt" END
RETURNING *, xmax = 0 AS "isNew"`;

/** Makes the tenant's customer with this key, or changes it. One statement. */
export async function upsertCustomer(
  pool: Pool,
  tenantId: string,
  { key, name, metadata }: UpsertCustomerInput,
): Promise<Outcome<UpsertedCustomer>> {
  const kept = metadata === undefined ? null : metadataText(metadata ?? {});
  const faults: UserFault[] = [...keyFaults(key), ...(kept?.faults ?? [])];
  if (name === null) faults.push(notNull(['input', 'name'], 'name'));
  if (typeof name === 'string') faults.push(...nameFaults(name, ['input', 'name']));
  if (faults.length > 0) return { faults };
  const searchText = customerSearchText({ key, name: name ?? key });
  const { rows } = await pool.query<CustomerRow & { isNew: boolean }>({
    name: 'upsert-customer',
    text: UPSERT,
    values: [
      newId(),
      tenantId,
      key,
      name ?? null,
      kept?.value ?? null,
      searchText,
      [tenantId, ...gramsOf(searchText)],
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a customer was neither made nor changed');
  const { isNew, ...customer } = row;
  return { value: { customer, isNew } };
}

function keyFaults(key: string): UserFault[] {
  if (isCustomerKey(key)) return [];
  return [invalid(['input', 'key'], 'A key is 1 to 128 characters of A-Z a-z 0-9 . _ : -')];
}

function metadataText(metadata: unknown): Outcome<string> {
  const field = ['input', 'metadata'];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return { faults: [invalid(field, 'Metadata is a JSON object: {"plan": "pro"}.')] };
  }
  try {
    const text = canonicalJson(metadata);
    if (!text.startsWith('{')) return { faults: [invalid(field, 'Metadata is a JSON object.')] };
    if (text.length <= MOST_METADATA_BYTES) return { value: text };
    const message = `Metadata has at most ${MOST_METADATA_BYTES} bytes; this has ${text.length}.`;
    return { faults: [tooLarge(field, message)] };
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    return { faults: [invalid(field, error.message.replaceAll('payload', 'metadata'))] };
  }
}
