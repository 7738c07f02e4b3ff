import type { PoolClient } from 'pg';
import { NOT_ERASED } from '../deliveries/changes/claim.ts';
import { DUE_AT_ONCE } from '../deliveries/changes/due-time.ts';
import {
  giveTurns,
  linesOf,
  lockKeys,
  placedSql,
  type ChangedInLine,
  type Line,
} from '../deliveries/changes/order.ts';
import { newRun } from '../deliveries/changes/retry.ts';
import {
  madeDeliveries,
  transition,
  type ChangedDelivery,
} from '../deliveries/changes/transition.ts';
import { NO_CUSTOMER } from '../customers/row.ts';
import { NIL_UUID } from '../domain/identifiers.ts';
import { listFilterOf, type RecoveryTask } from './task.ts';
import { WAS_MISSED } from './missed-events.ts';

/** The recovery whose next items are put back, and how many. */
export interface PuttingBack {
  id: string;
  tenantId: string;
  position: string | null;
  limit: number;
}

/** What became of the items. */
export interface PutBack {
  changed: ChangedDelivery[];
  /** The lines in which any of it stands, and whose turn is still to be given. */
  toPutRight: Line[];
  /** Items looked at, those that were left alone among them. */
  seen: number;
  /** The last of them; null where there were none. */
  position: string | null;
}

const ITEMS = `
  SELECT i.id FROM "RecoveryItem" i WHERE i."recoveryId" = $1::uuid AND i.id > $2::uuid
  ORDER BY i."recoveryId", i.id LIMIT $3::int`;

/* What has changed meanwhile is no item any more. The row that tells what was seen has no id. */
const noted = (made: string, itemOf: string) => `noted AS (
  UPDATE "RecoveryItem" i SET "deliveryId" = ${made}.id FROM ${made}
  WHERE i."recoveryId" = $1::uuid AND i.id = ${itemOf}
), dropped AS (
  DELETE FROM "RecoveryItem" i USING picked p WHERE i."recoveryId" = $1::uuid AND i.id = p.id
    AND NOT EXISTS (SELECT FROM ${made} WHERE ${itemOf} = p.id)
)
SELECT ${made}.id, ${made}."tenantId", ${made}."webhookId", ${made}."orderingKey", NULL::int AS seen, NULL::uuid AS last FROM ${made}
UNION ALL
SELECT NULL, NULL, NULL, NULL, (SELECT count(*)::int FROM picked), (SELECT id FROM picked ORDER BY id DESC LIMIT 1)`;

const RETRY = `
WITH picked AS MATERIALIZED (${ITEMS}), target AS (
  SELECT d.id, d.status, d."attemptCount", d."completedAt", d."orderingKey", d."nextAttemptAt",
    w."isActive" AND w."deletedAt" IS NULL AS "isOn"
  FROM picked JOIN "Delivery" d ON d.id = picked.id AND d."tenantId" = $4::uuid JOIN "Webhook" w ON w.id = d."webhookId"
  WHERE d.status = ANY ($5::"DeliveryStatus"[]) AND ${NOT_ERASED}
  ORDER BY d.id FOR UPDATE OF d
), ${transition({
  from: 'target',
  set: newRun(DUE_AT_ONCE),
  where: `p."isOn" AND p.status IN ('SUCCESS', 'FAILED', 'RETRYING')`,
  endedBefore: 'p."completedAt"',
  returning: ['d."orderingKey"'],
})}, ${noted('updated', 'updated.id')}`;

const KEYS = `
SELECT DISTINCT e."orderingKey" AS key FROM (${ITEMS}) picked
JOIN "Event" e ON e.id = picked.id WHERE e."orderingKey" IS NOT NULL`;

/** So that of two that would make the same delivery, the second sees the first's. New events do not wait for it. */
const LOCK_WEBHOOK = `SELECT FROM "Webhook" WHERE id = $1::uuid FOR NO KEY UPDATE`;

const MAKE_MISSED = `
WITH picked AS MATERIALIZED (${ITEMS}), target AS MATERIALIZED (
  SELECT e.id, e."tenantId", e."customerId", e.type, e."eventId", e."isTest", w.id AS "webhookId",
    date_trunc('milliseconds', now()) AS "createdAt",
    CASE WHEN w.ordering = 'KEY' THEN e."orderingKey" END AS "orderingKey"
  FROM picked JOIN "Event" e ON e.id = picked.id
  JOIN "Webhook" w ON w.id = $4::uuid AND w."isActive" AND w."deletedAt" IS NULL
  WHERE ${WAS_MISSED} AND (e."customerId" = '${NO_CUSTOMER}'
    OR (SELECT c."erasedAt" IS NULL FROM "Customer" c WHERE c.id = e."customerId"))
), placed AS MATERIALIZED (
  ${placedSql('target', 'id')}
), ${madeDeliveries('placed', { isInLine: true })}, counted AS (
  UPDATE "Event" e SET "webhooksNotified" = e."webhooksNotified" + 1 FROM delivery WHERE e.id = delivery."eventRef"
), ${noted('delivery', 'delivery."eventRef"')}`;

interface PutBackRow extends ChangedInLine {
  seen: number | null;
  last: string | null;
}

/**
 * Puts the next items of a recovery back on their way, oldest first: a delivery that is sent again as by
 * deliveryRetry, or one that is made. In the transaction that keeps the position.
 */
export async function putBack(
  client: PoolClient,
  { id, tenantId, position, limit }: PuttingBack,
  task: RecoveryTask,
): Promise<PutBack> {
  const items = [id, position ?? NIL_UUID, limit];
  if (task.kind === 'RETRY') {
    const { rows } = await client.query<PutBackRow>({
      name: 'recover-retry',
      text: RETRY,
      values: [...items, tenantId, listFilterOf(task).statuses],
    });
    const putBack = toPutBack(rows);
    return { ...putBack, toPutRight: linesOf(putBack.changed) };
  }
  const { rows: keys } = await client.query<{ key: string }>({ text: KEYS, values: items });
  if (keys.length > 0) {
    await lockKeys(
      client,
      keys.map(({ key }) => key),
    );
  }
  await client.query(LOCK_WEBHOOK, [task.webhookId]);
  const { rows } = await client.query<PutBackRow>({
    name: 'recover-missed',
    text: MAKE_MISSED,
    values: [...items, task.webhookId],
  });
  const made = toPutBack(rows);
  const lines = linesOf(made.changed);
  if (lines.length > 0) await giveTurns(client, lines);
  return { ...made, toPutRight: [] };
}

function toPutBack(rows: readonly PutBackRow[]) {
  const told = rows.find(({ seen }) => seen !== null);
  return {
    changed: rows.filter(({ seen }) => seen === null),
    seen: told?.seen ?? 0,
    position: told?.last ?? null,
  };
}
