/** That a field of the body has a value. */
export interface Condition {
  readonly path: readonly string[];
  readonly value: string | number | boolean | null;
}

const MOST_CONDITIONS = 60;
const MOST_DEPTH = 6;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of payloads, as a body has them, each with the first value that it has. */
export function conditionsOf(payloads: readonly unknown[]): Condition[] {
  const found = new Map<string, Condition>();
  function walk(value: unknown, path: readonly string[]): void {
    if (found.size >= MOST_CONDITIONS || path.length > MOST_DEPTH) return;
    if (isFields(value)) {
      for (const [key, each] of Object.entries(value)) {
        // A filter can't name these.
        if (!key.startsWith('$')) walk(each, [...path, key]);
      }
    } else if (Array.isArray(value)) {
      // An item meets it.
      walk(value[0], path);
    } else if (isScalar(value)) {
      const name = path.join('\n');
      if (!found.has(name)) found.set(name, { path, value });
    }
  }
  for (const payload of payloads) walk(payload, ['data']);
  return [...found.values()];
}

function isScalar(value: unknown): value is Condition['value'] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** A filter that asks for the condition too. @param filter null where there is none yet. */
export function withCondition(filter: unknown, { path, value }: Condition): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const fields = isFields(filter) ? filter : {};
  return { ...fields, [key]: withCondition(fields[key], { path: rest, value }) };
}
