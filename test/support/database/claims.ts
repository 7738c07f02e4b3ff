import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import {
  claimByIds,
  type ClaimedDelivery,
  type Claimer,
} from '../../../server/deliveries/changes/claim.ts';
import type { AttemptRecord } from '../../../server/deliveries/changes/record.ts';
import type { DeliveryStatus } from '../../../server/domain/delivery/delivery-states.ts';
import type { HealthPolicy } from '../../../server/domain/delivery/webhook-health.ts';
import type { Verdict } from '../../../server/domain/delivery/attempt-verdict.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
  type MadeDelivery,
  type MadeWebhook,
} from './delivery-factory.ts';

/** A delivery as the row stands. */
export interface DeliveryState {
  status: DeliveryStatus;
  attemptCount: number;
  attemptsMade: number;
  version: number;
  failureReason: string | null;
  claimedBy: string | null;
  claimToken: string | null;
  /** Seconds from now; null where nothing is planned. */
  dueIn: number | null;
  completedAt: Date | null;
}

/** Neither opens a circuit nor switches off. */
export const PATIENT: HealthPolicy = {
  opensAfterFailures: 0,
  opensAfterSeconds: 0,
  holdSeconds: 0,
  probeSeconds: 0,
  switchOffAfterSeconds: 0,
};

export const newClaimer = (): Claimer => ({ workerId: randomUUID(), token: randomUUID() });

/** So many deliveries, each of an event of its own: waiting ones due now, the others as they are. */
export async function insertWaiting(
  pool: Pool,
  webhook: MadeWebhook,
  {
    count = 1,
    status = 'PENDING',
    isTest = false,
  }: { count?: number; status?: DeliveryStatus; isTest?: boolean } = {},
): Promise<MadeDelivery[]> {
  const events = Array.from({ length: count }, () => makeEvent(webhook.tenantId, { isTest }));
  await insertEvents(pool, events);
  const deliveries = events.map((event) => makeDelivery(event, webhook.id, { status }));
  await insertDeliveries(pool, deliveries);
  await pool.query(
    `UPDATE "Delivery" SET "nextAttemptAt" = now() - interval '1 ms'
     WHERE id = ANY($1::uuid[]) AND status IN ('PENDING', 'RETRYING')`,
    [deliveries.map(({ id }) => id)],
  );
  return deliveries;
}

/** Claims exactly these. */
export async function claimAll(
  pool: Pool,
  deliveries: readonly { id: string }[],
  claimer: Claimer = newClaimer(),
): Promise<ClaimedDelivery[]> {
  const { claimed } = await claimByIds(
    pool,
    claimer,
    deliveries.map(({ id }) => id),
    0,
  );
  if (claimed.length !== deliveries.length) throw new Error('not all could be claimed');
  return claimed;
}

/** As long as those that go out and come back. */
const REQUEST_HEAD = `host:127.0.0.1:38211
connection:keep-alive
accept:*/*
content-type:application/json
user-agent:NEXUS-Webhooks/1.0.0
webhook-id:dlv_06gq8v2x4m7k9n1p3r5t7w9y0z
webhook-timestamp:1796385600
webhook-signature:v1,${'A'.repeat(43)}=
X-Webhook-Signature:sha256=${'0'.repeat(64)}
X-Webhook-Event:user.created
X-Webhook-Delivery:dlv_06gq8v2x4m7k9n1p3r5t7w9y0z
X-Webhook-Attempt:1
content-length:500`;
const RESPONSE_HEAD = `date:Sun, 29 Nov 2026 12:00:00 GMT
connection:keep-alive
keep-alive:timeout=5
content-length:2`;

/** An attempt at what was claimed, with a verdict that fits its response. */
export function attemptAt(
  delivery: ClaimedDelivery,
  verdict: Verdict,
  change: Partial<AttemptRecord> = {},
): AttemptRecord {
  const isSuccess = verdict.status === 'SUCCESS';
  return {
    deliveryId: delivery.id,
    token: delivery.token,
    number: delivery.attemptsMade + 1,
    orderingKey: delivery.orderingKey,
    startedAt: new Date(),
    durationMs: 3,
    requestHead: REQUEST_HEAD,
    responseStatusCode: isSuccess ? 200 : 500,
    responseHead: RESPONSE_HEAD,
    responseBody: 'ok',
    responseBodyTruncated: false,
    errorCode: isSuccess ? null : 'HTTP_STATUS',
    errorMessage: null,
    verdict,
    endedAt: performance.now(),
    ...change,
  };
}

export async function stateOf(pool: Pool, { id }: { id: string }): Promise<DeliveryState> {
  const { rows } = await pool.query<DeliveryState>(
    `SELECT status, "attemptCount", "attemptsMade", version, "failureReason", "claimedBy", "claimToken",
       extract(epoch FROM "nextAttemptAt" - now())::float8 AS "dueIn", "completedAt"
     FROM "Delivery" WHERE id = $1`,
    [id],
  );
  const [state] = rows;
  if (state === undefined) throw new Error('there is no such delivery');
  return state;
}

/** The changes that the log holds of it, in order. */
export async function loggedOf(pool: Pool, { id }: { id: string }): Promise<string[]> {
  const { rows } = await pool.query<{ status: string }>(
    'SELECT status FROM "DeliveryChange" WHERE "deliveryId" = $1 ORDER BY version',
    [id],
  );
  return rows.map(({ status }) => status);
}

/** Sums of what the deltas of a webhook say. */
export async function sumsOf(pool: Pool, { id }: MadeWebhook) {
  const { rows } = await pool.query<{ success: number; failed: number; waiting: number }>(
    `SELECT coalesce(sum(success), 0)::int AS success, coalesce(sum(failed), 0)::int AS failed,
       coalesce(sum(waiting), 0)::int AS waiting
     FROM "DeliveryRollupDelta" WHERE "webhookId" = $1`,
    [id],
  );
  return rows[0];
}
