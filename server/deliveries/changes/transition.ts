import { CURRENT_XID } from '../../database/transaction-ids.ts';
import { DUE_AT_ONCE } from './due-time.ts';

/**
 * Every change of a delivery is written here. Feed and stats rest on it: a change raises the version,
 * is stamped with its transaction and logged, and the sums that it moves are appended, all in the
 * statement that makes it. Nothing else writes "Delivery", "DeliveryChange" or "DeliveryRollupDelta",
 * but to fold and to delete (test/deliveries/transition.test.ts).
 */

/** A delivery that was changed: whom to tell, and where there may be more to do. */
export interface ChangedDelivery {
  id: string;
  tenantId: string;
  webhookId: string;
}

/** How a statement changes deliveries, in SQL: `d` is the delivery, `p` its row of `from`. */
export interface Transition {
  /** An earlier CTE: the deliveries as they were locked, with id, status and "attemptCount". */
  from: string;
  /** What is set, besides what every change sets. */
  set: string;
  /** Which of them; all if omitted. */
  where?: string;
  /** When they had ended before, where they may have: an expression over `p`. */
  endedBefore?: string;
  /** Further columns of the CTE `updated`. */
  returning?: readonly string[];
}

const COLUMNS = `
    d.id, d."tenantId", d."webhookId", d.version, d.status, p.status AS "previousStatus", d."attemptCount",
    p."attemptCount" AS "attemptsBefore", d."eventRef", d."eventType", d."isTest", d."customerId", d."createdAt", d."completedAt"`;

const DELTA = `"DeliveryRollupDelta" ("tenantId", "webhookId", "customerId", minute, total, success, failed, waiting, latencies)`;
const DELTA_OF = `"tenantId", "webhookId", "customerId", date_trunc('minute', "createdAt", 'UTC')`;

const hasEnded = (status: string) => `${status} IN ('SUCCESS', 'FAILED')`;
/** Not ended, with a failed attempt behind it. */
const waits = (status: string, attempts: string) => `(${attempts} > 0 AND NOT ${hasEnded(status)})`;
const WAITS = waits('status', '"attemptCount"');
const WAITED = waits('"previousStatus"', '"attemptsBefore"');
const latencyTo = (end: string) =>
  `latency_bucket(extract(epoch FROM ${end} - "createdAt")::float8 * 1000)`;

/**
 * The CTEs `updated`, `logged` and `summed`. `updated` offers {@link ChangedDelivery}'s columns, status
 * and "previousStatus", "attemptCount" and "attemptsBefore", "completedAt", "eventRef", "eventType".
 */
export function transition(change: Transition): string {
  const { from, set, where, endedBefore = 'NULL::timestamptz', returning = [] } = change;
  const further = returning.map((column) => `, ${column}`).join('');
  return `updated AS (
  UPDATE "Delivery" d SET ${set},
    version = d.version + 1, "changeXid" = ${CURRENT_XID}, "updatedAt" = now()
  FROM ${from} p WHERE d.id = p.id${where === undefined ? '' : ` AND ${where}`}
  RETURNING ${COLUMNS}, ${endedBefore} AS "endedBefore"${further}
), logged AS (
  INSERT INTO "DeliveryChange" ("tenantId", xid, "deliveryId", version, status, "previousStatus", at)
  SELECT "tenantId", ${CURRENT_XID}, id, version, status, "previousStatus", now() FROM updated
), summed AS (
  INSERT INTO ${DELTA}
  SELECT ${DELTA_OF}, 0,
    sum((status = 'SUCCESS')::int - ("previousStatus" = 'SUCCESS')::int),
    sum((status = 'FAILED')::int - ("previousStatus" = 'FAILED')::int),
    sum(${WAITS}::int - ${WAITED}::int),
    coalesce(array_agg(${latencyTo('"completedAt"')}) FILTER (WHERE status = 'SUCCESS'), '{}')
      || coalesce(array_agg(-1 - ${latencyTo('"endedBefore"')}) FILTER (WHERE "previousStatus" = 'SUCCESS'), '{}')
  FROM updated
  WHERE NOT "isTest" AND (${hasEnded('status')} OR ${hasEnded('"previousStatus"')} OR ${WAITS} <> ${WAITED})
  GROUP BY 1, 2, 3, 4
)`;
}

/** Who holds what is made as claimed: parameters of the statement. */
export interface ClaimParameters {
  workerId: string;
  token: string;
}

interface MadeHow {
  claim?: ClaimParameters;
  dueAt?: string;
  isInLine?: boolean;
}

const IN_LINE = ', "orderingKey", "orderingSeq"';

/** In a line they are due when they have their turn. */
const DUE_IN_TURN = `CASE WHEN "orderingKey" IS NULL THEN ${DUE_AT_ONCE} END`;

/**
 * The CTEs `delivery`, `logged` and `summed`, which make deliveries: PENDING and due at once, or as
 * claimed (SENDING, two changes in one) where `from` says so. Each is made in its event's millisecond.
 * @param from an earlier CTE of whom to make them for: the event's id, "tenantId", "customerId", type, "eventId",
 *   "isTest" and "createdAt", "webhookId", and `claimed` where there is a claim.
 * @param how.dueAt when they are due, an expression over `from`; at once if omitted, but for those in lines.
 * @param how.isInLine whether `from` says where in the line of which key each stands (order.ts).
 */
export function madeDeliveries(
  from: string,
  { claim, isInLine = false, dueAt = isInLine ? DUE_IN_TURN : DUE_AT_ONCE }: MadeHow = {},
): string {
  const claimed = (then: string, otherwise = '') =>
    claim === undefined
      ? otherwise || 'NULL'
      : `CASE WHEN claimed THEN ${then}${otherwise && ` ELSE ${otherwise}`} END`;
  return `delivery AS (
  INSERT INTO "Delivery" (id, "tenantId", "eventRef", "webhookId", "customerId", "eventType", "eventId", "isTest", status,
    "nextAttemptAt", "claimedBy", "claimToken", version, "changeXid", "createdAt", "updatedAt"${isInLine ? IN_LINE : ''})
  SELECT uuid_v7_at("createdAt"), "tenantId", id, "webhookId", "customerId", type, "eventId", "isTest",
    ${claimed(`'SENDING'`, `'PENDING'`)}::"DeliveryStatus", ${claimed('NULL', dueAt)},
    ${claimed(claim?.workerId ?? '')}::uuid, ${claimed(claim?.token ?? '')}::uuid,
    ${claimed('2', '1')}, ${CURRENT_XID}, "createdAt", now()${isInLine ? IN_LINE : ''}
  FROM ${from}
  RETURNING id, "tenantId", "eventRef", "webhookId", "customerId", "isTest", "createdAt", status${isInLine ? IN_LINE : ''}
), logged AS (
  INSERT INTO "DeliveryChange" ("tenantId", xid, "deliveryId", version, status, "previousStatus", at)
  SELECT "tenantId", ${CURRENT_XID}, id, 1, 'PENDING'::"DeliveryStatus", NULL::"DeliveryStatus", now() FROM delivery
  UNION ALL
  SELECT "tenantId", ${CURRENT_XID}, id, 2, 'SENDING', 'PENDING', now() FROM delivery WHERE status = 'SENDING'
), summed AS (
  INSERT INTO ${DELTA}
  SELECT ${DELTA_OF}, count(*), 0, 0, 0, '{}' FROM delivery WHERE NOT "isTest" GROUP BY 1, 2, 3, 4
)`;
}
