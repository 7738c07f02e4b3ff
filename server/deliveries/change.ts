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

/** What the logging, the sums and {@link ChangedDelivery} need, of an UPDATE of "Delivery" d that joins its rows before as p. */
export const RETURNED_CHANGE = `
  d.id, d."tenantId", d.version, d."changeXid" AS xid, d.status, p.status AS "previousStatus",
  d."webhookId", d."eventRef", d."eventType", d."isTest", d."createdAt"`;

/** A delivery that was changed: whom to tell, and where there may be more to do. */
export interface ChangedDelivery {
  id: string;
  tenantId: string;
  webhookId: string;
}
