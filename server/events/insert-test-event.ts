import type { Pool } from 'pg';
import { CURRENT_XID } from '../deliveries/change.ts';
import { DUE_AT_ONCE } from '../deliveries/due-time.ts';
import type { InsertedEvent, NewEvent } from './insert-events.ts';

/* Tests stay out of the sums. */
const INSERT_TEST_EVENT = `
WITH target AS (
  SELECT id FROM "Webhook" WHERE id = $8::uuid AND "tenantId" = $2::uuid AND "deletedAt" IS NULL
), made AS (
  INSERT INTO "Event" (id, "tenantId", type, "eventId", body, hash, "webhooksNotified", "isTest", "createdAt")
  SELECT $1::uuid, $2::uuid, $3, $4, $5, $6::bytea, 1, true, $7::timestamptz FROM target
  RETURNING id, "tenantId", type, "eventId", "createdAt"
), delivery AS (
  INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", "isTest",
    "nextAttemptAt", "changeXid", "createdAt", "updatedAt")
  SELECT uuid_v7_at(m."createdAt"), m."tenantId", m.id, t.id, m.type, m."eventId", true,
    ${DUE_AT_ONCE}, ${CURRENT_XID}, m."createdAt", now()
  FROM made m, target t
  RETURNING id, "tenantId", "eventRef", "webhookId"
), logged AS (
  INSERT INTO "DeliveryChange" ("tenantId", xid, "deliveryId", version, status, at)
  SELECT "tenantId", ${CURRENT_XID}, id, 1, 'PENDING', now() FROM delivery
)
SELECT "eventRef" AS id, 1 AS "webhooksNotified",
  ARRAY[id] AS "deliveryIds", ARRAY["webhookId"] AS "webhookIds", ARRAY[NULL::int] AS "claimedAtRevision"
FROM delivery`;

/**
 * Keeps a test event with its one delivery, in one statement; null where the tenant has no such
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
    ],
  });
  return rows[0] ?? null;
}
