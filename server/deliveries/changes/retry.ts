import type { Pool } from 'pg';
import type { DeliveryStatus } from '../../domain/delivery/delivery-states.ts';
import type { Outcome } from '../../domain/user-fault.ts';
import type { Announcer } from '../../feed/contract.ts';
import type { QueueProducer } from '../../queue/contract.ts';
import { heldBack, pastHolds } from '../held-back.ts';
import { DUE_AT_ONCE } from './due-time.ts';
import { putRight } from './order.ts';
import { transition } from './transition.ts';

/** What starts a new run of the delivery `p`, as it is set: due then, but for one that waits for its turn in a line. */
export const newRun = (dueAt: string) => `
    status = 'PENDING', "attemptCount" = 0, "failureReason" = NULL, "completedAt" = NULL,
    "nextAttemptAt" = CASE WHEN p."orderingKey" IS NULL OR p."nextAttemptAt" IS NOT NULL THEN ${dueAt} END`;

/*
 * A retry by hand starts a new run: the attempts made stay, their count starts anew, and the
 * delivery is taken out of the sums that its end (or its waiting) had put it in. Where a pause or an
 * open circuit holds it back, it is due so much earlier that nothing holds it any more.
 */
const RETRY = `
WITH target AS (
  SELECT d.id, d.status, d."attemptCount", d."completedAt", d."orderingKey", d."nextAttemptAt",
    w."deletedAt" IS NOT NULL AS "isDeleted", w."isActive",
    ${DUE_AT_ONCE} - CASE WHEN d.status = 'PENDING' THEN ${heldBack('$3::float8')} ELSE ${pastHolds('w')} END AS "dueAt",
    d.status IN ('SUCCESS', 'FAILED', 'RETRYING') OR d.status = 'PENDING' AND ${heldBack('$3::float8')} > interval '0'
      AND d."nextAttemptAt" > now() - ${heldBack('$3::float8')} AS "isToSend"
  FROM "Delivery" d JOIN "Webhook" w ON w.id = d."webhookId"
  WHERE d.id = $2::uuid AND d."tenantId" = $1::uuid
  FOR UPDATE OF d
), ${transition({
  from: 'target',
  set: newRun('p."dueAt"'),
  where: 'p."isToSend" AND p."isActive" AND NOT p."isDeleted"',
  endedBefore: 'p."completedAt"',
})}
SELECT t.status AS found, t."isDeleted", t."isActive", t."orderingKey", u.id, u."webhookId"
FROM target t LEFT JOIN updated u ON u.id = t.id`;

interface RetryRow {
  /** Null where it was not changed. */
  id: string | null;
  webhookId: string;
  found: DeliveryStatus;
  isDeleted: boolean;
  isActive: boolean;
  orderingKey: string | null;
}

/** Sends a delivery again at once, as a new run of its schedule. */
export type RetryDelivery = (
  tenantId: string,
  deliveryId: string,
) => Promise<Outcome<{ deliveryId: string }>>;

/**
 * Of a delivery in SUCCESS, FAILED or RETRYING: it becomes PENDING and due now. Of one that is
 * PENDING already: nothing changes, except that no pause and no open circuit holds it back any longer. NOT_ALLOWED_NOW
 * while it is SENDING, or where its webhook is deleted or off; NOT_FOUND where the tenant has no such
 * delivery. One statement. Where it stands in a line, it has its turn before all that follow it, but for
 * one that is being sent.
 */
export function createRetryDelivery(parts: {
  pool: Pool;
  announcer: Announcer;
  producer: QueueProducer;
  /** How long past its time an attempt waits while its webhook's circuit is open. */
  holdSeconds: number;
}): RetryDelivery {
  return async (tenantId, deliveryId) => {
    const { rows } = await parts.pool.query<RetryRow>({
      name: 'retry-delivery',
      text: RETRY,
      values: [tenantId, deliveryId, parts.holdSeconds],
    });
    const row = rows[0];
    const refused = row === undefined ? notFound() : refusal(row);
    if (refused !== null) return { faults: [refused] };
    if (row !== undefined && row.id !== null) {
      const { id, webhookId, orderingKey: key } = row;
      if (key !== null) await putRight(parts.pool, [{ webhookId, key }]);
      parts.announcer.announce([tenantId]);
      void parts.producer.deliver([{ webhooks: [{ webhookId, deliveryIds: [id] }] }]);
    }
    return { value: { deliveryId } };
  };
}

const field = ['input', 'id'];

function notFound() {
  return { field, code: 'NOT_FOUND' as const, message: 'There is no delivery with this id.' };
}

function refusal(row: RetryRow) {
  const code = 'NOT_ALLOWED_NOW' as const;
  if (row.isDeleted) return { field, code, message: 'Its webhook was deleted.' };
  if (row.found === 'PENDING') return null;
  if (!row.isActive) {
    return { field, code, message: 'Its webhook is off; switch it on with webhookUpdate first.' };
  }
  if (row.found === 'SENDING') {
    return { field, code, message: 'It is being sent right now; wait for the attempt to end.' };
  }
  return null;
}
