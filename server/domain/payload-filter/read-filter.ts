import { canonicalJson, PayloadError } from '../json/canonical-json.ts';
import { cutText } from '../cut-text.ts';
import { ExactNumber } from '../json/exact-number.ts';
import { isJsonObject } from '../json/json-object.ts';
import { parseJson } from '../json/json-request.ts';
import { pointerTo } from '../json/json-pointer.ts';
import type { PlacedFault } from '../placed-fault.ts';
import { isStorable, STORABLE } from '../stored-text.ts';
import type { Comparison, FilterScalar, PayloadFilter } from './filter.ts';

/** Bytes of a filter's JSON, and how deep its objects and lists may stand in each other. */
export const MOST_FILTER_BYTES = 4_096;
export const MOST_FILTER_DEPTH = 10;

/** A filter as it is kept, JSON with sorted keys, and as it is understood; or the first fault of it. */
export type ReadFilter = { text: string; filter: PayloadFilter } | { fault: PlacedFault };

/** Reads what a stranger gave as a filter. Whatever it is, this ends soon. */
export function readFilter(given: unknown): ReadFilter {
  try {
    if (!isJsonObject(given))
      throw new Fault('', 'must be an object: {"data": {"total": {"$gt": 100}}}');
    const filter = readObject(given, '', 1);
    const text = canonicalJson(given);
    if (text.length > MOST_FILTER_BYTES) {
      throw new Fault('', `must have at most ${MOST_FILTER_BYTES} bytes; it has ${text.length}`);
    }
    return { text, filter };
  } catch (error) {
    if (error instanceof Fault) return { fault: error };
    if (!(error instanceof PayloadError)) throw error;
    return { fault: { pointer: '', message: `holds what is no JSON: ${error.message}` } };
  }
}

/** @param text what {@link readFilter} returned. */
export function parseFilter(text: string): PayloadFilter {
  const read = readFilter(parseJson(text).value);
  if ('fault' in read) throw new Error(`a kept filter ${read.fault.message}`);
  return read.filter;
}

class Fault extends Error implements PlacedFault {
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['$gt', '>'],
  ['$gte', '>='],
  ['$lt', '<'],
  ['$lte', '<='],
]);

type Reader = (operand: unknown, pointer: string, depth: number) => PayloadFilter;

const not = (filter: PayloadFilter): PayloadFilter => ({ kind: 'not', filter });
const isIn: Reader = (operand, pointer) => ({
  kind: 'any',
  filters: listOf(operand, pointer, readScalar).map((value) => ({ kind: 'equals', value })),
});

const OPERATORS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['$eq', (operand, pointer) => ({ kind: 'equals', value: readScalar(operand, pointer) })],
  ['$neq', (operand, pointer) => not({ kind: 'equals', value: readScalar(operand, pointer) })],
  ...[...COMPARISONS].map(([name, operator]): [string, Reader] => [
    name,
    (operand, pointer) => ({ kind: 'compares', operator, value: readOrdered(operand, pointer) }),
  ]),
  ['$in', isIn],
  ['$nin', (operand, pointer, depth) => not(isIn(operand, pointer, depth))],
  ['$startsWith', (operand, pointer) => ({ kind: 'starts', texts: readTexts(operand, pointer) })],
  ['$endsWith', (operand, pointer) => ({ kind: 'ends', texts: readTexts(operand, pointer) })],
  [
    '$contains',
    (operand, pointer) => ({
      kind: 'contains',
      values: Array.isArray(operand)
        ? listOf(operand, pointer, readScalar)
        : [readScalar(operand, pointer)],
    }),
  ],
  ['$exist', readExistence],
  ['$not', (operand, pointer, depth) => not(read(operand, pointer, depth))],
  [
    '$and',
    (operand, pointer, depth) => ({ kind: 'all', filters: readList(operand, pointer, depth) }),
  ],
  [
    '$or',
    (operand, pointer, depth) => ({ kind: 'any', filters: readList(operand, pointer, depth) }),
  ],
]);

/** At the top there is always an object: only these say something of it. */
const AT_THE_TOP = new Set(['$and', '$or', '$not']);

/** `depth` is that of the objects and lists which `given` stands in. */
function read(given: unknown, pointer: string, depth: number): PayloadFilter {
  if (depth >= MOST_FILTER_DEPTH && isNested(given)) {
    throw new Fault(pointer, `must not stand in more than ${MOST_FILTER_DEPTH} others`);
  }
  if (Array.isArray(given)) return { kind: 'all', filters: readList(given, pointer, depth) };
  if (isJsonObject(given)) return readObject(given, pointer, depth + 1);
  return { kind: 'equals', value: readScalar(given, pointer) };
}

function readObject(given: Record<string, unknown>, pointer: string, depth: number): PayloadFilter {
  const fields: [string, PayloadFilter][] = [];
  const filters: PayloadFilter[] = [];
  for (const [key, value] of Object.entries(given)) {
    const place = pointerTo(pointer, key);
    if (!key.startsWith('$')) {
      fields.push([readText(key, place), read(value, place, depth)]);
      continue;
    }
    const operator = OPERATORS.get(key);
    if (operator === undefined) {
      const shown = JSON.stringify(cutText(key, 60));
      throw new Fault(
        place,
        `is no operator: ${shown} is none of ${[...OPERATORS.keys()].join(' ')}`,
      );
    }
    if (pointer === '' && !AT_THE_TOP.has(key)) {
      throw new Fault(place, `says nothing of the whole body: put it under a field, as data`);
    }
    filters.push(operator(value, place, depth));
  }
  if (fields.length > 0) filters.push({ kind: 'fields', fields });
  const [only] = filters;
  return only !== undefined && filters.length === 1 ? only : { kind: 'all', filters };
}

function readList(given: unknown, pointer: string, depth: number): PayloadFilter[] {
  return listOf(given, pointer, (item, place) => read(item, place, depth + 1));
}

function listOf<Value>(
  given: unknown,
  pointer: string,
  readItem: (item: unknown, pointer: string) => Value,
): Value[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new Fault(pointer, 'must be a list with something in it');
  }
  return given.map((item: unknown, index) => readItem(item, pointerTo(pointer, String(index))));
}

function readScalar(given: unknown, pointer: string): FilterScalar {
  if (typeof given === 'string') return readText(given, pointer);
  if (given === null || typeof given === 'boolean' || isNumber(given)) return given;
  throw new Fault(pointer, 'must be a string, a number, true, false or null');
}

function readOrdered(given: unknown, pointer: string) {
  if (typeof given === 'string') return readText(given, pointer);
  if (isNumber(given)) return given;
  throw new Fault(pointer, 'must be a number or a string');
}

function readTexts(given: unknown, pointer: string): string[] {
  const one = (item: unknown, place: string) => {
    if (typeof item === 'string') return readText(item, place);
    throw new Fault(place, 'must be a string');
  };
  return Array.isArray(given) ? listOf(given, pointer, one) : [one(given, pointer)];
}

function readExistence(given: unknown, pointer: string): PayloadFilter {
  if (typeof given !== 'boolean') throw new Fault(pointer, 'must be true or false');
  return given ? { kind: 'exists' } : not({ kind: 'exists' });
}

/** PostgreSQL compares them. */
function readText(text: string, pointer: string): string {
  if (isStorable(text)) return text;
  throw new Fault(pointer, `must hold ${STORABLE}`);
}

const isNumber = (value: unknown): value is number | ExactNumber =>
  typeof value === 'number' || value instanceof ExactNumber;

const isNested = (value: unknown) => Array.isArray(value) || isJsonObject(value);
