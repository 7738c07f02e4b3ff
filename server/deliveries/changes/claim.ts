import type { Pool } from 'pg';
import { NO_CUSTOMER } from '../../customers/row.ts';
import { plainArray } from '../../database/array-text.ts';
import { heldBack, isPausedSql } from '../held-back.ts';
import { webhookOf } from '../webhook-of.ts';
import { transition, type ChangedDelivery } from './transition.ts';

/**
 * Claiming: a lease on deliveries that are due, for one worker under one token. What is due
 * for a webhook that is deleted or off (tests aside) ends here as FAILED, with its reason. What has a rate
 * limit is left alone here: claim-paced.ts.
 */

/** All that sending one attempt needs, but for its webhook's details. */
export interface ClaimedDelivery {
  id: string;
  tenantId: string;
  webhookId: string;
  webhookRevision: number;
  eventType: string;
  body: string;
  token: string;
  /** Attempts made in this run, before this one. */
  attemptCount: number;
  /** Attempts made in all, before this one. */
  attemptsMade: number;
  /** Where it stands in a line (order.ts); null where it stands in none. */
  orderingKey: string | null;
}

export interface Claim {
  claimed: ClaimedDelivery[];
  /** What was claimed, and what ended instead; to be announced. */
  changed: readonly ChangedDelivery[];
  /** The database's clock, in milliseconds. */
  now: number;
}

/** Who claims, and the token under which it may record. */
export interface Claimer {
  workerId: string;
  token: string;
}

const DUE = `d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" <= now()`;
/** As text: with ids at hand, the partial index of what is due is a detour through dead entries. */
const IS_DUE = `d.status::text IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" <= now()`;

/** Nothing more is sent of a customer that was erased: its rows are being deleted. */
export const NOT_ERASED = `CASE WHEN d."customerId" = '${NO_CUSTOMER}' THEN true
  ELSE (SELECT c."erasedAt" IS NULL FROM "Customer" c WHERE c.id = d."customerId") END`;

/** The CTE `updated`: what of `picked` was claimed, and what ended instead. */
export const claiming = (picked: string) => `picked AS (
  ${picked}
), judged AS (
  SELECT p.*, w.revision AS "webhookRevision",
    CASE WHEN w."deletedAt" IS NOT NULL THEN 'WEBHOOK_DELETED'::"DeliveryFailureReason"
         WHEN NOT w."isActive" AND NOT p."isTest" THEN 'WEBHOOK_INACTIVE'::"DeliveryFailureReason"
    END AS reason
  FROM picked p JOIN "Webhook" w ON w.id = p."webhookId"
), ${transition({
  from: 'judged',
  set: `
    status = CASE WHEN p.reason IS NULL THEN 'SENDING'::"DeliveryStatus" ELSE 'FAILED'::"DeliveryStatus" END,
    "failureReason" = p.reason,
    "nextAttemptAt" = NULL,
    "claimedBy" = CASE WHEN p.reason IS NULL THEN $1::uuid END,
    "claimToken" = CASE WHEN p.reason IS NULL THEN $2::uuid END,
    "completedAt" = CASE WHEN p.reason IS NOT NULL THEN now() END`,
  returning: ['d."attemptsMade"', 'p."webhookRevision"', 'd."orderingKey"'],
})}`;

/** Of `updated`, u, and its event, e. */
export const CLAIM_COLUMNS = `u.id, u."tenantId", u."webhookId", u."eventType", u."attemptCount", u."attemptsMade", u."webhookRevision", u."orderingKey",
  CASE WHEN u.status = 'SENDING' THEN e.body END AS body,
  extract(epoch FROM now())::float8 * 1000 AS now`;

const claimPicked = (picked: string) => `
WITH ${claiming(picked)}
SELECT ${CLAIM_COLUMNS}
FROM updated u JOIN "Event" e ON e.id = u."eventRef"`;

/** What a person sends by hand, a test or a retry, is a probe of its own; what goes past a pause is due earlier. */
const SENT_BY_HAND = `d."isTest" OR d."attemptCount" = 0 AND d."attemptsMade" > 0`;

const CLAIM_BY_ID = claimPicked(`
  SELECT d.id, d.status, d."attemptCount", d."webhookId", d."isTest"
  FROM "Delivery" d ${webhookOf('d')}
  WHERE d.id = ANY($3::uuid[]) AND ${IS_DUE} AND w."rateAttempts" IS NULL
    AND (d."nextAttemptAt" <= now() - ${heldBack('$4::float8')} OR NOT ${isPausedSql('w')} AND (${SENT_BY_HAND}))
    AND ${NOT_ERASED}
  ORDER BY d.id FOR UPDATE OF d SKIP LOCKED`);

/** Of the webhook w, a SELECT of what is due longest and nothing holds back, locked: so many at most. */
export const longestDue = (limit: string) => `
    SELECT d.id, d.status, d."attemptCount", d."webhookId", d."isTest"
    FROM "Delivery" d WHERE d."webhookId" = w.id AND ${DUE}
      AND d."nextAttemptAt" <= now() - ${heldBack('$5::float8')}
      AND ${NOT_ERASED}
    ORDER BY d."nextAttemptAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

const CLAIM_DUE = claimPicked(`
  SELECT due.* FROM unnest($3::uuid[], $4::int[]) AS wanted("webhookId", room)
  ${webhookOf('wanted')}
  CROSS JOIN LATERAL (${longestDue('wanted.room')}) due
  WHERE w."rateAttempts" IS NULL`);

export interface ClaimRow extends ChangedDelivery {
  eventType: string;
  attemptCount: number;
  attemptsMade: number;
  webhookRevision: number;
  orderingKey: string | null;
  body: string | null;
  now: number;
}

/**
 * Claims those of the given deliveries that are due and unclaimed. One statement.
 * @param holdSeconds how long past its time an attempt waits while its webhook's circuit is open,
 * unless it was sent by hand.
 */
export async function claimByIds(
  pool: Pool,
  claimer: Claimer,
  deliveryIds: readonly string[],
  holdSeconds: number,
): Promise<Claim> {
  const { rows } = await pool.query<ClaimRow>(claimByIdsQuery(claimer, deliveryIds, holdSeconds));
  return toClaim(rows, claimer);
}

/** The statement of {@link claimByIds}, for its plan to be looked at. */
export function claimByIdsQuery(
  claimer: Claimer,
  deliveryIds: readonly string[],
  holdSeconds: number,
) {
  return {
    name: 'claim-by-ids',
    text: CLAIM_BY_ID,
    values: [claimer.workerId, claimer.token, plainArray(deliveryIds), holdSeconds],
  };
}

/** How many deliveries of a webhook there is room for. */
export interface Room {
  webhookId: string;
  room: number;
}

/**
 * Claims what is due longest of each of the given webhooks. One statement.
 * @param holdSeconds as above; 0 is a probe of an open circuit.
 */
export async function claimDue(
  pool: Pool,
  claimer: Claimer,
  wanted: readonly Room[],
  holdSeconds: number,
): Promise<Claim> {
  const { rows } = await pool.query<ClaimRow>(claimDueQuery(claimer, wanted, holdSeconds));
  return toClaim(rows, claimer);
}

/** The statement of {@link claimDue}, for its plan to be looked at. */
export function claimDueQuery(claimer: Claimer, wanted: readonly Room[], holdSeconds: number) {
  return { name: 'claim-due', text: CLAIM_DUE, values: claimValues(claimer, wanted, holdSeconds) };
}

/** The parameters of a statement that claims by webhook. */
export function claimValues(claimer: Claimer, wanted: readonly Room[], holdSeconds: number) {
  return [
    claimer.workerId,
    claimer.token,
    plainArray(wanted.map((entry) => entry.webhookId)),
    plainArray(wanted.map((entry) => entry.room)),
    holdSeconds,
  ];
}

export function toClaim(rows: readonly ClaimRow[], claimer: Claimer): Claim {
  const claimed: ClaimedDelivery[] = [];
  for (const row of rows) {
    if (row.body === null) continue;
    claimed.push({
      id: row.id,
      tenantId: row.tenantId,
      webhookId: row.webhookId,
      webhookRevision: row.webhookRevision,
      eventType: row.eventType,
      body: row.body,
      token: claimer.token,
      attemptCount: row.attemptCount,
      attemptsMade: row.attemptsMade,
      orderingKey: row.orderingKey,
    });
  }
  return { claimed, changed: rows, now: rows[0]?.now ?? Date.now() };
}
