import { setImmediate } from 'node:timers/promises';

import type { Pool } from 'pg';

import type { KeysetPage } from '../database/keyset-page.ts';
import { listEvents, type EventListFilter } from './list.ts';
import type { EventRow } from './row.ts';

/** How a filter fares with events of the past. */
export interface FilterTrial {
  checked: number;
  matched: number;
  /** The newest of them, at most {@link MOST_SHOWN} of each. */
  matching: EventRow[];
  others: EventRow[];
}

const MOST_SHOWN = 10;
/** Events of one read, and bytes of bodies that a trial reads in all. */
const IN_READ = 50;
const MOST_BYTES = 16_777_216;

const MATCH = `
SELECT e.id, octet_length(e.body) AS bytes, filterable_body(e.body) @? $3::jsonpath AS matches
FROM "Event" e WHERE e.id = ANY ($2::uuid[]) AND e."tenantId" = $1::uuid`;

/**
 * Holds a filter against the newest `last` events of a list, newest first, or as many as
 * {@link MOST_BYTES} has room for.
 * @param path the filter as jsonpath.
 */
export async function tryFilter(
  pool: Pool,
  { tenantId, filter, last }: { tenantId: string; filter: EventListFilter; last: number },
  path: string,
): Promise<FilterTrial> {
  const trial: FilterTrial = { checked: 0, matched: 0, matching: [], others: [] };
  let after: string | undefined;
  let bytes = 0;
  while (trial.checked < last && bytes < MOST_BYTES) {
    const limit = Math.min(IN_READ, last - trial.checked);
    const page: KeysetPage = { limit, backwards: false, ...(after !== undefined && { after }) };
    const events = (await listEvents(pool, { tenantId, filter, page })).slice(0, limit);
    const { rows } = await pool.query<{ id: string; bytes: number; matches: boolean }>(MATCH, [
      tenantId,
      events.map(({ id }) => id),
      path,
    ]);
    const judged = new Map(rows.map((row) => [row.id, row]));
    for (const event of events) {
      const found = judged.get(event.id);
      // Retention has just removed it.
      if (found === undefined) continue;
      bytes += found.bytes;
      trial.checked += 1;
      if (found.matches) trial.matched += 1;
      const shown = found.matches ? trial.matching : trial.others;
      if (shown.length < MOST_SHOWN) shown.push(event);
    }
    after = events.at(-1)?.id;
    if (events.length < limit) break;
    await setImmediate();
  }
  return trial;
}
