import { randomUUID } from 'node:crypto';

import { endOfString } from './json-request.ts';

/** No text of a caller can hold it: it never leaves the process. */
const MARK = `raw-json:${randomUUID()}:`;

/**
 * JSON that is put into an answer as it is written, so that nothing in it is read and written
 * again, and no number changes. `JSON.stringify` makes a marked string of it, which
 * {@link restoreRawJson} replaces: no answer may go out without that.
 */
export class RawJson {
  readonly text: string;

  /** @param text JSON. */
  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return MARK + this.text;
  }
}

/** A JSON text with each {@link RawJson} in its place. */
export function restoreRawJson(text: string): string {
  let restored = '';
  let from = 0;
  for (let at = text.indexOf(MARK); at !== -1; at = text.indexOf(MARK, from)) {
    const end = endOfString(text, at - 1);
    const quoted: unknown = JSON.parse(text.slice(at - 1, end));
    restored += text.slice(from, at - 1) + String(quoted).slice(MARK.length);
    from = end;
  }
  return from === 0 ? text : restored + text.slice(from);
}
