import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { canonicalJson } from '../../server/domain/json/canonical-json.ts';
import { composeBody } from '../../server/domain/event/event-body.ts';
import { ExactNumber } from '../../server/domain/json/exact-number.ts';
import { keptFilter } from '../../server/filters/kept-filter.ts';
import { missedClauses } from '../../server/filters/missed-clause.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createRandom, type Random } from '../support/random.ts';
import { FILTER_CASES } from './filter-table.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = database.pool;
});
afterAll(() => database.drop());

/** `{ exact: '1.0' }` stands for a number that is written so. */
function written(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(written);
  const entries = Object.entries(value);
  const [[key, literal] = []] = entries;
  if (key === 'exact' && typeof literal === 'string') return new ExactNumber(literal);
  return Object.fromEntries(entries.map(([name, each]) => [name, written(each)]));
}

const bodyOf = (data: unknown) =>
  composeBody({
    eventType: 'order.created',
    eventId: 'e-1',
    timestamp: new Date('2025-02-01T12:00:00Z'),
    payload: canonicalJson(written(data)),
  });

async function met(cases: readonly { filter: unknown; data: unknown }[]): Promise<boolean[]> {
  const paths = cases.map(({ filter }) => {
    const { value, faults } = keptFilter(written(filter), ['filter']);
    if (!value) throw new Error(`${JSON.stringify(filter)}: ${JSON.stringify(faults)}`);
    return value.path;
  });
  const { rows } = await pool.query<{ met: boolean }>(
    `SELECT filterable_body(body) @? path::jsonpath AS met
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS c(body, path, n) ORDER BY n`,
    [cases.map(({ data }) => bodyOf(data)), paths],
  );
  return rows.map((row) => row.met);
}

describe('a filter', () => {
  it('means what the table says', async () => {
    expect(FILTER_CASES.length).toBeGreaterThan(200);
    const found = await met(FILTER_CASES.map(([filter, data]) => ({ filter, data })));
    const wrong = FILTER_CASES.filter(([, , isMet], index) => found[index] !== isMet);
    expect(wrong.map((each) => JSON.stringify(each))).toEqual([]);
  });

  it('says of each case that is not met which clause it was, and of none that is', async () => {
    const held = FILTER_CASES.map(([filter, data]) => ({
      filter: canonicalJson(written(filter)),
      body: bodyOf(data),
    }));
    const missed = await missedClauses(pool, held);
    const wrong = FILTER_CASES.filter(([, , isMet], index) => (missed[index] === null) !== isMet);
    expect(wrong.map((each) => JSON.stringify(each))).toEqual([]);
  });

  it('means the same as a few lines that say it, for filters and payloads as chance has them', async () => {
    const random = createRandom(7);
    const cases = Array.from({ length: 4_000 }, () => ({
      filter: { data: { a: filterOf(random, 3) } },
      data: random.integer(0, 10) === 0 ? {} : { a: valueOf(random, 3) },
    }));
    const found = await met(cases);
    const wrong = cases.filter(
      ({ filter, data }, index) => found[index] !== isMet(filter.data, data),
    );
    expect(wrong.slice(0, 5).map((each) => JSON.stringify(each))).toEqual([]);
    expect(found.filter(Boolean).length).toBeGreaterThan(300);
  });
});

const SCALARS = ['x', 'y', 'xy', '', 1, 2, 2.5, true, false, null] as const;
const KEYS = ['b', 'c'] as const;

function valueOf(random: Random, depth: number): unknown {
  const chance = random.integer(0, depth === 0 ? 5 : 10);
  if (chance < 5) return random.pick(SCALARS);
  const length = random.integer(0, 3);
  if (chance < 7) return Array.from({ length }, () => valueOf(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length }, () => [random.pick(KEYS), valueOf(random, depth - 1)]),
  );
}

const OPERATORS = [
  ...['$eq', '$neq', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$startsWith', '$endsWith'],
  ...['$contains', '$exist', '$not', '$and', '$or'],
];

function filterOf(random: Random, depth: number): unknown {
  const chance = random.integer(0, depth === 0 ? 3 : 10);
  if (chance < 3) return random.pick(SCALARS);
  const some = <Each>(make: () => Each) => Array.from({ length: random.integer(1, 3) }, make);
  if (chance === 3) return some(() => filterOf(random, depth - 1));
  if (chance < 7) {
    return Object.fromEntries(some(() => [random.pick(KEYS), filterOf(random, depth - 1)]));
  }
  return Object.fromEntries(
    some(() => {
      const operator = random.pick(OPERATORS);
      return [operator, operandOf(operator, random, depth)];
    }),
  );
}

function operandOf(operator: string, random: Random, depth: number): unknown {
  switch (operator) {
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return random.pick(['x', '', 1, 2, 2.5]);
    case '$in':
    case '$nin':
      return [random.pick(SCALARS), random.pick(SCALARS)];
    case '$startsWith':
    case '$endsWith':
      return random.pick(['x', 'y', '', ['x', 'xy']]);
    case '$exist':
      return random.pick([true, false]);
    case '$not':
      return filterOf(random, depth - 1);
    case '$and':
    case '$or':
      return [filterOf(random, depth - 1), filterOf(random, depth - 1)];
    default:
      return random.pick(SCALARS);
  }
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The model: `value` is undefined where there is nothing. */
function isMet(filter: unknown, value: unknown): boolean {
  const items = Array.isArray(value) ? value : [value];
  if (Array.isArray(filter)) return filter.every((each) => isMet(each, value));
  if (!isFields(filter)) return value !== undefined && items.includes(filter);
  const fields = Object.entries(filter).filter(([key]) => !key.startsWith('$'));
  const operators = Object.entries(filter).filter(([key]) => key.startsWith('$'));
  const meetsFields = (item: unknown) =>
    !Array.isArray(item) &&
    fields.every(([key, each]) => isMet(each, isFields(item) ? item[key] : undefined));
  return (
    operators.every(([operator, operand]) => meets(operator, operand, value, items)) &&
    (fields.length === 0 || items.some(meetsFields))
  );
}

function meets(operator: string, operand: unknown, value: unknown, items: unknown[]): boolean {
  const some = (test: (item: string | number, operand: string | number) => boolean) =>
    items.some(
      (item) =>
        (typeof item === 'string' && typeof operand === 'string' && test(item, operand)) ||
        (typeof item === 'number' && typeof operand === 'number' && test(item, operand)),
    );
  const list = Array.isArray(operand) ? operand : [operand];
  const someText = (test: (text: string, part: string) => boolean) =>
    items.some((item) => typeof item === 'string' && list.some((part) => test(item, part)));
  switch (operator) {
    case '$eq':
      return isMet(operand, value);
    case '$neq':
      return !isMet(operand, value);
    case '$gt':
      return some((a, b) => a > b);
    case '$gte':
      return some((a, b) => a >= b);
    case '$lt':
      return some((a, b) => a < b);
    case '$lte':
      return some((a, b) => a <= b);
    case '$in':
      return list.some((each) => isMet(each, value));
    case '$nin':
      return !list.some((each) => isMet(each, value));
    case '$startsWith':
      return someText((text, part) => text.startsWith(part));
    case '$endsWith':
      return someText((text, part) => text.endsWith(part));
    case '$contains':
      if (Array.isArray(value)) return list.some((each) => value.includes(each));
      return (
        typeof value === 'string' &&
        list.some((each) => typeof each === 'string' && value.includes(each))
      );
    case '$exist':
      return (value !== undefined) === operand;
    case '$not':
      return !isMet(operand, value);
    case '$and':
      return list.every((each) => isMet(each, value));
    default:
      return list.some((each) => isMet(each, value));
  }
}

describe('a filter that is none', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 10_000; level += 1) deep = { a: deep };
  let nested: unknown = 1;
  for (let level = 0; level < 11; level += 1) nested = { a: nested };

  it.each([
    ['no object', 'x', '', 'must be an object'],
    ['a list', [{ data: 1 }], '', 'must be an object'],
    ['an unknown operator', { data: { a: { $gtt: 1 } } }, 'data.a.$gtt', '"$gtt" is none of $eq'],
    ['$ref', { data: { $ref: 'x' } }, 'data.$ref', 'is no operator'],
    ['$regex', { data: { $regex: '(a+)+$' } }, 'data.$regex', 'is no operator'],
    ['a comparison at the top', { $gt: 1 }, '$gt', 'under a field'],
    ['$eq of a list', { data: { $eq: [1] } }, 'data.$eq', 'must be a string, a number'],
    ['$gt of a boolean', { data: { $gt: true } }, 'data.$gt', 'must be a number or a string'],
    ['$in of a text', { data: { $in: 'x' } }, 'data.$in', 'must be a list'],
    ['$in of nothing', { data: { $in: [] } }, 'data.$in', 'must be a list'],
    ['$in of objects', { data: { $in: ['x', {}] } }, 'data.$in.1', 'must be a string'],
    [
      '$startsWith of a number',
      { data: { $startsWith: 1 } },
      'data.$startsWith',
      'must be a string',
    ],
    ['$endsWith of nothing', { data: { $endsWith: [] } }, 'data.$endsWith', 'must be a list'],
    ['$contains of an object', { data: { $contains: {} } }, 'data.$contains', 'must be a string'],
    ['$exist of a text', { data: { $exist: 'yes' } }, 'data.$exist', 'must be true or false'],
    ['$or of an object', { $or: { data: 1 } }, '$or', 'must be a list'],
    ['$and of nothing', { $and: [] }, '$and', 'must be a list'],
    ['an empty list', { data: [] }, 'data', 'must be a list'],
    ['NUL', { data: 'a\0' }, 'data', 'neither NUL'],
    ['half a pair in a name', { 'a\ud800': 1 }, 'a\ud800', 'half of a surrogate'],
    ['too deep', nested, 'a.a.a.a.a.a.a.a.a.a', 'more than 10'],
    ['far too deep', deep, 'a.a.a.a.a.a.a.a.a.a', 'more than 10'],
    ['too large', { data: 'x'.repeat(4_096) }, '', 'at most 4096 bytes'],
  ])('%s is refused at its place', (_what, filter, place, message) => {
    const { value, faults } = keptFilter(filter, ['input', 'filter']);
    expect(value).toBeUndefined();
    expect(faults).toEqual([
      {
        field: ['input', 'filter', ...(place === '' ? [] : place.split('.'))],
        code: 'INVALID',
        message: expect.stringContaining(message),
      },
    ]);
  });

  it('of the deepest and largest that are taken PostgreSQL makes a path', async () => {
    let filter: unknown = 1;
    for (let level = 0; level < 9; level += 1) filter = { $not: { a: filter } };
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, { $neq: n }]));
    const found = await met([
      { filter: { $not: { data: { a: { $not: { $not: { $not: { $not: 1 } } } } } } }, data: {} },
      { filter: many, data: {} },
    ]);
    expect(found).toEqual([true, true]);
    expect(keptFilter({ $or: [filter] }, []).faults).toBeDefined();
  });
});

describe('the clause that was not met', () => {
  const why = async (filter: unknown, data: unknown) => {
    const text = canonicalJson(written(filter));
    return (await missedClauses(pool, [{ filter: text, body: bodyOf(data) }]))[0];
  };

  it('is named with the place and the value that stands there', async () => {
    const filter = { data: { plan: 'pro', total: { $gt: 100, $lt: 500 } } };
    expect(await why(filter, { plan: 'pro', total: 42 })).toEqual({
      path: '/data/total',
      reason: 'Its filter wants {"$gt":100} of /data/total; it is 42.',
    });
    expect(await why(filter, { plan: 'größer', total: 200 })).toEqual({
      path: '/data/plan',
      reason: 'Its filter wants "pro" of /data/plan; it is "größer".',
    });
    expect(await why(filter, {})).toMatchObject({
      path: '/data/plan',
      reason: expect.stringContaining('there is nothing'),
    });
    expect(await why({ data: { items: { sku: 'a', n: 1 } } }, { items: [{ sku: 'a' }] })).toEqual({
      path: '/data/items',
      reason: 'Its filter wants {"n":1,"sku":"a"} of /data/items; it is [{"sku":"a"}].',
    });
    expect(await why({ $or: [{ data: 1 }, { data: 2 }] }, 3)).toMatchObject({ path: '' });
    expect(await why({ $and: [{ data: 3 }, { data: { $neq: 3 } }] }, 3)).toMatchObject({
      path: '/data',
      reason: expect.stringContaining('{"$neq":3}'),
    });
    const long = await why({ data: 'x' }, 'y'.repeat(5_000));
    expect(long?.reason.length).toBeLessThan(600);
  });
});
