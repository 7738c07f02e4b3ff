/**
 * JSON whose numbers come back as they were written, also those that JavaScript reads as others:
 * integers beyond 2^53, `1.0`. Such a number is a marked string while it is a value; what is
 * written again has it bare. No text holds the mark by chance.
 */
const MARK = `\u0000${crypto.randomUUID()}:`;
const QUOTED_MARK = JSON.stringify(MARK).slice(0, -1);

/** Strings are passed over whole; of the rest only numbers are looked at. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
const MAY_CHANGE = /\d{16}|\d[eE]|\.\d*0(?!\d)|-0/;

/** A JSON text with every number marked that JavaScript would not write as it is. */
export function markNumbers(text: string): string {
  if (!MAY_CHANGE.test(text)) return text;
  return text.replace(TOKEN, (token) =>
    token.startsWith('"') || JSON.stringify(Number(token)) === token
      ? token
      : `${QUOTED_MARK}${token}"`,
  );
}

/** What {@link markNumbers} began with, also after it was read and written again. */
export function unmarkNumbers(text: string): string {
  if (!text.includes(QUOTED_MARK)) return text;
  return text
    .split(QUOTED_MARK)
    .map((part, index) => (index === 0 ? part : part.replace('"', '')))
    .join('');
}

/** @throws SyntaxError where the text is no JSON. */
export function parseExact(text: string): unknown {
  return JSON.parse(markNumbers(text));
}

/** What a field of a form holds as JSON: null where it is blank, undefined where it is no JSON. */
export function readExact(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/** Indented by two spaces. */
export function prettyExact(value: unknown): string {
  return unmarkNumbers(JSON.stringify(value, null, 2));
}
