import { canonicalJson } from '../../domain/json/canonical-json.ts';
import { keysOf, pointerTo } from '../../domain/json/json-pointer.ts';
import { MOST_SCHEMA_BYTES, nestingFault } from '../schema/schema-faults.ts';
import { isJsonObject, type JsonObject } from '../../domain/json/json-object.ts';
import { partsOf } from '../schema/schema-parts.ts';

/** A schema as JSON text, with the names of the components that it refers to. */
interface Part {
  text: string;
  refersTo: ReadonlySet<string>;
}

/**
 * Makes schemas of an OpenAPI document stand alone: what they need of `#/components/schemas` comes
 * along under `$defs`, and references lead there. Of a schema that would be too large or too deep to
 * be taken, what is returned is so too, and no more is read of it.
 */
export function createSchemaBundler(document: JsonObject): (schema: unknown) => unknown {
  const components = componentsOf(document);
  const dialect = dialectOf(document);
  const read = new Map<string, Part>();

  function component(name: string): Part {
    const known = read.get(name);
    if (known !== undefined) return known;
    const part = partOf(components[name], components);
    read.set(name, part);
    return part;
  }

  return function bundle(schema) {
    if (!isJsonObject(schema) || nestingFault(schema) !== null) return schema;
    const own = partOf(schema, components);
    const needed = new Set(own.refersTo);
    let bytes = own.text.length;
    for (const name of needed) {
      const part = component(name);
      bytes += part.text.length;
      if (bytes > MOST_SCHEMA_BYTES) break;
      for (const further of part.refersTo) needed.add(further);
    }
    const root: JsonObject = JSON.parse(own.text);
    if (dialect !== null && !('$schema' in root)) root['$schema'] = dialect;
    if (needed.size === 0) return root;
    const defs: [string, unknown][] = [...needed].map((name) => [
      name,
      JSON.parse(component(name).text),
    ]);
    // Where both have a name, what the document shares keeps it: references to it are the rule.
    return { ...root, $defs: { ...defsOf(root), ...Object.fromEntries(defs) } };
  };
}

/** JSON text of a schema whose references to components lead to `$defs`. */
function partOf(schema: unknown, components: JsonObject): Part {
  const refersTo = new Set<string>();
  // What nests too deep is left as it is found, by whoever reads the whole.
  if (nestingFault(schema) !== null) return { text: JSON.stringify(TOO_DEEP), refersTo };
  const copy: unknown = JSON.parse(canonicalJson(schema ?? true));
  if (isJsonObject(copy)) {
    for (const { schema: part } of partsOf(copy)) {
      const reference = part['$ref'];
      const [first, second, name, ...rest] =
        typeof reference === 'string' && reference.startsWith('#/') ? keysIn(reference) : [];
      if (first !== 'components' || second !== 'schemas' || name === undefined) continue;
      if (!Object.hasOwn(components, name)) continue;
      refersTo.add(name);
      part['$ref'] = ['$defs', name, ...rest].reduce(pointerTo, '#');
    }
  }
  return { text: JSON.stringify(copy), refersTo };
}

function keysIn(reference: string): string[] {
  try {
    return keysOf(decodeURIComponent(reference.slice(1)));
  } catch {
    return [];
  }
}

/** Deeper than any schema may be: it is refused as what it stands for would be. */
const TOO_DEEP = (() => {
  let schema: JsonObject = {};
  for (let level = 0; level < 40; level += 1) schema = { not: schema };
  return schema;
})();

function componentsOf(document: JsonObject): JsonObject {
  const components = document['components'];
  const schemas = isJsonObject(components) ? components['schemas'] : undefined;
  return isJsonObject(schemas) ? schemas : {};
}

/** Null for OpenAPI's own, which is 2020-12 with notes. */
function dialectOf(document: JsonObject): unknown {
  const dialect = document['jsonSchemaDialect'];
  if (dialect === undefined) return null;
  const isOpenApis =
    typeof dialect === 'string' && dialect.startsWith('https://spec.openapis.org/oas/');
  return isOpenApis ? null : dialect;
}

const defsOf = ({ $defs }: JsonObject): JsonObject => (isJsonObject($defs) ? $defs : {});
