/**
 * A PostgreSQL array as text, of values that need no quotes in it: numbers, booleans, times, ids,
 * names of enums. pg would look through each for what is to be escaped.
 */
export function plainArray(values: readonly (string | number | boolean | Date | null)[]): string {
  let text = '{';
  for (const [index, value] of values.entries()) {
    if (index > 0) text += ',';
    if (value === null) text += 'NULL';
    else text += value instanceof Date ? value.toISOString() : String(value);
  }
  return `${text}}`;
}

/** What stands between the texts of {@link joinedJson}: JSON holds it only escaped (RFC 8259, section 7). */
const SEPARATOR = '\u001E';

/** JSON texts as one, for {@link splitJson}: in an array each of their many quotes would be escaped. */
export const joinedJson = (texts: readonly string[]): string => texts.join(SEPARATOR);

/** The SQL of the texts of {@link joinedJson} as an array. */
export const splitJson = (parameter: string): string =>
  `string_to_array(${parameter}::text, chr(30))`;
