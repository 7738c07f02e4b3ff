import { foldForSearch, gramsOf, literalInLike } from '../domain/search-text.ts';
import { isStorable } from '../domain/stored-text.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** Which customers of a tenant to list; what is null or left out does not narrow. */
export interface CustomerFilter {
  /** Part of the key or the name, whatever the case (search-text.ts). */
  search?: string | null | undefined;
}

/** The tenant's customers that fit the filter, as a condition for Prisma. */
export function customersMatching(
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
