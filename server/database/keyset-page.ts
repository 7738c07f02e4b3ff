import { lowestIdAt, NIL_UUID } from '../domain/identifiers.ts';

/**
 * A page of a list ordered by uuid v7, newest first. Rows are returned in the order they are
 * read: from `after` on, or, backwards, from the end (or `before`) up; and one more than `limit`,
 * to tell whether the list goes on.
 */
export interface KeysetPage {
  /** 0 to 100. */
  limit: number;
  /** Only rows older than the one with this id. */
  after?: string;
  /** Only rows newer than the one with this id. */
  before?: string;
  /** True: the oldest rows of the list (or next to `before`), oldest first. */
  backwards: boolean;
}

/** What a Prisma query needs to read a page of a list that is ordered by `id`, newest first. */
export interface KeysetQuery {
  id: { lt?: string; gt?: string };
  orderBy: { id: 'asc' | 'desc' };
  take: number;
}

/**
 * The page as a keyset query: `prisma.webhook.findMany({ where: { tenantId, id }, orderBy, take })`.
 */
export function keysetQuery(page: KeysetPage): KeysetQuery {
  return {
    id: {
      ...(page.after !== undefined && { lt: page.after }),
      ...(page.before !== undefined && { gt: page.before }),
    },
    orderBy: { id: page.backwards ? 'asc' : 'desc' },
    take: page.limit + 1,
  };
}

/** From `from` on, up to but without `to`; open if omitted. */
export interface TimeSpan {
  from?: Date | undefined;
  to?: Date | undefined;
}

/** The last millisecond that a uuid v7 can hold (RFC 9562, section 5.7: 48 bits). */
const LAST_MS = 2 ** 48 - 1;

/** The lowest id made at this time or later; times that no id can have are drawn to those that can. */
export function lowestIdFrom(ms: number): string {
  return lowestIdAt(Math.min(Math.max(0, Math.ceil(ms)), LAST_MS));
}

/** Above all ids of uuid v7. */
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The narrower of what page and span leave: one bound at each end, for a scan starts at only one. */
function bounds(page: KeysetPage, span: TimeSpan | undefined) {
  const from = span?.from === undefined ? NIL_UUID : lowestIdFrom(span.from.getTime());
  const to = span?.to === undefined ? HIGHEST_ID : lowestIdFrom(span.to.getTime());
  const { before, after } = page;
  return {
    lower:
      before !== undefined && before >= from ? (['>', before] as const) : (['>=', from] as const),
    upper: ['<', after !== undefined && after < to ? after : to] as const,
  };
}

/** What leads an index before its `id`: a column, and the SQL of the one value it has in the scan. */
export type IndexKey = readonly (readonly [column: string, value: string])[];

/**
 * The part of an index that holds a page: where its key has the given values, its id (`idColumn`,
 * a uuid v7) within page and span.
 *
 * Written as comparisons of the whole key and ordered by it, though only the id differs: given
 * `key = value … ORDER BY id`, the planner may think that enough rows have the value, walk the
 * primary key instead and drop nearly all it reads. This leaves it one index that fits.
 */
export function keysetScan(
  key: IndexKey,
  idColumn: string,
  page: KeysetPage,
  span: TimeSpan | undefined,
  parameter: (value: unknown, type: string) => string,
): { conditions: string[]; orderBy: string } {
  const columns = [...key.map(([column]) => column), idColumn];
  const values = key.map(([, value]) => value);
  const compare = ([operator, id]: readonly [string, string]) =>
    `(${columns.join(', ')}) ${operator} (${[...values, parameter(id, 'uuid')].join(', ')})`;
  const { lower, upper } = bounds(page, span);
  const direction = page.backwards ? 'ASC' : 'DESC';
  return {
    conditions: [compare(lower), compare(upper)],
    orderBy: columns.map((column) => `${column} ${direction}`).join(', '),
  };
}
