import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { transition } from '../../../server/deliveries/changes/transition.ts';
import type { DeliveryStatus } from '../../../server/domain/delivery/delivery-states.ts';

/** What the hot path does to deliveries, as far as the feed can see it: rows, and their changes in the log. */

type Queryable = Pool | PoolClient;

/** A change that was written. */
export interface WrittenChange {
  tenantId: string;
  deliveryId: string;
  version: number;
  xid: bigint;
}

const WRITTEN = `SELECT "tenantId", id AS "deliveryId", version, xid FROM updated`;

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
): Promise<WrittenChange[]> {
  const { rows } = await database.query<WrittenChange>(
    `WITH updated AS (
       INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "eventType", "eventId", "isTest",
         "changeXid", "createdAt", "updatedAt")
       SELECT gen_random_uuid(), $2, gen_random_uuid(), $3, $4, $5, $6, pg_current_xact_id()::text::bigint, $7, now()
       FROM generate_series(1, $1)
       RETURNING *, "changeXid" AS xid
     ), logged AS (
       INSERT INTO "DeliveryChange" ("tenantId", xid, "deliveryId", version, status, at)
       SELECT "tenantId", xid, id, version, status, now() FROM updated
     )
     ${WRITTEN}`,
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
  return rows;
}

/** Brings deliveries to a status, all in one statement. */
export async function changeDeliveries(
  database: Queryable,
  deliveries: readonly { deliveryId: string }[],
  status: DeliveryStatus,
): Promise<WrittenChange[]> {
  const { rows } = await database.query<WrittenChange>(
    `WITH before AS (
       SELECT id, status, "attemptCount" FROM "Delivery" WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
     ), ${transition({ from: 'before', set: 'status = $2', returning: ['d."changeXid" AS xid'] })}
     ${WRITTEN}`,
    [deliveries.map(({ deliveryId }) => deliveryId), status],
  );
  return rows;
}
