/** One header of a request or an answer as it is on record: of a secret one the value is not kept. */
export interface KeptHeader {
  name: string;
  value: string | null;
  isSecret: boolean;
}

/**
 * A head as it is kept: a line for each header, `name:value`, in the order and case of the wire, and the
 * name alone of a secret one. A header's name holds no colon (RFC 9110, 5.1), and its value no control
 * character but the tab (5.5): those that are sent were checked as they were saved, and an answer that has
 * such a one is not HTTP to undici (test/worker/http-sender-answers.test.ts).
 * @param fields names and values by turns.
 * @param secretNames as they stand in `fields`.
 */
export function keptHead(fields: readonly string[], secretNames?: ReadonlySet<string>): string {
  const lines: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] ?? '';
    lines.push(secretNames?.has(name) === true ? name : `${name}:${fields[at + 1]}`);
  }
  // In one piece: a text that grows by parts is a tree of them, for the collector to walk.
  return lines.join('\n');
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
