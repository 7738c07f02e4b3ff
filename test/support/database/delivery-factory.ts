import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { DeliveryStatus } from '../../../server/domain/delivery/delivery-states.ts';
import { composeBody } from '../../../server/domain/event/event-body.ts';
import { keptFilter } from '../../../server/filters/kept-filter.ts';
import { briefTypesOf } from '../../../server/event-types/brief-types.ts';
import { NO_CUSTOMER } from '../../../server/customers/row.ts';
import { upsertCustomer } from '../../../server/customers/upsert.ts';
import { newId } from '../../../server/domain/identifiers.ts';

/** Rows for tests of what reads: inserted as given, past all rules of the hot path. */

export interface MadeWebhook {
  id: string;
  tenantId: string;
}

export interface MadeEvent {
  id: string;
  tenantId: string;
  customerId: string;
  type: string;
  eventId: string;
  isTest: boolean;
  createdAt: Date;
}

export interface MadeDelivery {
  id: string;
  tenantId: string;
  eventRef: string;
  webhookId: string;
  customerId: string;
  eventType: string;
  eventId: string;
  isTest: boolean;
  status: DeliveryStatus;
  attemptCount: number;
  createdAt: Date;
  completedAt: Date | null;
}

/** A tenant with the brief's event types. */
export async function insertTenant(pool: Pool, name = 'Acme'): Promise<string> {
  const id = newId();
  await pool.query('INSERT INTO "Tenant" (id, name) VALUES ($1, $2)', [id, name]);
  const types = briefTypesOf(id);
  await pool.query(
    `INSERT INTO "EventType" (id, "tenantId", name, "group", description, sample)
     SELECT type.id, $1, type.name, type."group", type.description, type.sample
     FROM json_to_recordset($2) AS type(id uuid, name text, "group" text, description text, sample text)`,
    [id, JSON.stringify(types)],
  );
  return id;
}

export async function insertWebhook(
  pool: Pool,
  tenantId: string,
  {
    name = 'A webhook',
    isDeleted = false,
    isActive = true,
    customerId = NO_CUSTOMER,
  }: {
    name?: string;
    isDeleted?: boolean;
    isActive?: boolean;
    customerId?: string | undefined;
  } = {},
): Promise<MadeWebhook> {
  const id = newId();
  await pool.query(
    `INSERT INTO "Webhook" (id, "tenantId", name, url, secret, "secretHint", "deletedAt", "isActive", "customerId")
     VALUES ($1, $2, $3, 'https://example.com/hook', '\\x00', 'whsec_abc', CASE WHEN $4 THEN now() END, $5, $6)`,
    [id, tenantId, name, isDeleted, isActive, customerId],
  );
  return { id, tenantId };
}

/** @returns its id. */
export async function insertCustomer(pool: Pool, tenantId: string, key: string): Promise<string> {
  const { value } = await upsertCustomer(pool, tenantId, { key });
  if (value === undefined) throw new Error('no customer was made');
  return value.customer.id;
}

/** Gives a webhook a filter. */
export async function insertFilter(
  pool: Pool,
  { id, tenantId }: MadeWebhook,
  filter: unknown,
): Promise<void> {
  const { value } = keptFilter(filter, []);
  if (!value) throw new Error('this is no filter');
  await pool.query(
    `WITH made AS (
       INSERT INTO "WebhookFilter" (id, "tenantId", "webhookId", filter, path)
       VALUES (gen_random_uuid(), $1, $2, $3, $4::jsonpath) RETURNING id
     )
     UPDATE "Webhook" SET "filterId" = made.id FROM made WHERE "Webhook".id = $2`,
    [tenantId, id, value.text, value.path],
  );
}

/** Subscribes a webhook to an event type. */
export async function insertSubscription(
  pool: Pool,
  { id, tenantId, customerId = NO_CUSTOMER }: MadeWebhook & { customerId?: string | undefined },
  eventType = 'user.created',
): Promise<void> {
  await pool.query(
    `INSERT INTO "EventSubscription" (id, "tenantId", "webhookId", "eventType", "customerId")
     VALUES (gen_random_uuid(), $1, $2, $3, $4)`,
    [tenantId, id, eventType, customerId],
  );
}

/** An event as it would be in the database; not put in yet. */
export function makeEvent(
  tenantId: string,
  {
    type = 'user.created',
    isTest = false,
    createdAt = new Date(),
    eventId = '',
    customerId = NO_CUSTOMER,
  } = {},
): MadeEvent {
  const id = newId(createdAt.getTime());
  return { id, tenantId, customerId, type, eventId: eventId || id, isTest, createdAt };
}

export async function insertEvents(pool: Pool, events: readonly MadeEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    ...event,
    body: composeBody({
      eventType: event.type,
      eventId: event.eventId,
      timestamp: event.createdAt,
      payload: '{"n":1}',
    }),
    hash: createHash('sha256').update(event.id).digest('hex'),
  }));
  await pool.query(
    `INSERT INTO "Event" (id, "tenantId", "customerId", type, "eventId", body, hash, "webhooksNotified", "isTest", "createdAt")
     SELECT id, "tenantId", "customerId", type, "eventId", body, decode(hash, 'hex'), 1, "isTest", "createdAt"
     FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, "tenantId" uuid, "customerId" uuid, type text, "eventId" text, body text,
       hash text, "isTest" boolean, "createdAt" timestamptz)`,
    [JSON.stringify(rows)],
  );
}

/** A delivery of an event, made when the event was; not put in yet. */
export function makeDelivery(
  event: MadeEvent,
  webhookId: string,
  {
    status = 'SUCCESS',
    attemptCount = status === 'PENDING' || status === 'SENDING' ? 0 : 1,
    latencyMs = 20,
  }: { status?: DeliveryStatus; attemptCount?: number; latencyMs?: number } = {},
): MadeDelivery {
  const { tenantId, customerId, isTest, createdAt } = event;
  const hasEnded = status === 'SUCCESS' || status === 'FAILED';
  return {
    id: newId(createdAt.getTime()),
    tenantId,
    eventRef: event.id,
    webhookId,
    customerId,
    eventType: event.type,
    eventId: event.eventId,
    isTest,
    status,
    attemptCount,
    createdAt,
    completedAt: hasEnded ? new Date(createdAt.getTime() + latencyMs) : null,
  };
}

export async function insertDeliveries(
  pool: Pool,
  deliveries: readonly MadeDelivery[],
): Promise<void> {
  await pool.query(
    `INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "customerId", "eventType", "eventId", "isTest", status,
       "attemptCount", "attemptsMade", "changeXid", "createdAt", "updatedAt", "completedAt")
     SELECT id, "tenantId", "eventRef", "webhookId", "customerId", "eventType", "eventId", "isTest", status,
       "attemptCount", "attemptCount", pg_current_xact_id()::text::bigint, "createdAt", "createdAt", "completedAt"
     FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, "tenantId" uuid, "eventRef" uuid, "webhookId" uuid, "customerId" uuid,
       "eventType" text, "eventId" text, "isTest" boolean, status "DeliveryStatus", "attemptCount" int,
       "createdAt" timestamptz, "completedAt" timestamptz)`,
    [JSON.stringify(deliveries)],
  );
}

/** The sums that the hot path appends on the way of these deliveries to where they stand. */
export async function appendSums(pool: Pool, deliveries: readonly MadeDelivery[]): Promise<void> {
  const rows = deliveries
    .filter((delivery) => !delivery.isTest)
    .map(({ status, attemptCount, ...delivery }) => ({
      ...delivery,
      success: Number(status === 'SUCCESS'),
      failed: Number(status === 'FAILED'),
      waiting: Number((status === 'SENDING' || status === 'RETRYING') && attemptCount > 0),
    }));
  await pool.query(
    `WITH r AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("tenantId" uuid, "webhookId" uuid, success int, failed int,
         waiting int, "createdAt" timestamptz, "completedAt" timestamptz)
     ), made AS (
       INSERT INTO "DeliveryRollupDelta" ("tenantId", "webhookId", minute, total, success, failed, waiting, latencies)
       SELECT "tenantId", "webhookId", date_trunc('minute', "createdAt", 'UTC'), count(*), 0, 0, 0, '{}'
       FROM r GROUP BY 1, 2, 3
     )
     INSERT INTO "DeliveryRollupDelta" ("tenantId", "webhookId", minute, total, success, failed, waiting, latencies)
     SELECT "tenantId", "webhookId", date_trunc('minute', "createdAt", 'UTC'), 0, sum(success), sum(failed), sum(waiting),
       coalesce(array_agg(latency_bucket(extract(epoch FROM "completedAt" - "createdAt")::float8 * 1000))
         FILTER (WHERE success = 1), '{}')
     FROM r GROUP BY 1, 2, 3`,
    [JSON.stringify(rows)],
  );
}
