import type { Pool } from 'pg';

import { createParameters } from '../../database/parameters.ts';
import { scopeOf, type StatsOwners } from './counts.ts';
import { cutIntoPieces } from './pieces.ts';
import type { StatsRange } from './range.ts';
import { deliveryRows, deltaRows, rollupRows } from './sources.ts';

/**
 * How the latencies of a range's successful deliveries are spread, in one statement: counts by
 * bucket (SQL function latency_bucket; server/domain/delivery/latency-histogram.ts reads them), from
 * bucket 0 up.
 *
 * @returns by the owner’s id, or by the nil uuid for the tenant; those without a success are left out.
 */
export async function latencyHistograms(
  pool: Pool,
  tenantId: string,
  owners: StatsOwners,
  range: StatsRange,
): Promise<Map<string, number[]>> {
  const parameters = createParameters();
  const options = { tenantId, parameters, scope: scopeOf(owners, parameters.of) };
  const pieces = cutIntoPieces({ from: range.from, to: range.countTo }, 'DAY');
  const { rows } = await pool.query<{ ownerId: string; bucket: number; n: number }>({
    text: `
SELECT "ownerId", bucket, sum(n)::float8 AS n
FROM (
  SELECT "ownerId", (place - 1)::int AS bucket, n
  FROM (${rollupRows(options, pieces.rollups)}) rollup
  CROSS JOIN LATERAL unnest(latencies) WITH ORDINALITY AS counted(n, place)
  UNION ALL
  SELECT "ownerId", greatest(entry, -1 - entry), CASE WHEN entry < 0 THEN -1 ELSE 1 END
  FROM (${deltaRows(options, pieces.whole)}) delta
  CROSS JOIN LATERAL unnest(latencies) AS entry
  UNION ALL
  SELECT "ownerId",
    latency_bucket(extract(epoch FROM "completedAt" - "createdAt")::float8 * 1000), 1
  FROM (${deliveryRows(options, pieces.edges, ['SUCCESS'])}) delivery
) part
GROUP BY 1, 2
HAVING sum(n) > 0`,
    values: parameters.values,
  });
  const histograms = new Map<string, number[]>();
  for (const { ownerId, bucket, n } of rows) {
    const histogram = histograms.get(ownerId) ?? [];
    while (histogram.length <= bucket) histogram.push(0);
    histogram[bucket] = n;
    histograms.set(ownerId, histogram);
  }
  return histograms;
}
