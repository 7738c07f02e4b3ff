import type { Pool } from 'pg';

import { plainArray } from '../../database/array-text.ts';
import type { ClaimedDelivery } from './claim.ts';

/*
 * What was made as claimed by this worker, under the tokens that it was handed: nothing is written, so
 * there is nothing to wait for. A claim that was given back meanwhile has another token, or none.
 */
const HANDED = `
SELECT d.id, d."tenantId", d."webhookId", w.revision AS "webhookRevision", d."eventType", e.body,
  d."claimToken" AS token, d."attemptCount", d."attemptsMade", d."orderingKey"
FROM "Delivery" d JOIN "Webhook" w ON w.id = d."webhookId" JOIN "Event" e ON e.id = d."eventRef"
WHERE d.id = ANY($1::uuid[]) AND d."claimToken" = ANY($2::uuid[]) AND d."claimedBy" = $3::uuid`;

/** Finds those of the deliveries that the worker holds under one of the tokens. One statement, which writes nothing. */
export async function findHanded(
  pool: Pool,
  workerId: string,
  handed: { deliveryIds: readonly string[]; tokens: readonly string[] },
): Promise<ClaimedDelivery[]> {
  const { rows } = await pool.query<ClaimedDelivery>(handedQuery(workerId, handed));
  return rows;
}

/** The statement of {@link findHanded}, for its plan to be looked at. */
export function handedQuery(
  workerId: string,
  { deliveryIds, tokens }: { deliveryIds: readonly string[]; tokens: readonly string[] },
) {
  return {
    name: 'handed',
    text: HANDED,
    values: [plainArray(deliveryIds), plainArray(tokens), workerId],
  };
}
