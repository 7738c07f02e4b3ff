import type { Pool } from 'pg';

import { NEXT_XID } from '../../database/transaction-ids.ts';

const BATCH = 10_000;

/* A range of the primary key for each tenant: where there is nothing, that is all it costs. */
const FORGET = `
DELETE FROM "DeliveryChange" WHERE ctid = ANY (ARRAY (
  SELECT c.ctid FROM "Tenant" t CROSS JOIN LATERAL (
    SELECT ctid FROM "DeliveryChange" c
    WHERE c."tenantId" = t.id AND c.xid >= (SELECT ${NEXT_XID})
    ORDER BY c.xid LIMIT ${BATCH}
  ) c LIMIT ${BATCH}
))`;

/**
 * Deletes changes of transactions that are yet to come, and returns how many: a dump was restored into a
 * cluster that has had fewer, and as it came to their numbers they would be told as new. While nothing was
 * restored there are none, and one statement finds that out.
 */
export async function forgetRestoredChanges(pool: Pool): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(FORGET);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return deleted;
  }
}
