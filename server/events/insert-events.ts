import type { Pool, PoolClient } from 'pg';
import { CURRENT_XID } from '../deliveries/change.ts';
import { DUE_AT_ONCE } from '../deliveries/due-time.ts';

/** An event that is ready to be kept. */
export interface NewEvent {
  id: string;
  tenantId: string;
  type: string;
  eventId: string;
  body: string;
  hash: Buffer;
  createdAt: Date;
}

/** An event that was new, with the deliveries that were made for it. */
export interface InsertedEvent {
  id: string;
  webhooksNotified: number;
  deliveryIds: string[];
  webhookIds: string[];
}

/*
 * Event, deliveries, their first changes and the sums in one statement, so in one transaction
 * and one round trip. The rows go in by tenant and eventId, so that two batches with the same
 * ids wait for each other and do not deadlock, and of two in one batch the first wins; what lost
 * such a race is not returned.
 */
const INSERT_EVENTS = `
WITH input AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
    AS i(id, "tenantId", type, "eventId", body, hash, "createdAt")
), target AS (
  SELECT i.id AS "eventRef", w.id AS "webhookId"
  FROM input i
  JOIN "EventSubscription" s ON s."tenantId" = i."tenantId" AND s."eventType" = i.type
  JOIN "Webhook" w ON w.id = s."webhookId" AND w."isActive" AND w."deletedAt" IS NULL
), counted AS (
  SELECT "eventRef", count(*)::int AS webhooks FROM target GROUP BY 1
), made AS (
  INSERT INTO "Event" (id, "tenantId", type, "eventId", body, hash, "webhooksNotified", "isTest", "createdAt")
  SELECT i.id, i."tenantId", i.type, i."eventId", i.body, i.hash, coalesce(c.webhooks, 0), false, i."createdAt"
  FROM input i LEFT JOIN counted c ON c."eventRef" = i.id
  ORDER BY i."tenantId", i."eventId", i.id
  ON CONFLICT ("tenantId", "eventId") DO NOTHING
  RETURNING id, "tenantId", type, "eventId", "webhooksNotified", "createdAt"
), delivery AS (
  INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", "nextAttemptAt",
    "changeXid", "createdAt", "updatedAt")
  SELECT uuid_v7_at(m."createdAt"), m."tenantId", m.id, t."webhookId", m.type, m."eventId", ${DUE_AT_ONCE},
    ${CURRENT_XID}, m."createdAt", now()
  FROM made m JOIN target t ON t."eventRef" = m.id
  RETURNING id, "tenantId", "eventRef", "webhookId", "createdAt"
), logged AS (
  INSERT INTO "DeliveryChange" ("tenantId", xid, "deliveryId", version, status, at)
  SELECT "tenantId", ${CURRENT_XID}, id, 1, 'PENDING', now() FROM delivery
), summed AS (
  INSERT INTO "DeliveryRollupDelta" ("tenantId", "webhookId", minute, total, success, failed, waiting, latencies)
  SELECT "tenantId", "webhookId", date_trunc('minute', "createdAt", 'UTC'), count(*), 0, 0, 0, '{}'
  FROM delivery GROUP BY 1, 2, 3
)
SELECT m.id, m."webhooksNotified",
  coalesce(array_agg(d.id) FILTER (WHERE d.id IS NOT NULL), '{}') AS "deliveryIds",
  coalesce(array_agg(d."webhookId") FILTER (WHERE d.id IS NOT NULL), '{}') AS "webhookIds"
FROM made m LEFT JOIN delivery d ON d."eventRef" = m.id
GROUP BY m.id, m."webhooksNotified"`;

/** Keeps the events that are new and fans them out to the webhooks subscribed to them. One statement. */
export async function insertEvents(
  database: Pool | PoolClient,
  events: readonly NewEvent[],
): Promise<Map<string, InsertedEvent>> {
  const { rows } = await database.query<InsertedEvent>({
    name: 'insert-events',
    text: INSERT_EVENTS,
    values: [
      events.map((event) => event.id),
      events.map((event) => event.tenantId),
      events.map((event) => event.type),
      events.map((event) => event.eventId),
      events.map((event) => event.body),
      events.map((event) => event.hash),
      events.map((event) => event.createdAt),
    ],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** The event that an eventId stands for already. */
export interface KnownEvent {
  id: string;
  tenantId: string;
  eventId: string;
  hash: Buffer;
  webhooksNotified: number;
}

/** Reads the winners of the races that these events lost. A statement of its own, for a fresh snapshot. */
export async function findKnownEvents(
  database: Pool | PoolClient,
  events: readonly NewEvent[],
): Promise<KnownEvent[]> {
  const { rows } = await database.query<KnownEvent>({
    name: 'known-events',
    text: `SELECT e.id, e."tenantId", e."eventId", e.hash, e."webhooksNotified"
           FROM unnest($1::uuid[], $2::text[]) AS k("tenantId", "eventId")
           JOIN "Event" e ON e."tenantId" = k."tenantId" AND e."eventId" = k."eventId"`,
    values: [events.map((event) => event.tenantId), events.map((event) => event.eventId)],
  });
  return rows;
}
