import { foldForSearch, gramsOf, literalInLike } from '../domain/search-text.ts';
import { isStorable } from '../domain/stored-text.ts';
import { keysetQuery, type KeysetPage } from '../database/keyset-page.ts';
import type { Customer, Prisma, PrismaClient } from '../generated/prisma/client.ts';

/** Which customers of a tenant to list; what is null or left out does not narrow. */
export interface CustomerFilter {
  /** Part of the key or the name, whatever the case (search-text.ts). */
  search?: string | null | undefined;
}

/** A page of the tenant's customers that fit the filter, newest first. */
export function listCustomers(
  prisma: PrismaClient,
  tenantId: string,
  filter: CustomerFilter | null | undefined,
  page: KeysetPage,
): Promise<Customer[]> {
  const { id, orderBy, take } = keysetQuery(page);
  const matching = customersMatching(tenantId, filter);
  return prisma.customer.findMany({ where: { AND: [matching, { id }] }, orderBy, take });
}

function customersMatching(
  tenantId: string,
  filter: CustomerFilter | null | undefined,
): Prisma.CustomerWhereInput {
  const { search } = filter ?? {};
  const kept = { tenantId, erasedAt: null };
  if (search === null || search === undefined) return kept;
  if (!isStorable(search)) return { id: { in: [] } };
  const text = foldForSearch(search);
  const grams = gramsOf(text);
  return {
    ...kept,
    searchText: { contains: literalInLike(text) },
    // Shorter texts are in so many that a page of them is soon found.
    ...(grams.length > 0 && { grams: { hasEvery: [tenantId, ...grams] } }),
  };
}
