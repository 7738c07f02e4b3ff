import { NO_CUSTOMER } from '../customers/row.ts';
import { keysetScan, type KeysetPage, type TimeSpan } from '../database/keyset-page.ts';
import type { Parameters } from '../database/parameters.ts';

/** The part of the index that holds a tenant's events, `e`, of a time. */
export function eventScan(
  tenantId: string,
  span: TimeSpan,
  page: KeysetPage,
  parameters: Parameters,
) {
  const key = [['e."tenantId"', parameters.of(tenantId, 'uuid')]] as const;
  return keysetScan(key, 'e.id', page, span, parameters.of);
}

/**
 * Whether an event, `e`, would have gone to a webhook, `w`, as it is subscribed and filtered now, and did not:
 * a condition in SQL. Events are never the webhook's own if they are another customer's, or a test.
 */
export const WAS_MISSED = `NOT e."isTest" AND e."tenantId" = w."tenantId"
  AND (w."customerId" = '${NO_CUSTOMER}' OR w."customerId" = e."customerId")
  AND EXISTS (SELECT FROM "EventSubscription" s WHERE s."webhookId" = w.id AND (s."eventType" IN (e.type, '*')
    OR right(s."eventType", 2) = '.*' AND starts_with(e.type, left(s."eventType", -1))))
  AND (w."filterId" IS NULL
    OR (SELECT filterable_body(e.body) @? f.path FROM "WebhookFilter" f WHERE f.id = w."filterId"))
  AND NOT EXISTS (SELECT FROM "Delivery" d WHERE d."eventRef" = e.id AND d."webhookId" = w.id)`;
