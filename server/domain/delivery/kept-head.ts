/** One header of a request or an answer as it is on record: of a secret one the value is not kept. */
export interface KeptHeader {
  name: string;
  value: string | null;
  isSecret: boolean;
}

/** What a line of a head cannot hold, nor PostgreSQL's text, nor what many texts are joined by (array-text.ts). */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const UNKEEPABLE = /[\0\n\u001E]/g;

/**
 * A head as it is kept: a line for each header, `name:value`, in the order and case of the wire, and the
 * name alone of a secret one. A header's name holds no colon, and its value no end of a line (RFC 9110,
 * 5.1 and 5.5); what comes in spite of that becomes U+FFFD.
 * @param fields names and values by turns.
 * @param secretNames as they stand in `fields`.
 */
export function keptHead(fields: readonly string[], secretNames?: ReadonlySet<string>): string {
  let text = '';
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] ?? '';
    if (at > 0) text += '\n';
    text += name;
    if (secretNames?.has(name) !== true) text += `:${keepable(fields[at + 1] ?? '')}`;
  }
  return text;
}

function keepable(value: string): string {
  return value.search(UNKEEPABLE) === -1 ? value : value.replaceAll(UNKEEPABLE, '\uFFFD');
}

/** The headers of what {@link keptHead} made. */
export function readKeptHead(text: string): KeptHeader[] {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const colon = line.indexOf(':');
    return colon === -1
      ? { name: line, value: null, isSecret: true }
      : { name: line.slice(0, colon), value: line.slice(colon + 1), isSecret: false };
  });
}
