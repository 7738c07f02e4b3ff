import type { Pool } from 'pg';

import { createParameters } from '../../database/parameters.ts';
import { cutIntoPieces } from './pieces.ts';
import type { StatsRange } from './range.ts';
import { ofStatusInSpan, pieceRows, spanRows } from './sources.ts';

/**
 * The tenant's webhooks with the most failed deliveries in the range, most first; those with
 * none, and deleted ones, left out. One statement, which looks at sums with failures alone: its
 * cost goes with the webhooks that fail.
 *
 * @param first 0 to 100.
 * @returns webhook ids; of two with as many failures, the newer first.
 */
export async function topFailingWebhooks(
  pool: Pool,
  tenantId: string,
  range: StatsRange,
  first: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(topFailingQuery(tenantId, range, first));
  return rows.map(({ id }) => id);
}

/** The statement of {@link topFailingWebhooks}, for its plan to be looked at. */
export function topFailingQuery(tenantId: string, range: StatsRange, first: number) {
  const parameters = createParameters();
  const { of } = parameters;
  const pieces = cutIntoPieces({ from: range.from, to: range.countTo }, 'DAY');
  const tenant = of(tenantId, 'uuid');
  const time = (ms: number) => new Date(ms).toISOString();
  const { from, to } = pieces.whole ?? { from: 0, to: 0 };
  const text = `
SELECT w.id
FROM (
  SELECT r."webhookId", r.failed
  FROM ${pieceRows(parameters, pieces.rollups)}
  CROSS JOIN LATERAL (
    SELECT r."webhookId", r.failed FROM "DeliveryRollup" r
    WHERE r."tenantId" = ${tenant} AND r.level = piece.level AND r.start >= piece."from" AND r.start < piece."to"
      AND r.failed > 0
    OFFSET 0
  ) r
  UNION ALL
  SELECT d."webhookId", d.failed FROM "DeliveryRollupDelta" d
  WHERE d."tenantId" = ${tenant} AND d.minute >= ${of(time(from), 'timestamptz')}
    AND d.minute < ${of(time(to), 'timestamptz')} AND d.failed <> 0
  UNION ALL
  SELECT d."webhookId", 1
  FROM ${spanRows(parameters, pieces.edges)}
  CROSS JOIN LATERAL (
    SELECT d."webhookId" FROM "Delivery" d
    WHERE d."tenantId" = ${tenant} AND ${ofStatusInSpan('d', `'FAILED'::"DeliveryStatus"`)} AND NOT d."isTest"
    OFFSET 0
  ) d
) part
JOIN "Webhook" w ON w.id = part."webhookId" AND w."tenantId" = ${tenant} AND w."deletedAt" IS NULL
GROUP BY w.id
HAVING sum(part.failed) > 0
ORDER BY sum(part.failed) DESC, w.id DESC
LIMIT ${of(first, 'int')}`;
  return { text, values: parameters.values };
}
