import type { Pool, PoolClient } from 'pg';
import { joinedTexts, plainArray, splitTexts } from '../../database/array-text.ts';
import type { Verdict } from '../../domain/delivery/attempt-verdict.ts';
import type { AttemptErrorCode } from '../../domain/delivery/delivery-states.ts';
import type { HealthPolicy } from '../../domain/delivery/webhook-health.ts';
import { inTransaction } from '../../database/transaction.ts';
import { linesOf, lockKeys, turnLines } from './order.ts';
import { transition, type ChangedDelivery } from './transition.ts';
import { turnWebhooks } from './webhook-health.ts';

/** One attempt that was made, as it goes on record. */
export interface AttemptRecord {
  deliveryId: string;
  /** The claim's token: a recording whose token no longer matches changes nothing. */
  token: string;
  number: number;
  startedAt: Date;
  durationMs: number;
  /** As `keptHead` makes it. */
  requestHead: string;
  responseStatusCode: number | null;
  /** The same; empty where no response came. */
  responseHead: string;
  responseBody: string | null;
  responseBodyTruncated: boolean;
  errorCode: AttemptErrorCode | null;
  errorMessage: string | null;
  verdict: Verdict;
  /** The key of the line in which the delivery stands; null where it stands in none. */
  orderingKey: string | null;
  /** When the attempt ended, by performance.now(). */
  endedAt: number;
}

export interface Recorded {
  changed: ChangedDelivery[];
  /** What of the deliveries' lines was changed: what has its turn now among it. */
  turned: ChangedDelivery[];
  /** When each delivery that is RETRYING is due again: milliseconds by the database's clock. */
  due: { webhookId: string; dueAt: number }[];
  /** The database's clock, in milliseconds. */
  now: number;
}

/*
 * Its plan is kept (pool.ts): what it is given is joined to tables alone.
 * The wait counts from the end of the attempt, which lies "ago" milliseconds before this
 * statement. A webhook deleted while its attempt ran gets no further one. A token
 * stands only on a delivery that is being sent; naming the status too would lead the planner to
 * the partial index of claims, which is full of dead entries.
 */
const RECORD = `
WITH locked AS (
  SELECT i.*, d."tenantId", d.status, d."webhookId", d."attemptCount"
  FROM unnest(
    $1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::int[], ${splitTexts('$6')}, $7::int[], ${splitTexts('$8')},
    $9::text[], $10::bool[], $11::"AttemptErrorCode"[], $12::text[], $13::"DeliveryStatus"[],
    $14::"DeliveryFailureReason"[], $15::float8[], $16::float8[]
  ) AS i(id, token, number, "startedAt", "durationMs", "requestHead", "statusCode", "responseHead",
    "responseBody", truncated, "errorCode", "errorMessage", given, "givenReason", delay, ago)
  JOIN "Delivery" d ON d.id = i.id AND d."claimToken" = i.token
  ORDER BY d.id FOR UPDATE OF d
), held AS (
  SELECT l.*,
    CASE WHEN w."deletedAt" IS NOT NULL AND l.given = 'RETRYING' THEN 'FAILED' ELSE l.given END AS verdict,
    CASE WHEN w."deletedAt" IS NOT NULL AND l.given = 'RETRYING' THEN 'WEBHOOK_DELETED' ELSE l."givenReason" END AS reason
  FROM locked l JOIN "Webhook" w ON w.id = l."webhookId"
), ${transition({
  from: 'held',
  set: `
    status = p.verdict,
    "failureReason" = CASE WHEN p.verdict = 'FAILED' THEN p.reason END,
    "attemptCount" = d."attemptCount" + 1,
    "attemptsMade" = p.number,
    "lastStatusCode" = p."statusCode",
    "lastErrorCode" = p."errorCode",
    "nextAttemptAt" = CASE WHEN p.verdict = 'RETRYING' THEN now() + make_interval(secs => p.delay - p.ago / 1000) END,
    "completedAt" = CASE WHEN p.verdict <> 'RETRYING' THEN now() - make_interval(secs => p.ago / 1000) END,
    "claimedBy" = NULL, "claimToken" = NULL`,
  returning: ['d."nextAttemptAt"', 'p.reason'],
})}, attempted AS (
  INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs", "requestHead",
    "responseStatusCode", "responseHead", "responseBody", "responseBodyTruncated", "errorCode", "errorMessage")
  SELECT id, number, "tenantId", "startedAt", "durationMs", "requestHead",
    "statusCode", coalesce("responseHead", ''), "responseBody", truncated, "errorCode", "errorMessage"
  FROM held
), ${turnWebhooks('updated', {
  opensAfterFailures: '$17::int',
  switchOffAfterSeconds: '$18::float8',
  opensAfterSeconds: '$19::float8',
  probeSeconds: '$20::float8',
})}
SELECT u.id, u."tenantId", u."webhookId", u."nextAttemptAt", extract(epoch FROM now())::float8 * 1000 AS now
FROM updated u`;

/** Of a success too: what it says of the webhook. */
function reasonOf(verdict: Verdict) {
  if (verdict.status === 'FAILED') return verdict.reason;
  return verdict.status === 'SUCCESS' && verdict.isGone === true ? 'GONE' : null;
}

interface RecordRow extends ChangedDelivery {
  nextAttemptAt: Date | null;
  now: number;
}

/**
 * Records attempts: the attempt, the delivery's new state, its change, what it says about the
 * webhook's health, and the sums, all in one statement. A delivery whose claim was lost meanwhile is left as it is, without a word.
 */
export async function recordAttempts(
  database: Pool | PoolClient,
  attempts: readonly AttemptRecord[],
  health: HealthPolicy,
): Promise<Recorded> {
  const { rows } = await database.query<RecordRow>(recordAttemptsQuery(attempts, health));
  const due: Recorded['due'] = [];
  for (const row of rows) {
    if (row.nextAttemptAt !== null) {
      due.push({ webhookId: row.webhookId, dueAt: row.nextAttemptAt.getTime() });
    }
  }
  return { changed: rows, due, now: rows[0]?.now ?? Date.now(), turned: [] };
}

/**
 * The same for deliveries that stand in lines, each giving its turn on in the same transaction: a worker
 * that is killed leaves no line without a turn.
 */
export function recordInLine(
  pool: Pool,
  attempts: readonly AttemptRecord[],
  health: HealthPolicy,
): Promise<Recorded> {
  const keys = new Map(attempts.map((attempt) => [attempt.deliveryId, attempt.orderingKey]));
  return inTransaction(pool, async (client) => {
    await lockKeys(
      client,
      attempts.flatMap(({ orderingKey }) => orderingKey ?? []),
    );
    const recorded = await recordAttempts(client, attempts, health);
    const lines = linesOf(
      recorded.changed.map(({ id, webhookId }) => ({
        webhookId,
        orderingKey: keys.get(id) ?? null,
      })),
    );
    return { ...recorded, turned: await turnLines(client, lines) };
  });
}

/** The statement of {@link recordAttempts}, for its plan to be looked at. */
export function recordAttemptsQuery(attempts: readonly AttemptRecord[], health: HealthPolicy) {
  const ended = performance.now();
  const column = <T>(read: (attempt: AttemptRecord) => T) => attempts.map(read);
  return {
    name: 'record-attempts',
    text: RECORD,
    values: [
      plainArray(column((a) => a.deliveryId)),
      plainArray(column((a) => a.token)),
      plainArray(column((a) => a.number)),
      plainArray(column((a) => a.startedAt)),
      plainArray(column((a) => Math.round(a.durationMs))),
      joinedTexts(column((a) => a.requestHead)),
      plainArray(column((a) => a.responseStatusCode)),
      joinedTexts(column((a) => a.responseHead)),
      column((a) => a.responseBody),
      plainArray(column((a) => a.responseBodyTruncated)),
      plainArray(column((a) => a.errorCode)),
      column((a) => a.errorMessage),
      plainArray(column((a) => a.verdict.status)),
      plainArray(column((a) => reasonOf(a.verdict))),
      plainArray(column((a) => (a.verdict.status === 'RETRYING' ? a.verdict.delaySeconds : null))),
      plainArray(column((a) => Math.max(0, ended - a.endedAt))),
      health.opensAfterFailures,
      health.switchOffAfterSeconds,
      health.opensAfterSeconds,
      health.probeSeconds,
    ],
  };
}
