import type { Pool } from 'pg';

import { createParameters } from '../../database/parameters.ts';
import { cutIntoPieces } from './pieces.ts';
import type { StatsRange } from './range.ts';
import { countRows, type Scope } from './sources.ts';

/**
 * The tenant's webhooks with the most failed deliveries in the range, most first; those with
 * none, and deleted ones, left out. One statement, whose cost goes with the webhooks, not with
 * their deliveries.
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
  const parameters = createParameters();
  const tenant = parameters.of(tenantId, 'uuid');
  const scope: Scope = {
    kind: 'webhooks',
    ids: `(SELECT w.id FROM "Webhook" w WHERE w."tenantId" = ${tenant} AND w."deletedAt" IS NULL)`,
  };
  const pieces = cutIntoPieces({ from: range.from, to: range.countTo }, 'DAY');
  const { rows } = await pool.query<{ ownerId: string }>({
    text: `
SELECT "ownerId"
FROM (${countRows({ tenantId, parameters, scope }, pieces, ['FAILED'])}) part
GROUP BY 1
HAVING sum(failed) > 0
ORDER BY sum(failed) DESC, 1 DESC
LIMIT ${parameters.of(first, 'int')}`,
    values: parameters.values,
  });
  return rows.map((row) => row.ownerId);
}
