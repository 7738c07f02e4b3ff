import type { DeliveryChange } from '../feed/topics.ts';

/**
 * The parts that every statement which changes deliveries shares: the change is stamped
 * with its transaction, logged, and returned, so that it can be announced after the commit.
 */

/** The changing transaction's id, as it stands in "changeXid" and in the log. */
export const CURRENT_XID = 'pg_current_xact_id()::text::bigint';

/**
 * Logs each row of the CTE `updated`, which offers id, "tenantId", version, xid, status and
 * "previousStatus".
 */
export const LOG_CHANGES = `
  INSERT INTO "DeliveryChange" ("tenantId", xid, "deliveryId", version, status, "previousStatus", at)
  SELECT "tenantId", xid, id, version, status, "previousStatus", now() FROM updated`;

/** What {@link toChange} reads, of an UPDATE of "Delivery" d that joins its rows before as p. */
export const RETURNED_CHANGE = `
  d.id, d."tenantId", d.version, d."changeXid" AS xid, p."changeXid" AS "previousXid",
  d.status, p.status AS "previousStatus", d."webhookId", d."eventRef", d."eventType", d."eventId",
  d."isTest", d."createdAt"`;

/** A row of the columns above, as the driver hands it over. */
export interface ChangeRow extends Omit<DeliveryChange, 'deliveryId' | 'createdAt'> {
  id: string;
  createdAt: Date;
}

export function toChange(row: ChangeRow): DeliveryChange {
  return {
    tenantId: row.tenantId,
    deliveryId: row.id,
    version: row.version,
    xid: row.xid,
    previousXid: row.previousXid,
    status: row.status,
    previousStatus: row.previousStatus,
    webhookId: row.webhookId,
    eventType: row.eventType,
    eventId: row.eventId,
    isTest: row.isTest,
    createdAt: row.createdAt.getTime(),
  };
}
