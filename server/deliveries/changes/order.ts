import type { Pool, PoolClient } from 'pg';
import { ADVISORY_LOCKS } from '../../database/advisory-locks.ts';
import { inTransaction } from '../../database/transaction.ts';
import { pastHolds } from '../held-back.ts';
import { beforeTheOthers, DUE_AT_ONCE } from './due-time.ts';
import { transition, type ChangedDelivery } from './transition.ts';

/**
 * Order by key. Deliveries of one webhook with the same orderingKey stand in a line, by "orderingSeq". One of
 * them at most has its turn: it is due at some time ("nextAttemptAt") or is being sent; an index sees to it that
 * there are never two. All others wait, due at no time, so that no claim comes upon them, however many they are.
 *
 * Who puts something into a line or gives the turn on holds the lock of the key until it has committed. So
 * the places of a line follow the commits of its triggers, and who gives the turn on sees all who stand there:
 * that is why each step is a statement of its own, with a snapshot taken after the lock. Locks come before rows.
 */

/** The deliveries of one webhook with the same key. */
export interface Line {
  webhookId: string;
  key: string;
}

/** A transaction takes so many locks at most, whatever it holds: their table is small. */
const LOCKS = 512;

/** A delivery that was changed, and the key of the line in which it stands; null where it stands in none. */
export interface ChangedInLine extends ChangedDelivery {
  orderingKey: string | null;
}

/** The lines in which these deliveries stand. */
export function linesOf(
  deliveries: readonly Pick<ChangedInLine, 'webhookId' | 'orderingKey'>[],
): Line[] {
  return deliveries.flatMap(({ webhookId, orderingKey: key }) =>
    key === null ? [] : [{ webhookId, key }],
  );
}

/** The number of a key's lock, in SQL. */
const lockNumber = (key: string) => `(hashtextextended(${key}, 0) & ${LOCKS - 1})::int`;

/** The lock of each of the keys of `rows`, in the order of their numbers. A SELECT; keys that are null are left out. */
export const lockKeysSql = (key: string, rows: string) =>
  `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.order}, number) FROM (
    SELECT DISTINCT ${lockNumber(key)} AS number FROM ${rows} WHERE ${key} IS NOT NULL ORDER BY 1 OFFSET 0) locks`;

/**
 * A SELECT of `rows` with "orderingSeq", their places in their lines, which they take in the order of `by`. Under
 * the locks of their keys.
 */
export const placedSql = (rows: string, by: string) => `
  SELECT t.*, CASE WHEN t."orderingKey" IS NOT NULL THEN nextval('"DeliveryOrder_seq"') END AS "orderingSeq"
  FROM (SELECT * FROM ${rows} ORDER BY ${by} OFFSET 0) t`;

const UNENDED = `status IN ('PENDING', 'RETRYING', 'SENDING')`;
/** As Delivery_turn_idx has it. */
const hasTurn = (d: string) => `(${d}.status = 'SENDING' OR ${d}."nextAttemptAt" IS NOT NULL)`;
const IN_LINE = `d."webhookId" = line."webhookId" AND d."orderingKey" = line.key`;
const LINES = `unnest($1::uuid[], $2::text[]) AS line("webhookId", key)`;

/** The delivery that is first in a line and has not ended. */
const head = (columns: string) => `
  SELECT ${columns} FROM "Delivery" d WHERE ${IN_LINE} AND d."orderingKey" IS NOT NULL AND d.${UNENDED}
  ORDER BY d."orderingSeq" LIMIT 1`;

/** The delivery of a line that has its turn. */
const turn = (columns: string) => `
  SELECT ${columns} FROM "Delivery" d
  WHERE ${IN_LINE} AND d."orderingKey" IS NOT NULL AND ${hasTurn('d')}`;

/* What was waiting for its next attempt goes at once when it has its turn again. What is sent by hand goes past a pause. */
const giveTurn = (dueAt: string) => `
WITH picked AS (
  SELECT h.* FROM ${LINES}
  CROSS JOIN LATERAL (${head('d.id, d.status, d."attemptCount", d."attemptsMade", d."webhookId"')}) h
  WHERE NOT EXISTS (${turn('1')})
), given AS (
  SELECT p.*, ${dueAt} - CASE WHEN p."attemptCount" = 0 AND p."attemptsMade" > 0 THEN ${pastHolds('w')} ELSE interval '0' END AS "dueAt"
  FROM picked p JOIN "Webhook" w ON w.id = p."webhookId"
), ${transition({
  from: 'given',
  set: '"nextAttemptAt" = p."dueAt"',
  // It may have ended meanwhile, with its webhook.
  where: `d."nextAttemptAt" IS NULL AND d.status IN ('PENDING', 'RETRYING')`,
})}
SELECT id, "tenantId", "webhookId" FROM updated`;

const GIVE_TURN = giveTurn(DUE_AT_ONCE);
const GIVE_TURN_FIRST = giveTurn(`least(${DUE_AT_ONCE}, ${beforeTheOthers('p')})`);

/* What is claimed at this moment is being sent: it keeps its turn until that is recorded. */
const TAKE_TURN = `
WITH picked AS (
  SELECT d.id, d.status, d."attemptCount" FROM ${LINES} JOIN "Delivery" d ON ${IN_LINE} AND d."orderingKey" IS NOT NULL
    AND ${hasTurn('d')}
  WHERE d.status IN ('PENDING', 'RETRYING') AND d.id <> (${head('d.id')})
  FOR UPDATE OF d SKIP LOCKED
), ${transition({ from: 'picked', set: '"nextAttemptAt" = NULL' })}
SELECT id, "tenantId", "webhookId" FROM updated`;

const LOCK = lockKeysSql('key', 'unnest($1::text[]) AS given(key)');

const change = async (client: PoolClient, name: string, text: string, lines: readonly Line[]) => {
  const values = [lines.map(({ webhookId }) => webhookId), lines.map(({ key }) => key)];
  const { rows } = await client.query<ChangedDelivery>({ name, text, values });
  return rows;
};

/** Waits until nobody else changes these keys' lines; holds them until the transaction ends. */
export async function lockKeys(client: PoolClient, keys: Iterable<string>): Promise<void> {
  await client.query({ name: 'lock-keys', text: LOCK, values: [[...new Set(keys)]] });
}

/** Gives the turn to whoever is first in each of these lines in which nobody has it. Under the keys' locks. */
export function giveTurns(
  client: PoolClient,
  lines: readonly Line[],
  { goesFirst = false }: GivenHow = {},
): Promise<ChangedDelivery[]> {
  return goesFirst
    ? change(client, 'give-turns-first', GIVE_TURN_FIRST, distinct(lines))
    : change(client, 'give-turns', GIVE_TURN, distinct(lines));
}

interface GivenHow {
  /** Before all that the webhook has waiting: what was being sent had come to its turn there too. */
  goesFirst?: boolean;
}

/** The same, once the turn has been taken from whoever has it and is not first: of one that was put back. */
export async function turnLines(
  client: PoolClient,
  lines: readonly Line[],
  how: GivenHow = {},
): Promise<ChangedDelivery[]> {
  const each = distinct(lines);
  const taken = await change(client, 'take-turns', TAKE_TURN, each);
  return [...taken, ...(await giveTurns(client, each, how))];
}

/** Puts these lines right, in a transaction of its own. Returns what was changed: what has its turn now among it. */
export function putRight(
  pool: Pool,
  lines: readonly Line[],
  how: GivenHow = {},
): Promise<ChangedDelivery[]> {
  return inTransaction(pool, async (client) => {
    await lockKeys(
      client,
      lines.map(({ key }) => key),
    );
    return turnLines(client, lines, how);
  });
}

/** A line twice would be given two turns. */
function distinct(lines: readonly Line[]): Line[] {
  return [...new Map(lines.map((line) => [`${line.webhookId} ${line.key}`, line])).values()];
}

const BATCH = 1_000;

const BREAK_UP = `
WITH picked AS (
  SELECT d.id, d.status, d."attemptCount" FROM "Delivery" d
  WHERE d."webhookId" = $1::uuid AND d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" IS NULL
  LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
), ${transition({
  from: 'picked',
  set: `"nextAttemptAt" = ${DUE_AT_ONCE}, "orderingKey" = NULL, "orderingSeq" = NULL`,
})}
SELECT id, "tenantId", "webhookId" FROM updated`;

/**
 * Lets all that waits in a webhook's lines go at once, in transactions of 1,000: it keeps no order any more,
 * or gets nothing any more.
 */
export async function breakUpLines(pool: Pool, webhookId: string): Promise<ChangedDelivery[]> {
  const changed: ChangedDelivery[] = [];
  for (;;) {
    const { rows } = await pool.query<ChangedDelivery>({
      name: 'break-up-lines',
      text: BREAK_UP,
      values: [webhookId],
    });
    changed.push(...rows);
    if (rows.length < BATCH) return changed;
  }
}

const FIND_LINES = `
WITH RECURSIVE line AS (
  (SELECT d."webhookId", d."orderingKey" AS key FROM "Delivery" d
   WHERE d."orderingKey" IS NOT NULL AND d.${UNENDED} AND (d."webhookId", d."orderingKey") > ($1::uuid, $2::text)
   ORDER BY d."webhookId", d."orderingKey" LIMIT 1)
  UNION ALL
  SELECT next.* FROM line CROSS JOIN LATERAL (
    SELECT d."webhookId", d."orderingKey" FROM "Delivery" d
    WHERE d."orderingKey" IS NOT NULL AND d.${UNENDED} AND (d."webhookId", d."orderingKey") > (line."webhookId", line.key)
    ORDER BY d."webhookId", d."orderingKey" LIMIT 1
  ) next
), page AS (SELECT * FROM line LIMIT $3)
SELECT line."webhookId", line.key,
  w."isActive" AND w."deletedAt" IS NULL AND w.ordering = 'KEY' AS "isKept", EXISTS (${turn('1')}) AS "hasTurn"
FROM page line JOIN "Webhook" w ON w.id = line."webhookId"`;

/** A line, and whether all is well with it. */
export interface FoundLine extends Line {
  /** False where its webhook keeps no order any more, or gets nothing. */
  isKept: boolean;
  /** Whether any of it has the turn. */
  hasTurn: boolean;
}

/** The next lines after the given one in which something waits, by webhook and key. One step of an index for each. */
export async function findLines(pool: Pool, after: Line, limit: number): Promise<FoundLine[]> {
  const { rows } = await pool.query<FoundLine>({
    name: 'find-lines',
    text: FIND_LINES,
    values: [after.webhookId, after.key, limit],
  });
  return rows;
}

const WAITED_FOR = `
SELECT own.id, coalesce((${turn('d.id')}), (${head('d.id')})) AS "waitsFor"
FROM (
  SELECT o.id, o."webhookId", o."orderingKey" AS key FROM "Delivery" o
  WHERE o.id = ANY ($1::uuid[]) AND o."orderingKey" IS NOT NULL
    AND o.status IN ('PENDING', 'RETRYING') AND o."nextAttemptAt" IS NULL
) line JOIN "Delivery" own ON own.id = line.id`;

/** The delivery that must end before each of these may begin; those that wait for none are left out. */
export async function findWaitedFor(
  pool: Pool,
  deliveryIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; waitsFor: string | null }>({
    text: WAITED_FOR,
    values: [deliveryIds],
  });
  return new Map(
    rows.flatMap(({ id, waitsFor }) =>
      waitsFor === null || waitsFor === id ? [] : [[id, waitsFor] as const],
    ),
  );
}
