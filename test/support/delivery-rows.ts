import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import {
  CURRENT_XID,
  LOG_CHANGES,
  RETURNED_CHANGE,
  toChange,
  type ChangeRow,
} from '../../server/deliveries/change.ts';
import type { DeliveryStatus } from '../../server/domain/delivery-states.ts';
import type { DeliveryChange } from '../../server/feed/topics.ts';

/** What the hot path does to deliveries, as far as the feed can see it: rows, and their changes in the log. */

type Queryable = Pool | PoolClient;

export interface MadeRows {
  tenantId: string;
  webhookId?: string;
  eventType?: string;
  eventId?: string;
  isTest?: boolean;
  createdAt?: Date;
}

/** Makes `count` deliveries, PENDING, in one statement. */
export async function makeDeliveries(
  database: Queryable,
  count: number,
  { tenantId, webhookId = randomUUID(), ...made }: MadeRows,
): Promise<DeliveryChange[]> {
  const { rows } = await database.query<ChangeRow>(
    `WITH updated AS (
       INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", "isTest",
         "changeXid", "createdAt", "updatedAt")
       SELECT gen_random_uuid(), $2, gen_random_uuid(), $3, $4, $5, $6, ${CURRENT_XID}, $7, now()
       FROM generate_series(1, $1)
       RETURNING *, NULL::"DeliveryStatus" AS "previousStatus", "changeXid" AS xid, NULL::bigint AS "previousXid"
     ), logged AS (${LOG_CHANGES})
     SELECT * FROM updated`,
    [
      count,
      tenantId,
      webhookId,
      made.eventType ?? 'user.created',
      made.eventId ?? 'e-1',
      made.isTest ?? false,
      made.createdAt ?? new Date(),
    ],
  );
  return rows.map(toChange);
}

/** Brings deliveries to a status, all in one statement. */
export async function changeDeliveries(
  database: Queryable,
  deliveries: readonly { deliveryId: string }[],
  status: DeliveryStatus,
): Promise<DeliveryChange[]> {
  const { rows } = await database.query<ChangeRow>(
    `WITH before AS (
       SELECT id, status, "changeXid" FROM "Delivery" WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
     ), changed AS (
       UPDATE "Delivery" d SET status = $2, version = d.version + 1, "changeXid" = ${CURRENT_XID}, "updatedAt" = now()
       FROM before p WHERE p.id = d.id
       RETURNING ${RETURNED_CHANGE}
     ), updated AS (
       SELECT * FROM changed
     ), logged AS (${LOG_CHANGES})
     SELECT * FROM updated`,
    [deliveries.map(({ deliveryId }) => deliveryId), status],
  );
  return rows.map(toChange);
}
