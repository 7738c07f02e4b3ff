import { cutText } from './cut-text.ts';
import { invalid, type Path } from './input-rules.ts';
import { keysOf } from './json/json-pointer.ts';
import type { UserFault } from './user-fault.ts';

/** Why a JSON document, e.g. a schema or a filter, is not taken. */
export interface PlacedFault {
  /** JSON Pointer of the place in it. */
  pointer: string;
  /** A clause that says what the place must be. */
  message: string;
}

/** Characters of a place in a message. */
const MOST_SHOWN = 200;

/**
 * As callers read it: the place is a part of the path.
 * @param field of the document.
 * @param what the document is, e.g. `schema`.
 */
export function placedFault(
  { pointer, message }: PlacedFault,
  field: Path,
  what: string,
): UserFault {
  const place = pointer === '' ? `The ${what}` : `${cutText(pointer, MOST_SHOWN)} in the ${what}`;
  return invalid([...field, ...keysOf(pointer)], `${place} ${message}.`);
}
