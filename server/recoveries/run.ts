import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/transaction.ts';
import { putRight, type Line } from '../deliveries/changes/order.ts';
import type { ChangedDelivery } from '../deliveries/changes/transition.ts';
import type { RecoveryKind, RecoveryStatus } from '../generated/prisma/enums.ts';
import { NIL_UUID } from '../domain/identifiers.ts';
import { gather } from './gather.ts';
import { putBack } from './put-back.ts';
import { taskOf } from './task.ts';

/**
 * Works recoveries off, a batch at a time, whoever does it: the row's lock keeps the others out, and the
 * position is committed with each batch, so that a kill repeats nothing and leaves out nothing.
 */

/** Put back at once. So few, for what is new waits behind them where their webhook's requests are many. */
const BATCH = 250;
/** The next are put back when of the last no more than this share waits … */
const WAITING_SHARE = 1 / 4;
/** … or so much later: what is held back (paused, rate limited) holds back no recovery of others. */
const PATIENCE_SECONDS = 1;
/** Looked at, at once, whether it has ended. */
const SETTLE_BATCH = 5_000;
/** Between two looks at what the last batch has come to, in milliseconds. */
const REST_MS = 50;
/** One run takes no longer, in milliseconds: whoever stops waits for it. */
const RUN_MS = 1_000;

interface RecoveryTurn {
  id: string;
  tenantId: string;
  kind: RecoveryKind;
  status: RecoveryStatus;
  task: unknown;
  perSecond: number | null;
  position: string | null;
  /** How many may be put back by the pace; null where there is none. */
  allowed: number | null;
  /** How many of the last batch wait still. */
  waiting: number;
  isPatient: boolean;
}

/* The one whose turn is longest ago. */
const TAKE = `
WITH mine AS MATERIALIZED (
  SELECT r.* FROM "Recovery" r WHERE NOT r."isSettled" AND r."turnAt" <= clock_timestamp()
  ORDER BY r."turnAt" LIMIT 1 FOR UPDATE SKIP LOCKED
)
SELECT m.id, m."tenantId", m.kind, m.status, m.task, m."perSecond", m.position,
  CASE WHEN m."perSecond" IS NOT NULL THEN
    least(m."perSecond", floor(extract(epoch FROM clock_timestamp() - coalesce(m."pacedAt", m."createdAt")) * m."perSecond"))::int
  END AS allowed,
  coalesce(m."putBackAt" > clock_timestamp() - interval '${PATIENCE_SECONDS} s', false) AS "isPatient",
  (SELECT count(*)::int FROM "RecoveryItem" i JOIN "Delivery" d ON d.id = i."deliveryId"
   WHERE i."recoveryId" = m.id AND i.id > coalesce(m."batchFrom", '${NIL_UUID}') AND i.id <= m.position
     AND i."deliveryId" IS NOT NULL AND d.status = 'PENDING') AS waiting
FROM mine m`;

const GATHERED = `
UPDATE "Recovery" SET estimated = estimated + $2, position = $3, "turnAt" = clock_timestamp(),
  status = CASE WHEN $3::uuid IS NULL THEN 'RUNNING'::"RecoveryStatus" ELSE status END,
  "startedAt" = CASE WHEN $3::uuid IS NULL THEN now() END
WHERE id = $1`;

const HAS_PUT_BACK = `
UPDATE "Recovery" SET queued = queued + $2, skipped = skipped + $3, "batchFrom" = position, position = coalesce($4, position),
  "putBackAt" = clock_timestamp(),
  "pacedAt" = CASE WHEN "perSecond" IS NOT NULL THEN
    greatest(coalesce("pacedAt", "createdAt"), clock_timestamp() - interval '1 s') + make_interval(secs => $5::float8 / "perSecond") END
WHERE id = $1`;

/* Of the items that were put back, the next so many, round and round: those that have ended are counted, and none any more. */
const SETTLE = `
WITH mine AS (SELECT * FROM "Recovery" WHERE id = $1), seen AS MATERIALIZED (
  SELECT i.id, i."deliveryId" FROM "RecoveryItem" i
  WHERE i."recoveryId" = $1 AND i."deliveryId" IS NOT NULL
    AND i."deliveryId" > (SELECT coalesce("settledTo", '${NIL_UUID}') FROM mine)
  ORDER BY i."recoveryId", i."deliveryId" LIMIT ${SETTLE_BATCH}
), ended AS MATERIALIZED (
  SELECT seen.id, d.status FROM seen LEFT JOIN "Delivery" d ON d.id = seen."deliveryId"
  WHERE d.id IS NULL OR d.status IN ('SUCCESS', 'FAILED')
), gone AS (
  DELETE FROM "RecoveryItem" i USING ended WHERE i."recoveryId" = $1 AND i.id = ended.id
), counts AS (
  SELECT count(*) FILTER (WHERE status = 'SUCCESS')::int AS well, count(*)::int AS ended FROM ended
), settled AS (
  UPDATE "Recovery" r SET succeeded = succeeded + c.well, failed = failed + c.ended - c.well, "turnAt" = clock_timestamp(),
    "settledTo" = CASE WHEN (SELECT count(*) FROM seen) = ${SETTLE_BATCH} THEN (SELECT "deliveryId" FROM seen ORDER BY "deliveryId" DESC LIMIT 1) END
  FROM counts c WHERE r.id = $1 RETURNING 1
)
SELECT ended, (SELECT count(*) FROM seen)::int AS seen FROM counts, settled`;

const IS_EMPTY = `SELECT NOT EXISTS (SELECT FROM "RecoveryItem" WHERE "recoveryId" = $1) AS empty`;

/* What has not been put back is not any more. */
const DROP_WAITING = `
WITH gone AS (
  DELETE FROM "RecoveryItem" i WHERE i."recoveryId" = $1 AND i.id IN (
    SELECT w.id FROM "RecoveryItem" w WHERE w."recoveryId" = $1 AND w."deliveryId" IS NULL
      AND w.id > coalesce($2::uuid, '${NIL_UUID}')
    ORDER BY w."recoveryId", w.id LIMIT ${SETTLE_BATCH}) RETURNING 1
)
SELECT count(*)::int AS count FROM gone`;

const END = `
UPDATE "Recovery" SET "isSettled" = true, status = CASE WHEN status = 'RUNNING' THEN 'DONE'::"RecoveryStatus" ELSE status END,
  "completedAt" = coalesce("completedAt", clock_timestamp())
WHERE id = $1`;

const LATER = `UPDATE "Recovery" SET "turnAt" = clock_timestamp() + make_interval(secs => $2::float8) WHERE id = $1`;

/** What one turn came to. */
interface Turn {
  /** Nothing to do. */
  isIdle: boolean;
  /** Whether it waits for what was put back before. */
  isResting: boolean;
  changed: ChangedDelivery[];
  /** The lines in which what was put back stands. */
  toPutRight: Line[];
}

const NOTHING: Turn = { isIdle: false, isResting: false, changed: [], toPutRight: [] };

async function takeTurn(client: PoolClient): Promise<Turn> {
  const { rows } = await client.query<RecoveryTurn>({ name: 'take-recovery', text: TAKE });
  const [recovery] = rows;
  if (recovery === undefined) return { ...NOTHING, isIdle: true };
  const { id, status } = recovery;
  if (status === 'ESTIMATING') {
    const { added, position } = await gather(client, recovery, taskOf(recovery));
    await client.query(GATHERED, [id, added, position]);
    return NOTHING;
  }
  const { changed, toPutRight, isPutBack } = await further(client, recovery);
  const settled = await client.query<{ ended: number; seen: number }>({
    name: 'settle-recovery',
    text: SETTLE,
    values: [id],
  });
  const { ended = 0, seen = 0 } = settled.rows[0] ?? {};
  const isAll = isPutBack && changed.length === 0;
  if (isAll && seen === ended) {
    const { rows: left } = await client.query<{ empty: boolean }>(IS_EMPTY, [id]);
    if (left[0]?.empty === true) await client.query(END, [id]);
  }
  const isResting = changed.length === 0 && ended < SETTLE_BATCH;
  // A look at what has not ended costs a little: it is seldom done where nothing else is to do.
  if (isResting) await client.query(LATER, [id, isAll ? 0.25 : 0.04]);
  return { isIdle: false, isResting, changed, toPutRight };
}

/** Puts back what may be now, or drops what waits of one that was cancelled; whether that was all there is. */
async function further(
  client: PoolClient,
  recovery: RecoveryTurn,
): Promise<Pick<Turn, 'changed' | 'toPutRight'> & { isPutBack: boolean }> {
  const { id, position } = recovery;
  if (recovery.status === 'CANCELLED') {
    const { rows } = await client.query<{ count: number }>(DROP_WAITING, [id, position]);
    return { ...NOTHING, isPutBack: (rows[0]?.count ?? 0) < SETTLE_BATCH };
  }
  const isBusy = recovery.waiting > BATCH * WAITING_SHARE && recovery.isPatient;
  const limit = Math.min(BATCH, recovery.allowed ?? BATCH);
  if (isBusy || limit === 0) return { ...NOTHING, isPutBack: false };
  const done = await putBack(client, { ...recovery, limit }, taskOf(recovery));
  const queued = done.changed.length;
  await client.query(HAS_PUT_BACK, [id, queued, done.seen - queued, done.position, done.seen]);
  return { ...done, isPutBack: done.seen < limit };
}

/**
 * Takes turns at the recoveries that there are, for a second at most, and tells of each batch that was put back.
 * @param signal ends it before the next turn.
 * @returns whether there was any.
 */
export async function runRecoveries(
  pool: Pool,
  onPutBack: (changed: readonly ChangedDelivery[]) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const began = performance.now();
  let isAny = false;
  while (!signal.aborted && performance.now() - began < RUN_MS) {
    const turn = await inTransaction(pool, takeTurn);
    if (turn.isIdle) break;
    isAny = true;
    if (turn.changed.length > 0) {
      const { toPutRight } = turn;
      // Of one that is killed before, the order's sweep sees to it.
      const turned = toPutRight.length > 0 ? await putRight(pool, toPutRight) : [];
      onPutBack([...turn.changed, ...turned]);
    }
    if (turn.isResting) await wait(REST_MS);
  }
  return isAny;
}
