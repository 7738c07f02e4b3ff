import type { PoolClient } from 'pg';
import { createParameters } from '../database/parameters.ts';
import { oldestListedQuery } from '../deliveries/list.ts';
import { listFilterOf, spanOf, type RecoveryTask } from './task.ts';
import { eventScan, WAS_MISSED } from './missed-events.ts';

/**
 * What a recovery will look at is written down before the first is sent, as items, oldest first: from then on
 * nobody who is sent again, or succeeds meanwhile, changes how many there are.
 */

const DELIVERIES_AT_ONCE = 5_000;
/** Each may have to be held against a filter. */
const EVENTS_AT_ONCE = 2_000;

/** The recovery that gathers, and up to where it has. */
export interface Gathering {
  id: string;
  tenantId: string;
  position: string | null;
}

/** How many items were added, and up to where was looked; null where that was all. */
export interface Gathered {
  added: number;
  position: string | null;
}

/** Writes down the next items, of a few thousand rows. In the transaction that keeps the position. */
export async function gather(
  client: PoolClient,
  recovery: Gathering,
  task: RecoveryTask,
): Promise<Gathered> {
  const { text, values } =
    task.kind === 'RETRY' ? deliveriesOf(recovery, task) : eventsOf(recovery, task);
  const { rows } = await client.query<{ added: number; seen: number; last: string | null }>(
    text,
    values,
  );
  const { added = 0, seen = 0, last = null } = rows[0] ?? {};
  const isAll = seen < (task.kind === 'RETRY' ? DELIVERIES_AT_ONCE : EVENTS_AT_ONCE);
  return { added, position: isAll ? null : last };
}

const COUNTS = `(SELECT count(*)::int FROM added) AS added, (SELECT count(*)::int FROM seen) AS seen,
  (SELECT id FROM seen ORDER BY id DESC LIMIT 1) AS last`;

function deliveriesOf(
  { id, tenantId, position }: Gathering,
  task: Extract<RecoveryTask, { kind: 'RETRY' }>,
) {
  const parameters = createParameters();
  const recoveryId = parameters.of(id, 'uuid');
  const list = { tenantId, filter: listFilterOf(task), after: position };
  const text = `WITH seen AS MATERIALIZED (
  ${oldestListedQuery(list, DELIVERIES_AT_ONCE, parameters)}
), added AS (
  INSERT INTO "RecoveryItem" ("recoveryId", id) SELECT ${recoveryId}, id FROM seen RETURNING 1
)
SELECT ${COUNTS}`;
  return { text, values: parameters.values };
}

function eventsOf(
  { id, tenantId, position }: Gathering,
  { webhookId, createdAt }: Extract<RecoveryTask, { kind: 'MISSED' }>,
) {
  const parameters = createParameters();
  const recoveryId = parameters.of(id, 'uuid');
  const page = {
    limit: EVENTS_AT_ONCE,
    backwards: true,
    ...(position !== null && { before: position }),
  };
  const scan = eventScan(tenantId, spanOf(createdAt), page, parameters);
  const text = `WITH seen AS MATERIALIZED (
  SELECT e.id FROM "Event" e WHERE ${scan.conditions.join(' AND ')} ORDER BY ${scan.orderBy} LIMIT ${EVENTS_AT_ONCE}
), added AS (
  INSERT INTO "RecoveryItem" ("recoveryId", id)
  SELECT ${recoveryId}, e.id FROM seen JOIN "Event" e ON e.id = seen.id
  JOIN "Webhook" w ON w.id = ${parameters.of(webhookId, 'uuid')} WHERE ${WAS_MISSED} RETURNING 1
)
SELECT ${COUNTS}`;
  return { text, values: parameters.values };
}
