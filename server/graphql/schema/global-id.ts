import { decodeGlobalId } from '../../domain/global-id.ts';
import { isUuid } from '../../domain/identifiers.ts';
import { badUserInput } from '../errors/errors.ts';

/**
 * The uuid in a global id of this type; null where it is none, for which a query returns null
 * and a mutation with NOT_FOUND: such an object does not exist.
 */
export function uuidOf(typename: string, globalId: string): string | null {
  const decoded = decodeGlobalId(globalId);
  return decoded?.typename === typename && isUuid(decoded.id) ? decoded.id : null;
}

/**
 * The uuids of a filter's ids. One of another tenant matches nothing; one that is no id of this
 * type can only be a mistake and is an error.
 * @throws BAD_USER_INPUT with the path of the first that is none.
 */
export function filterUuids(
  typename: string,
  globalIds: readonly string[],
  path: readonly (string | number)[],
): string[] {
  return globalIds.map((globalId, index) => {
    const uuid = uuidOf(typename, globalId);
    if (uuid === null) {
      throw badUserInput(`${path.join('.')}[${index}] is no id of a ${typename}.`, [
        ...path,
        index,
      ]);
    }
    return uuid;
  });
}
