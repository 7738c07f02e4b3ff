import type { Pool } from 'pg';

import { DELIVERY_COLUMNS, type DeliveryRow } from './row.ts';

/** Those of the deliveries that the tenant has, by id. One statement. */
export async function findDeliveries(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, DeliveryRow>> {
  const { rows } = await pool.query<DeliveryRow>({
    text: `SELECT ${DELIVERY_COLUMNS} FROM "Delivery" d
      WHERE d.id = ANY ($2::uuid[]) AND d."tenantId" = $1::uuid`,
    values: [tenantId, ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}
