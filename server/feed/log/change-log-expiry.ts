import type { Pool } from 'pg';
import { unhurried } from '../../database/unhurried.ts';
import { CURSOR_LIFETIME_MS } from './cursor.ts';

export interface ExpiryOptions {
  /** 25 if omitted: an hour more than a cursor is good for, so that clocks and long transactions don't matter. */
  olderThanHours?: number;
  /** Rows deleted in one statement at most. */
  batch?: number;
  /** Ends it after the batch that is under way. */
  signal?: AbortSignal;
}

const CURSOR_LIFETIME_HOURS = CURSOR_LIFETIME_MS / 3_600_000;

// The rows of the newest pages are unknown to the BRIN index until it is asked to look at them,
// and every search of it would read them all.
const SUMMARIZE = `SELECT brin_summarize_new_values('"DeliveryChange_at_idx"'::regclass)`;

const OLDEST = `
  SELECT min(at) AS oldest, now() - make_interval(secs => $1) AS "end"
  FROM "DeliveryChange" WHERE at < now() - make_interval(secs => $1)`;

const DELETE_SLICE = `
  DELETE FROM "DeliveryChange" WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM "DeliveryChange" WHERE at >= $1 AND at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED
  ))`;

const FIRST_SLICE_MS = 10_000;

/**
 * Deletes old changes in batches that no one notices, with a rest after each, and returns how many. Goes through time in
 * slices as wide as a batch: searching from the oldest each time would read what the batches
 * before have deleted again and again.
 */
export async function expireChanges(
  pool: Pool,
  { olderThanHours = CURSOR_LIFETIME_HOURS + 1, batch = 5_000, signal }: ExpiryOptions = {},
): Promise<number> {
  await pool.query(SUMMARIZE);
  const { rows } = await pool.query<{ oldest: Date | null; end: Date }>(OLDEST, [
    olderThanHours * 3_600,
  ]);
  const [bounds] = rows;
  if (!bounds?.oldest) return 0;

  let deleted = 0;
  let sliceMs = FIRST_SLICE_MS;
  let from = bounds.oldest.getTime();
  const end = bounds.end.getTime();
  while (from < end && signal?.aborted !== true) {
    const to = Math.min(from + sliceMs, end);
    const slice = [new Date(from), new Date(to), batch];
    const { rowCount } = await unhurried(() => pool.query(DELETE_SLICE, slice), signal);
    const count = rowCount ?? 0;
    deleted += count;
    if (count === batch) {
      sliceMs = Math.max(1, Math.floor(sliceMs / 2));
      continue;
    }
    from = to;
    if (count < batch / 4) sliceMs *= 2;
  }
  return deleted;
}
