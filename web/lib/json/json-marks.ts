import type { JsonFault } from './json-faults.ts';
import { scanJson, unquoted, type JsonPath, type Span } from './json-scanner.ts';

/** Something that is wrong with a JSON text, by its place. */
export interface JsonMark {
  /** Keys and indices from the root, as text. */
  readonly path: readonly string[];
  readonly message: string;
}

/** The marks where they stand in the text: at the key, or at the value of a list's item. */
export function markedFaults(text: string, marks: readonly JsonMark[]): JsonFault[] {
  if (marks.length === 0) return [];
  const places = new Map<string, Span>();
  const keep = (path: JsonPath, span: Span) => {
    const place = path.map(String).join('\n');
    if (!places.has(place)) places.set(place, span);
  };
  scanJson(text, {
    scalar: (_literal, span, path) => keep([...path], span),
    key: (literal, span, path) => keep([...path, unquoted(literal)], span),
  });
  return marks.map(({ path, message }) => {
    const span = nearest(places, path) ?? { from: 0, to: Math.min(1, text.length) };
    return { ...span, severity: 'error', message };
  });
}

/** Of a place that has no key of its own, what holds it. */
function nearest(places: ReadonlyMap<string, Span>, path: readonly string[]): Span | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = places.get(path.slice(0, length).join('\n'));
    if (found !== undefined) return found;
  }
  return undefined;
}
