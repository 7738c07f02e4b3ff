import type { Pool } from 'pg';

import type { FanOutOutcome } from '../filters/fan-out-outcome.ts';

/** What became of an event for one of the webhooks that subscribed to it. */
export interface FanOutRow {
  /** The webhook's. */
  id: string;
  outcome: FanOutOutcome;
  /** Null but where it was delivered. */
  deliveryId: string | null;
  /** The text of the filter that it did not meet; of a test, of the webhook's filter as it now is. */
  filter: string | null;
}

/** What a webhook had missed may have been made up for since. */
const isStillWithout = (webhookId: string) =>
  `NOT EXISTS (SELECT FROM "Delivery" d WHERE d."eventRef" = e.id AND d."webhookId" = ${webhookId})`;

const FAN_OUT = `
SELECT found."eventRef", found.id, found.outcome, found."deliveryId", found.filter
FROM (
  SELECT d."eventRef", d."webhookId" AS id, 'DELIVERED' AS outcome, d.id AS "deliveryId",
    CASE WHEN d."isTest" THEN (SELECT f.filter FROM "Webhook" w JOIN "WebhookFilter" f ON f.id = w."filterId"
      WHERE w.id = d."webhookId") END AS filter
  FROM "Delivery" d WHERE d."eventRef" = ANY ($2::uuid[]) AND d."tenantId" = $1::uuid
  UNION ALL
  SELECT e.id, f."webhookId", 'FILTERED', NULL, f.filter
  FROM "Event" e CROSS JOIN LATERAL unnest(e."filteredBy") AS by(id) JOIN "WebhookFilter" f ON f.id = by.id
  WHERE e.id = ANY ($2::uuid[]) AND e."tenantId" = $1::uuid AND ${isStillWithout('f."webhookId"')}
  UNION ALL
  SELECT e.id, off.id, 'INACTIVE', NULL, NULL
  FROM "Event" e CROSS JOIN LATERAL unnest(e.inactive) AS off(id)
  WHERE e.id = ANY ($2::uuid[]) AND e."tenantId" = $1::uuid AND ${isStillWithout('off.id')}
) found
JOIN "Webhook" w ON w.id = found.id AND w."tenantId" = $1::uuid
ORDER BY found.id DESC`;

/**
 * What became of each of these events of a tenant, by the event's id: a row for each webhook, newest
 * first, without those that retention has removed since. One statement.
 */
export async function findFanOut(
  pool: Pool,
  tenantId: string,
  eventIds: readonly string[],
): Promise<Map<string, FanOutRow[]>> {
  const { rows } = await pool.query<FanOutRow & { eventRef: string }>({
    text: FAN_OUT,
    values: [tenantId, eventIds],
  });
  const found = new Map<string, FanOutRow[]>(eventIds.map((id) => [id, []]));
  for (const { eventRef, ...row } of rows) found.get(eventRef)?.push(row);
  return found;
}
