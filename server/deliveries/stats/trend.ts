import type { Pool } from 'pg';

import { createParameters } from '../../database/parameters.ts';
import { scopeOf, type StatsOwners } from './counts.ts';
import { cutIntoPieces, INTERVAL_MS, startOf, type Span, type StatsInterval } from './pieces.ts';
import type { StatsRange } from './range.ts';
import { countRows } from './sources.ts';

/** What was made within one interval of a range. */
export interface TrendPoint {
  /** Start of the interval, which may lie before the range's. */
  start: Date;
  total: number;
  success: number;
  failed: number;
}

/** How many intervals a range touches. */
export function intervalsIn(range: Span, interval: StatsInterval): number {
  return Math.ceil((range.to - startOf(interval, range.from)) / INTERVAL_MS[interval]);
}

interface TrendRow {
  ownerId: string;
  start: number;
  total: number;
  success: number;
  failed: number;
}

/**
 * The deliveries of a range by the interval (UTC) they were made in, in one statement. The first
 * and the last interval count only what lies within the range. Check {@link intervalsIn} first.
 *
 * @returns by the owner’s id, or by the nil uuid for the tenant: those intervals that hold a delivery.
 */
export async function countByInterval(
  pool: Pool,
  tenantId: string,
  owners: StatsOwners,
  range: StatsRange,
  interval: StatsInterval,
): Promise<Map<string, Map<number, TrendPoint>>> {
  const parameters = createParameters();
  const options = { tenantId, parameters, scope: scopeOf(owners, parameters.of) };
  const pieces = cutIntoPieces({ from: range.from, to: range.countTo }, interval);
  const { rows } = await pool.query<TrendRow>({
    text: `
SELECT "ownerId",
  extract(epoch FROM date_trunc(${parameters.of(interval, 'text')}, start, 'UTC'))::float8 * 1000 AS start,
  sum(total)::float8 AS total, sum(success)::float8 AS success, sum(failed)::float8 AS failed
FROM (${countRows(options, pieces)}) part
GROUP BY 1, 2`,
    values: parameters.values,
  });
  const trends = new Map<string, Map<number, TrendPoint>>();
  for (const { ownerId, start, ...counts } of rows) {
    const trend = trends.get(ownerId) ?? new Map<number, TrendPoint>();
    trends.set(ownerId, trend.set(start, { start: new Date(start), ...counts }));
  }
  return trends;
}

/** Every interval of the range, in order, with zeros where `found` has none. */
export function fillTrend(
  found: ReadonlyMap<number, TrendPoint> | undefined,
  range: Span,
  interval: StatsInterval,
): TrendPoint[] {
  const first = startOf(interval, range.from);
  return Array.from({ length: intervalsIn(range, interval) }, (_, index) => {
    const start = first + index * INTERVAL_MS[interval];
    return found?.get(start) ?? { start: new Date(start), total: 0, success: 0, failed: 0 };
  });
}
