import { valueAt } from '../../domain/json/json-pointer.ts';
import { isJsonObject, type JsonObject } from '../../domain/json/json-object.ts';

/** Values of a sample: a schema of a few lines may describe any number of them. */
const MOST_VALUES = 500;
const MOST_DEPTH = 12;

/** A payload that a schema describes, as an example: what it gives as one, else a value of its type. */
export function sampleOf(root: JsonObject): unknown {
  let left = MOST_VALUES;

  function sample(schema: unknown, depth: number): unknown {
    left -= 1;
    if (!isJsonObject(schema) || left < 0 || depth > MOST_DEPTH) return null;
    for (const given of ['const', 'default', 'example']) {
      if (given in schema) return schema[given];
    }
    for (const list of ['examples', 'enum']) {
      const values = schema[list];
      if (Array.isArray(values) && values.length > 0) return values[0];
    }
    const reference = schema['$ref'];
    if (typeof reference === 'string') return sample(valueAt(root, reference), depth + 1);
    const merged = schema['allOf'];
    if (Array.isArray(merged)) {
      const parts = [...merged, { ...schema, allOf: undefined }].map((part) =>
        sample(part, depth + 1),
      );
      const objects = parts.filter(isJsonObject);
      return objects.length > 0 ? Object.assign({}, ...objects) : (parts[0] ?? null);
    }
    for (const choice of ['oneOf', 'anyOf']) {
      const choices = schema[choice];
      if (Array.isArray(choices) && !('type' in schema)) return sample(choices[0], depth + 1);
    }
    return ofType(schema, depth);
  }

  function ofType(schema: JsonObject, depth: number): unknown {
    const named = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
    const type = named ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : null);
    switch (type) {
      case 'object': {
        const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
        const entries = Object.entries(properties);
        return Object.fromEntries(entries.map(([key, each]) => [key, sample(each, depth + 1)]));
      }
      case 'array':
        return 'items' in schema ? [sample(schema['items'], depth + 1)] : [];
      case 'integer':
      case 'number':
        return numberOf(schema['minimum'] ?? schema['exclusiveMinimum']);
      case 'boolean':
        return true;
      case 'string':
        return STRINGS.get(String(schema['format'])) ?? 'string';
      default:
        return null;
    }
  }

  return sample(root, 0);
}

const numberOf = (least: unknown) => (typeof least === 'number' ? Math.ceil(least) + 1 : 1);

const STRINGS: ReadonlyMap<string, string> = new Map([
  ['date', '2025-01-31'],
  ['date-time', '2025-01-31T12:00:00Z'],
  ['email', 'user@example.com'],
  ['time', '12:00:00Z'],
  ['uri', 'https://example.com/'],
  ['uuid', '018f4e0a-7a3b-7c51-9d0e-1b6f2a9c4d55'],
]);
