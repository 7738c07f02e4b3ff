import type { Pool } from 'pg';

import type { Outcome } from '../domain/user-fault.ts';
import { eraseCustomer } from './erase.ts';
import { type UpsertCustomerInput, upsertCustomer, type UpsertedCustomer } from './upsert.ts';

/**
 * What can be done to a tenant's customers. Each returns every fault of its input at once, and then
 * has changed nothing; a customer of another tenant, or one that was erased, is NOT_FOUND.
 */
export interface CustomerService {
  upsert(tenantId: string, input: UpsertCustomerInput): Promise<Outcome<UpsertedCustomer>>;
  erase(tenantId: string, key: string): Promise<Outcome<{ key: string }>>;
}

export function createCustomerService(pool: Pool): CustomerService {
  return {
    upsert: (tenantId, input) => upsertCustomer(pool, tenantId, input),
    erase: (tenantId, key) => eraseCustomer(pool, tenantId, key),
  };
}
