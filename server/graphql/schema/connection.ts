import type { KeysetPage } from '../../database/keyset-page.ts';
import { isUuid } from '../../domain/identifiers.ts';
import { boundedInt } from '../limits/bounded-int.ts';
import { badUserInput } from '../errors/errors.ts';

/** Relay pages over lists that are ordered by their uuid v7, newest first. */

/** The four arguments that every connection takes. */
export interface ConnectionArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** contract.graphql: `first`/`last` at most 100 (more is refused), 20 where neither is given. */
export const MAX_PAGE_SIZE = 100;
/** The sizes that a page may have. */
export const PAGE_SIZES = { from: 0, to: MAX_PAGE_SIZE };
const DEFAULT_PAGE_SIZE = 20;

const CURSOR_PREFIX = 'at:';

export function encodeCursor(uuid: string): string {
  return Buffer.from(CURSOR_PREFIX + uuid, 'utf8').toString('base64url');
}

/** @throws BAD_USER_INPUT naming the argument, where the cursor is none of ours. */
export function decodeCursor(cursor: string, argument: 'after' | 'before'): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const uuid = text.slice(CURSOR_PREFIX.length);
  if (!text.startsWith(CURSOR_PREFIX) || !isUuid(uuid)) {
    throw badUserInput(`${argument} is no cursor of this list.`, [argument]);
  }
  return uuid;
}

/** @throws BAD_USER_INPUT for sizes and cursors that do not fit. */
export function pageArgs(args: ConnectionArgs): KeysetPage {
  const { first, last } = args;
  if (typeof first === 'number' && typeof last === 'number') {
    throw badUserInput('Give first or last, not both.', ['last']);
  }
  return {
    limit: pageSize('first', first) ?? pageSize('last', last) ?? DEFAULT_PAGE_SIZE,
    ...(typeof args.after === 'string' && { after: decodeCursor(args.after, 'after') }),
    ...(typeof args.before === 'string' && { before: decodeCursor(args.before, 'before') }),
    backwards: typeof last === 'number',
  };
}

function pageSize(argument: 'first' | 'last', size: number | null | undefined) {
  if (size === null || size === undefined) return undefined;
  return boundedInt(size, PAGE_SIZES, [argument]);
}

/** One page of a list, in the shape of the contract's connections. */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/**
 * @param rows up to `page.limit + 1` rows in the order they were read: from `after` on, or,
 *   backwards, from the end (or `before`) up.
 */
export function toConnection<Row extends { id: string }>(
  rows: readonly Row[],
  page: KeysetPage,
): Connection<Row> {
  const more = rows.length > page.limit;
  const kept = rows.slice(0, page.limit);
  if (page.backwards) kept.reverse();
  const edges = kept.map((node) => ({ cursor: encodeCursor(node.id), node }));
  return {
    edges,
    pageInfo: {
      // Relay's spec lets the other direction be known from the cursor alone: there was a row at it.
      hasNextPage: page.backwards ? page.before !== undefined : more,
      hasPreviousPage: page.backwards ? more : page.after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
