/**
 * Whether PostgreSQL can hold this text as it is: it keeps no NUL, and UTF-8 no half of a surrogate
 * pair, which would come back changed. What it cannot hold was never stored, so nothing matches it.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** What such a text holds, for the messages that refuse others. */
export const STORABLE = 'neither NUL (U+0000) nor half of a surrogate pair';
