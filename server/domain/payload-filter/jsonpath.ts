import { canonicalJson } from '../json/canonical-json.ts';
import type { FilterScalar, PayloadFilter } from './filter.ts';

/**
 * A filter as a PostgreSQL `jsonpath`, which finds something in a body (as jsonb) that meets it and
 * nothing in another: `body @? path`. It is the one evaluator; jsonb's numbers are exact decimals.
 *
 * In lax mode, which it is in, a comparison looks at the items of an array. One of two kinds of values
 * is unknown, and what is not true is dropped by `?`; so what is negated is put under one first.
 */
export function toJsonpath(filter: PayloadFilter): string {
  return `$ ? (${met(filter, '@')})`;
}

/** When the value at `place` meets the filter: `place` is `@`, which is an object, or a field of it. */
function met(filter: PayloadFilter, place: string): string {
  switch (filter.kind) {
    case 'equals':
      return `${place} == ${scalar(filter.value)}`;
    case 'compares':
      return `${place} ${filter.operator} ${scalar(filter.value)}`;
    case 'starts':
      return any(filter.texts.map((text) => `${place} starts with ${quoted(text)}`));
    case 'ends':
      return any(filter.texts.map((text) => `${place} like_regex ${quoted(`${literal(text)}$`)}`));
    case 'contains':
      return any(filter.values.flatMap((value) => contains(value, place)));
    case 'exists':
      return `exists(${place})`;
    case 'not':
      return `!(exists(@ ? (${met(filter.filter, place)})))`;
    case 'all':
      return all(filter.filters.map((each) => met(each, place)));
    case 'any':
      return any(filter.filters.map((each) => met(each, place)));
    case 'fields': {
      const fields = all(filter.fields.map(([key, each]) => met(each, `@.${quoted(key)}`)));
      const found = `exists(${place} ? (@.type() == "object" && ${fields}))`;
      if (!metByNothing(filter)) return found;
      const noFields = `exists(${place} ? (@.type() != "object" && @.type() != "array"))`;
      return any([found, `!(exists(${place}))`, noFields]);
    }
  }
}

/** Whether a place where there is nothing meets the filter. */
function metByNothing(filter: PayloadFilter): boolean {
  switch (filter.kind) {
    case 'not':
      return !metByNothing(filter.filter);
    case 'all':
      return filter.filters.every(metByNothing);
    case 'any':
      return filter.filters.some(metByNothing);
    case 'fields':
      return filter.fields.every(([, each]) => metByNothing(each));
    default:
      return false;
  }
}

/** In a string, as a part of it; in an array, as an item. */
function contains(value: FilterScalar, place: string): string[] {
  const item = `(${place}.type() == "array" && ${place} == ${scalar(value)})`;
  if (typeof value !== 'string') return [item];
  return [item, `(${place}.type() == "string" && ${place} like_regex ${quoted(value)} flag "q")`];
}

const all = (conditions: readonly string[]) =>
  conditions.length === 0 ? '(1 == 1)' : `(${conditions.join(' && ')})`;

const any = (conditions: readonly string[]) => `(${conditions.join(' || ')})`;

const scalar = (value: FilterScalar) =>
  typeof value === 'string' ? quoted(value) : canonicalJson(value);

/** The strings of jsonpath are those of JavaScript, and so of JSON. */
const quoted = (text: string) => JSON.stringify(text);

/** A text as a regular expression that stands for itself. */
const literal = (text: string) => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');
