import type { Pool } from 'pg';

import { canonicalJson } from '../domain/json/canonical-json.ts';
import { cutText } from '../domain/cut-text.ts';
import { parseJson } from '../domain/json/json-request.ts';
import { clausesOf, type FilterClause } from '../domain/payload-filter/clauses.ts';
import { toJsonpath } from '../domain/payload-filter/jsonpath.ts';
import { parseFilter } from '../domain/payload-filter/read-filter.ts';

/** A filter, and a body that it was held against. */
export interface HeldAgainst {
  /** Canonical JSON. */
  filter: string;
  body: string;
}

/** What of a filter a body does not meet. */
export interface MissedClause {
  /** JSON Pointer into the body. */
  path: string;
  /** In words, with the clause and the value that stands there. */
  reason: string;
}

const MET = `
WITH body AS MATERIALIZED (
  SELECT place, filterable_body(body) AS body FROM unnest($1::text[]) WITH ORDINALITY AS b(body, place)
)
SELECT c.n FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS c(place, path, n)
JOIN body ON body.place = c.place
WHERE NOT body.body @? c.path::jsonpath ORDER BY c.n`;

/**
 * The first clause of each filter that its body does not meet; null where it meets all of them. Asked of
 * PostgreSQL as the fan-out asks it, in one statement.
 */
export async function missedClauses(
  pool: Pool,
  held: readonly HeldAgainst[],
): Promise<(MissedClause | null)[]> {
  if (held.length === 0) return [];
  // Webhooks share filters, and more than one field asks about each: none is judged twice.
  const missed = new Map<string, Map<string, MissedClause | null>>();
  for (const { filter, body } of held) {
    const ofBody = missed.get(body) ?? new Map<string, MissedClause | null>();
    missed.set(body, ofBody.set(filter, null));
  }
  const asked = [...missed].flatMap(([body, ofBody], index) => {
    const { value } = parseJson(body);
    return [...ofBody.keys()].flatMap((filter) =>
      clausesOfText(filter, value).map((clause) => ({
        ...{ ofBody, filter, clause },
        place: index + 1,
        path: toJsonpath(parseFilter(canonicalJson(clause.filter))),
      })),
    );
  });
  const { rows } = await pool.query<{ n: bigint }>({
    text: MET,
    values: [[...missed.keys()], asked.map(({ place }) => place), asked.map(({ path }) => path)],
  });
  for (const { n } of rows.toReversed()) {
    const found = asked[Number(n) - 1];
    found?.ofBody.set(found.filter, inWords(found.clause));
  }
  return held.map(({ filter, body }) => missed.get(body)?.get(filter) ?? null);
}

function clausesOfText(filter: string, body: unknown): FilterClause[] {
  const { value } = parseJson(filter);
  if (typeof value !== 'object' || value === null) return [];
  return clausesOf(Object.fromEntries(Object.entries(value)), body);
}

/** Characters of a clause, and of a value. */
const MOST_SHOWN = 200;

function inWords({ pointer, clause, value }: FilterClause): MissedClause {
  const place = pointer === '' ? 'the body' : pointer;
  const there = value === undefined ? 'there is nothing' : `it is ${shown(value)}`;
  return { path: pointer, reason: `Its filter wants ${shown(clause)} of ${place}; ${there}.` };
}

/** JSON as people read it: in canonical JSON letters of other languages are escaped. */
function shown(value: unknown): string {
  const text = canonicalJson(value).replace(/\\(?:u([0-9a-f]{4})|.)/g, (escape, hex?: string) =>
    hex === undefined || Number.parseInt(hex, 16) < FIRST_LETTER
      ? escape
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return cutText(text.toWellFormed(), MOST_SHOWN);
}

/** Below lie ASCII and control characters. */
const FIRST_LETTER = 0xa1;
