import { isStorable } from '../../domain/stored-text.ts';
import { MAX_PAGE_SIZE } from '../schema/connection.ts';
import { badUserInput } from '../errors/errors.ts';

/** The longest text that a filter takes, in characters (UTF-16 units): as long as what it may name. */
const MAX_FILTER_LENGTH = 2_048;

type Path = readonly (string | number)[];

/**
 * A text of a filter, as it is.
 * @param path of the argument, for the error.
 * @throws BAD_USER_INPUT where it is longer than anything it could be compared with.
 */
export function filterText(text: string, path: Path): string {
  if (text.length <= MAX_FILTER_LENGTH) return text;
  throw badUserInput(
    `${path.join('.')} has ${text.length} characters; ${MAX_FILTER_LENGTH} is the most.`,
    path,
  );
}

/**
 * The values of a filter's list, as they are.
 * @param most how many there may be; as many as a page could hold if omitted.
 * @throws BAD_USER_INPUT where there are more.
 */
export function filterList<Value>(
  list: readonly Value[],
  path: Path,
  most = MAX_PAGE_SIZE,
): readonly Value[] {
  if (list.length <= most) return list;
  throw badUserInput(`${path.join('.')} takes at most ${most} values.`, path);
}

/** Those texts of a filter's list that something could be stored under; bounded as both above. */
export function filterTexts(list: readonly string[], path: Path): string[] {
  return filterList(list, path)
    .map((text, index) => filterText(text, [...path, index]))
    .filter(isStorable);
}
