import { isJsonObject } from '../json/json-object.ts';
import { pointerTo } from '../json/json-pointer.ts';

/** A part of a filter that has to be met for itself. */
export interface FilterClause {
  /** JSON Pointer into the body: of what it is about. */
  pointer: string;
  /** As it stands in the filter. */
  clause: unknown;
  /** What stands in the body there; undefined where nothing does. */
  value: unknown;
  /** A filter of this clause alone. */
  filter: Record<string, unknown>;
}

/**
 * The parts of a filter that a body has to meet one by one, in their order. Fields of the items of an
 * array are one part: one item has to meet all of them.
 */
export function clausesOf(filter: Record<string, unknown>, body: unknown): FilterClause[] {
  const clauses: FilterClause[] = [];

  function add(keys: readonly string[], clause: unknown, value: unknown) {
    const whole = keys.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), clause);
    const pointer = keys.reduce(pointerTo, '');
    if (isJsonObject(whole)) clauses.push({ pointer, clause, value, filter: whole });
  }

  function walk(part: unknown, keys: readonly string[], value: unknown): void {
    if (!isJsonObject(part)) {
      add(keys, part, value);
      return;
    }
    const fields: [string, unknown][] = [];
    for (const [key, each] of Object.entries(part)) {
      if (!key.startsWith('$')) fields.push([key, each]);
      else if (key === '$and' && Array.isArray(each)) {
        for (const one of each) walk(one, keys, value);
      } else add(keys, { [key]: each }, value);
    }
    if (Array.isArray(value) && fields.length > 0) add(keys, Object.fromEntries(fields), value);
    else for (const [key, each] of fields) walk(each, [...keys, key], fieldOf(value, key));
  }

  walk(filter, [], body);
  return clauses;
}

function fieldOf(value: unknown, key: string): unknown {
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
  return value[key];
}
