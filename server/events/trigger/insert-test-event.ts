import type { Pool } from 'pg';
import { madeDeliveries } from '../../deliveries/changes/transition.ts';
import { DUE_AT_ONCE } from '../../deliveries/changes/due-time.ts';
import { pastHolds } from '../../deliveries/held-back.ts';
import type { InsertedEvent, NewEvent } from './insert-events.ts';

const INSERT_TEST_EVENT = `
WITH webhook AS (
  SELECT w.id, w."customerId", ${pastHolds('w')} AS earlier FROM "Webhook" w
  WHERE w.id = $8::uuid AND w."tenantId" = $2::uuid AND w."deletedAt" IS NULL
), made AS (
  INSERT INTO "Event" (id, "tenantId", "customerId", type, "eventId", body, hash, "webhooksNotified", "isTest", violations, "createdAt")
  SELECT $1::uuid, $2::uuid, "customerId", $3, $4, $5, $6::bytea, 1, true, $9::text, $7::timestamptz FROM webhook
  RETURNING id, "tenantId", "customerId", type, "eventId", "isTest", "createdAt"
), target AS (
  SELECT made.*, webhook.id AS "webhookId", webhook.earlier FROM made, webhook
), ${madeDeliveries('target', { dueAt: `${DUE_AT_ONCE} - earlier` })}
SELECT "eventRef" AS id, 1 AS "webhooksNotified",
  ARRAY[id] AS "deliveryIds", ARRAY["webhookId"] AS "webhookIds", ARRAY[NULL::int] AS "claimedAtRevision",
  '{}'::text[] AS "inLine"
FROM delivery`;

/**
 * Keeps a test event with its one delivery, for its webhook's customer, in one statement; null where the tenant has no such
 * webhook.
 */
export async function insertTestEvent(
  pool: Pool,
  event: NewEvent,
  webhookId: string,
): Promise<InsertedEvent | null> {
  const { rows } = await pool.query<InsertedEvent>({
    name: 'insert-test-event',
    text: INSERT_TEST_EVENT,
    values: [
      event.id,
      event.tenantId,
      event.type,
      event.eventId,
      event.body,
      event.hash,
      event.createdAt,
      webhookId,
      event.violations,
    ],
  });
  return rows[0] ?? null;
}
