/**
 * Whether PostgreSQL can hold this text as it is. What it cannot (NUL, half a surrogate pair)
 * was never stored, so nothing matches it.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
