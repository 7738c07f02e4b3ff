import type { Pool } from 'pg';

import { DELIVERY_STATUSES } from '../domain/delivery/delivery-states.ts';

/*
 * The ids of a tenant stand in its index by status: one scan for each, which stops at the limit.
 */
const WITHIN = `
SELECT found.id FROM unnest($5::"DeliveryStatus"[]) AS wanted(status)
CROSS JOIN LATERAL (
  SELECT d.id FROM "Delivery" d
  WHERE (d."tenantId", d.status, d.id) >= ($1::uuid, wanted.status, $2::uuid)
    AND (d."tenantId", d.status, d.id) <= ($1::uuid, wanted.status, $3::uuid)
  ORDER BY d."tenantId" DESC, d.status DESC, d.id DESC LIMIT $4
) found
ORDER BY found.id DESC LIMIT $4`;

/** The tenant's newest deliveries whose ids lie within these two, both included. */
export async function findDeliveryIdsWithin(
  pool: Pool,
  tenantId: string,
  { first, last }: { first: string; last: string },
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    text: WITHIN,
    values: [tenantId, first, last, limit, DELIVERY_STATUSES],
  });
  return rows.map(({ id }) => id);
}
