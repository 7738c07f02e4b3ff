/** A JSON object as parsers make it. */
export type JsonObject = Record<string, unknown>;

/** Not a list, and not a number that is kept as it was written (exact-number.ts). */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
