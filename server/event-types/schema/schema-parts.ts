import { isJsonObject, type JsonObject } from '../../domain/json/json-object.ts';
import { pointerTo } from '../../domain/json/json-pointer.ts';

/** Keywords whose schemas judge the same value as the schema that has them. */
const IN_PLACE = new Set(
  'allOf anyOf dependencies dependentSchemas else if not oneOf then'.split(' '),
);
/** All keywords whose value is a schema, a list of schemas, or an object of schemas. */
const APPLICATORS = new Set([
  ...IN_PLACE,
  ...'additionalItems additionalProperties contains items patternProperties prefixItems'.split(' '),
  ...'properties propertyNames unevaluatedItems unevaluatedProperties $defs definitions'.split(' '),
]);
/** Those of them that have schemas by name. */
const NAMED = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

/** A schema inside a schema. */
export interface SchemaPart {
  /** JSON Pointer from the root. */
  pointer: string;
  schema: JsonObject;
  /** How many schemas it stands in. */
  depth: number;
  /** The pointers of those that judge the same value as it does. */
  inPlace: string[];
}

/** The root and every schema in it that is an object, each before what it holds. */
export function partsOf(root: JsonObject): SchemaPart[] {
  const parts: SchemaPart[] = [{ pointer: '', schema: root, depth: 0, inPlace: [] }];
  for (const part of parts) {
    for (const [keyword, value] of Object.entries(part.schema)) {
      if (!APPLICATORS.has(keyword) || typeof value !== 'object' || value === null) continue;
      const at = pointerTo(part.pointer, keyword);
      const held: [string, unknown][] =
        Array.isArray(value) || NAMED.has(keyword)
          ? Object.entries(value).map(([key, each]) => [pointerTo(at, key), each])
          : [[at, value]];
      for (const [pointer, schema] of held) {
        if (!isJsonObject(schema)) continue;
        parts.push({ pointer, schema, depth: part.depth + 1, inPlace: [] });
        if (IN_PLACE.has(keyword)) part.inPlace.push(pointer);
      }
    }
  }
  return parts;
}
