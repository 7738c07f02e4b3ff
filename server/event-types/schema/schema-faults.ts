import type { JsonObject } from '../../domain/json/json-object.ts';
import { pointerTo, valueAt } from '../../domain/json/json-pointer.ts';
import type { PlacedFault } from '../../domain/placed-fault.ts';
import type { SchemaPart } from './schema-parts.ts';

/** Bytes of a schema's JSON. */
export const MOST_SCHEMA_BYTES = 65_536;
/** How many schemas may stand in each other. */
export const MOST_SCHEMA_DEPTH = 32;

/** Schemas in a schema: each takes time to be compiled. */
const MOST_PARTS = 1_000;

/** By `$schema`, without the `#` at its end; where there is none it is 2020-12. */
const DIALECTS: ReadonlyMap<string, SchemaDialect> = new Map([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['https://json-schema.org/draft-07/schema', 'draft-07'],
]);

export type SchemaDialect = '2020-12' | 'draft-07';

export function dialectOf(schema: JsonObject): SchemaDialect | PlacedFault {
  const named = schema['$schema'] ?? 'https://json-schema.org/draft/2020-12/schema';
  const dialect = typeof named === 'string' ? DIALECTS.get(named.replace(/#$/, '')) : undefined;
  return (
    dialect ?? {
      pointer: '/$schema',
      message: `must be one of ${[...DIALECTS.keys()].slice(0, 2).join(', ')}`,
    }
  );
}

/**
 * What no meta-schema forbids and cannot be let in from strangers: schemas that stand too deep in
 * each other, that lead out of the document, or that judge one value without end.
 */
export function structureFault(parts: readonly SchemaPart[]): PlacedFault | null {
  if (parts.length > MOST_PARTS) {
    return {
      pointer: '',
      message: `must hold at most ${MOST_PARTS} schemas; it holds ${parts.length}`,
    };
  }
  const byPointer = new Map(parts.map((part) => [part.pointer, part]));
  const byAnchor = new Map<string, SchemaPart>();
  for (const part of parts) {
    if (part.depth > MOST_SCHEMA_DEPTH) {
      return {
        pointer: part.pointer,
        message: `must not stand in more than ${MOST_SCHEMA_DEPTH} schemas`,
      };
    }
    if (part.pointer !== '' && '$id' in part.schema) {
      const message = 'is for the whole schema only: name this one with $anchor';
      return { pointer: `${part.pointer}/$id`, message };
    }
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = part.schema[keyword];
      if (typeof anchor === 'string') byAnchor.set(anchor, part);
    }
  }

  const leadsTo = new Map(parts.map((part) => [part.pointer, [...part.inPlace]]));
  for (const { pointer, schema } of parts) {
    for (const keyword of ['$ref', '$dynamicRef']) {
      const reference = schema[keyword];
      if (typeof reference !== 'string') continue;
      const target = referredTo(reference, byPointer, byAnchor);
      if (target === 'boolean') continue;
      if (target === undefined) {
        const what = reference.startsWith('#')
          ? `leads to no schema in this document: put what is shared under $defs`
          : `must begin with #: nothing is fetched from elsewhere`;
        return { pointer: `${pointer}/${keyword}`, message: what };
      }
      leadsTo.get(pointer)?.push(target.pointer);
    }
  }
  const loop = findLoop(leadsTo);
  return loop === null ? null : { pointer: loop, message: 'judges the same value without end' };
}

function referredTo(
  reference: string,
  byPointer: ReadonlyMap<string, SchemaPart>,
  byAnchor: ReadonlyMap<string, SchemaPart>,
): SchemaPart | 'boolean' | undefined {
  if (!reference.startsWith('#')) return undefined;
  try {
    const fragment = decodeURIComponent(reference.slice(1));
    if (fragment !== '' && !fragment.startsWith('/')) return byAnchor.get(fragment);
    const part = byPointer.get(fragment);
    // `true` and `false` are schemas too; they lead nowhere.
    const isBoolean = typeof valueAt(byPointer.get('')?.schema, fragment) === 'boolean';
    return part ?? (isBoolean ? 'boolean' : undefined);
  } catch {
    return undefined;
  }
}

/** A place that leads back to itself without going into the value, where there is one. */
function findLoop(leadsTo: ReadonlyMap<string, readonly string[]>): string | null {
  const done = new Set<string>();
  for (const start of leadsTo.keys()) {
    const way: { at: string; next: number }[] = [{ at: start, next: 0 }];
    const under = new Set([start]);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const to = leadsTo.get(step.at)?.[step.next];
      step.next += 1;
      if (to === undefined || done.has(step.at)) {
        done.add(step.at);
        under.delete(step.at);
        way.pop();
      } else if (under.has(to)) return to;
      else if (!done.has(to)) {
        under.add(to);
        way.push({ at: to, next: 0 });
      }
    }
  }
  return null;
}

/** How deep the JSON may nest at all: values of `const`, `enum` and `default` among it. */
const MOST_LEVELS = 3 * MOST_SCHEMA_DEPTH;

/** Looked at before anything walks the value, for which it may be too deep. */
export function nestingFault(root: unknown): PlacedFault | null {
  const waiting: { value: unknown; pointer: string; level: number }[] = [
    { value: root, pointer: '', level: 0 },
  ];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { value, pointer, level } = place;
    if (typeof value !== 'object' || value === null) continue;
    if (level > MOST_LEVELS) {
      return {
        pointer,
        message: `must not nest this deep: a schema stands in at most ${MOST_SCHEMA_DEPTH} others`,
      };
    }
    for (const [key, each] of Object.entries(value)) {
      if (typeof each !== 'object' || each === null) continue;
      waiting.push({ value: each, pointer: pointerTo(pointer, key), level: level + 1 });
    }
  }
  return null;
}
