import { customerIdsOf } from '../../customers/find.ts';
import { filterTexts } from '../limits/bounded-text.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';

/**
 * The ids of the customers that a filter names by their keys; none of those that there are not.
 * Undefined where the filter names none: it does not narrow. One statement.
 * @throws BAD_USER_INPUT for a list or a key that is too long.
 */
export async function customersOfFilter(
  context: GraphQLContext,
  keys: readonly string[] | null | undefined,
  path: readonly string[],
): Promise<string[] | undefined> {
  if (keys === null || keys === undefined) return undefined;
  const { tenantId } = callerOf(context);
  return customerIdsOf(context.services.pool, tenantId, filterTexts(keys, path));
}
