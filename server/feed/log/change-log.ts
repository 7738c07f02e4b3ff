import type { Pool, QueryConfig } from 'pg';
import { NEXT_XID } from '../../database/transaction-ids.ts';
import { DELIVERY_COLUMNS, type DeliveryRow } from '../../deliveries/row.ts';
import type { DeliveryStatus } from '../../domain/delivery/delivery-states.ts';
import type { HoldingWebhook } from '../../domain/delivery/hold.ts';
import { NIL_UUID } from '../../domain/identifiers.ts';
import { lowestMissing, parseSnapshot, type Position } from './position.ts';

/** A change as the log has it, with the delivery as it stood when the log was read. */
export interface LoggedChange {
  /** 1 for the change that made the delivery; rises by one with each change. */
  version: number;
  /** pg_current_xact_id() of the change's transaction. */
  xid: bigint;
  status: DeliveryStatus;
  previousStatus: DeliveryStatus | null;
  /** By the database's clock. */
  changedAt: Date;
  delivery: FollowedDelivery;
}

/** A delivery, with what those who follow it ask for most. */
export interface FollowedDelivery extends DeliveryRow {
  eventType: string;
  /** The caller's id of the event. */
  eventId: string;
  /** These are null where there is no such webhook. */
  webhookName: string | null;
  webhookUrl: string | null;
  /** What holds back the deliveries of its webhook, and its own schedule. */
  webhookFlow: HoldingWebhook | null;
  /** Of the transaction that changed it last. */
  changeXid: bigint;
}

/** What is to be read of one tenant: what lies ahead of `from` and of the last change of the page before. */
export interface TenantPage {
  tenantId: string;
  from: Position;
  after: { xid: bigint; deliveryId: string; version: number } | null;
}

export interface ChangesPage {
  /** Where the log stood when the page was read. */
  position: Position;
  /** For each tenant in the order of transactions, which may differ from that of a delivery's versions. */
  changes: LoggedChange[];
  /** The tenants that have more, each with the page to read next. */
  next: TenantPage[];
}

/** A statement that takes longer than this is given up, and its connection with it. */
const TIMEOUT_MS = 10_000;

const NOW = `
  SELECT pg_current_snapshot()::text AS snapshot,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "takenAt"`;

interface NowRow {
  snapshot: string;
  takenAt: bigint;
}

/** Where the log stands now: every change that has committed lies behind. */
export async function readPosition(pool: Pool): Promise<Position> {
  const { rows } = await pool.query<NowRow>(bounded(NOW, []));
  return positionOf(rows);
}

/** One of the two ranges that {@link READ_CHANGES} reads; t is what is to be read of a tenant. */
const range = (condition: string) => `
  (SELECT * FROM "DeliveryChange" c
   WHERE c."tenantId" = t."tenantId" AND ${condition}
     AND (c.xid, c."deliveryId", c.version) > (t."afterXid", t."deliveryId", t.version)
     AND c.xid < coalesce($7::bigint, ${NEXT_XID})
     AND c.xid <> ALL ($8::bigint[])
   ORDER BY c.xid, c."deliveryId", c.version LIMIT $9)`;

/*
 * A change is wanted where its transaction was still running, or had not begun, at `from`: two
 * ranges of the primary key, read in its order. What lies between them, which one transaction
 * left open may make long, is never touched. One statement, and thus one snapshot. (Rows from
 * before a restore of the database, whose transactions are yet to come, stay out.) The limits of
 * one row keep the planner from any other way than by the key.
 */
const READ_CHANGES = `
  SELECT n.snapshot, n."takenAt", c."tenantId" AS "loggedFor", c.xid, c."deliveryId",
    c.version AS "changeVersion", c.status AS "changeStatus", c."previousStatus", c.at,
    d.*, w.name AS "webhookName", w.url AS "webhookUrl", w."pausedAt", w."pausedUntil", w."circuitOpenedAt", w."retryDelays", w."rateFullUntil"
  FROM (${NOW}) n
  LEFT JOIN (
    unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::int[], $5::bigint[], $6::text[])
      AS t ("tenantId", "afterXid", "deliveryId", version, xmax, running)
    CROSS JOIN LATERAL (
      SELECT * FROM (${range('c.xid = ANY (t.running::bigint[])')} UNION ALL ${range('c.xid >= t.xmax')}) u
      ORDER BY u.xid, u."deliveryId", u.version
      LIMIT $9
    ) c
    LEFT JOIN LATERAL (
      SELECT ${DELIVERY_COLUMNS}, d."eventType", d."eventId", d."changeXid"
      FROM "Delivery" d WHERE d.id = c."deliveryId" LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
      SELECT w.name, w.url, w."pausedAt", w."pausedUntil", w."circuitOpenedAt", w."retryDelays",
        CASE WHEN w."rateAttempts" IS NOT NULL THEN (SELECT r."fullUntil" FROM "RateWindow" r WHERE r."webhookId" = w.id) END AS "rateFullUntil"
      FROM "Webhook" w WHERE w.id = d."webhookId" LIMIT 1
    ) w ON true
  ) ON true
  ORDER BY c.xid, c."deliveryId", c.version`;

interface ChangeRow extends NowRow, Omit<FollowedDelivery, 'id' | 'webhookFlow'>, HoldingWebhook {
  loggedFor: string;
  xid: bigint;
  deliveryId: string;
  changeVersion: number;
  changeStatus: DeliveryStatus;
  previousStatus: DeliveryStatus | null;
  at: Date;
  /** This and all that is the delivery's own are null where retention has deleted it. */
  id: string | null;
}

export interface ChangesQuery {
  pages: readonly TenantPage[];
  /** Where to stop; null: wherever the log stands now. */
  until: Position | null;
  /** Rows of each tenant at most. */
  limit: number;
}

/** The statement of {@link readChanges}. */
export function changesQuery({ pages, until, limit }: ChangesQuery) {
  const column = <T>(read: (page: TenantPage) => T) => pages.map(read);
  return {
    text: READ_CHANGES,
    values: [
      column(({ tenantId }) => tenantId),
      column(({ after, from }) => after?.xid ?? lowestMissing(from)),
      column(({ after }) => after?.deliveryId ?? NIL_UUID),
      column(({ after }) => after?.version ?? 0),
      column(({ from }) => from.xmax),
      column(({ from }) => `{${from.running.join(',')}}`),
      until?.xmax ?? null,
      until?.running ?? [],
      limit,
    ],
  };
}

/**
 * Reads what some tenants' deliveries have gone through: a page for each tenant. Changes of
 * deliveries that were deleted are left out.
 */
export async function readChanges(pool: Pool, query: ChangesQuery): Promise<ChangesPage> {
  const { text, values } = changesQuery(query);
  const { rows } = await pool.query<ChangeRow | NoChangeRow>({
    name: 'read-changes',
    ...bounded(text, values),
  });
  const logged = rows.filter((row) => row.loggedFor !== null);
  return {
    position: positionOf(rows),
    changes: toChanges(logged),
    next: nextPages(logged, query),
  };
}

/** What stands in the one row of an empty page. */
interface NoChangeRow extends NowRow {
  loggedFor: null;
}

function positionOf([row]: readonly NowRow[]): Position {
  if (!row) throw new Error('PostgreSQL answered without its snapshot');
  return parseSnapshot(row.snapshot, Number(row.takenAt));
}

function nextPages(rows: readonly ChangeRow[], { pages, limit }: ChangesQuery): TenantPage[] {
  const last = new Map<string, { row: ChangeRow; count: number }>();
  for (const row of rows) {
    const count = (last.get(row.loggedFor)?.count ?? 0) + 1;
    last.set(row.loggedFor, { row, count });
  }
  return pages.flatMap(({ tenantId, from }) => {
    const read = last.get(tenantId);
    if (read?.count !== limit) return [];
    const { xid, deliveryId, changeVersion: version } = read.row;
    return [{ tenantId, from, after: { xid, deliveryId, version } }];
  });
}

/** Changes of one delivery share it. */
function toChanges(rows: readonly ChangeRow[]): LoggedChange[] {
  const deliveries = new Map<string, FollowedDelivery>();
  const changes: LoggedChange[] = [];
  for (const row of rows) {
    if (row.id === null) continue;
    const delivery = deliveries.get(row.id) ?? toDelivery(row, row.id);
    deliveries.set(row.id, delivery);
    changes.push({
      version: row.changeVersion,
      xid: row.xid,
      status: row.changeStatus,
      previousStatus: row.previousStatus,
      changedAt: row.at,
      delivery,
    });
  }
  return changes;
}

function toDelivery(row: ChangeRow, id: string): FollowedDelivery {
  return {
    id,
    tenantId: row.tenantId,
    eventRef: row.eventRef,
    webhookId: row.webhookId,
    customerId: row.customerId,
    isTest: row.isTest,
    status: row.status,
    attemptCount: row.attemptCount,
    attemptsMade: row.attemptsMade,
    nextAttemptAt: row.nextAttemptAt,
    failureReason: row.failureReason,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    completedAt: row.completedAt,
    eventType: row.eventType,
    eventId: row.eventId,
    webhookName: row.webhookName,
    webhookUrl: row.webhookUrl,
    webhookFlow: row.webhookName === null ? null : flowOf(row),
    changeXid: row.changeXid,
  };
}

function flowOf(row: HoldingWebhook): HoldingWebhook {
  const { pausedAt, pausedUntil, circuitOpenedAt, retryDelays, rateFullUntil } = row;
  return { pausedAt, pausedUntil, circuitOpenedAt, retryDelays, rateFullUntil };
}

/** Without a bound, a server that is gone without a word would hold up the reader for many minutes. */
function bounded(text: string, values: unknown[]): QueryConfig & { query_timeout: number } {
  return { text, values, query_timeout: TIMEOUT_MS };
}
