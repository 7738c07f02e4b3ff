import { badUserInput } from './errors.ts';

/** The longest text that a filter takes, in characters (UTF-16 units): as long as what it may name. */
const MAX_FILTER_LENGTH = 2_048;

/**
 * A text of a filter, as it is.
 * @param path of the argument, for the error.
 * @throws BAD_USER_INPUT where it is longer than anything it could be compared with.
 */
export function filterText(text: string, path: readonly (string | number)[]): string {
  if (text.length <= MAX_FILTER_LENGTH) return text;
  throw badUserInput(
    `${path.join('.')} has ${text.length} characters; ${MAX_FILTER_LENGTH} is the most.`,
    path,
  );
}
