/**
 * A PostgreSQL array as text, of values that need no quotes in it: numbers, booleans, times, ids,
 * names of enums. pg would look through each for what is to be escaped.
 */
export function plainArray(values: readonly (string | number | boolean | Date | null)[]): string {
  // Joined in one piece: a text that grows by parts is a tree of them, for the collector to walk.
  return `{${values.map(asElement).join(',')}}`;
}

function asElement(value: string | number | boolean | Date | null) {
  if (value === null) return 'NULL';
  return value instanceof Date ? value.toISOString() : value;
}

/**
 * What stands between the texts of {@link joinedTexts}: JSON holds it only escaped (RFC 8259, section 7),
 * and a head that is kept not at all (domain/delivery/kept-head.ts).
 */
const SEPARATOR = '\u001E';

/** Texts without U+001E as one, for {@link splitTexts}: in an array each of their many quotes would be escaped. */
export const joinedTexts = (texts: readonly string[]): string => texts.join(SEPARATOR);

/** The SQL of the texts of {@link joinedTexts} as an array; of a single empty one it is empty. */
export const splitTexts = (parameter: string): string =>
  `string_to_array(${parameter}::text, chr(30))`;
