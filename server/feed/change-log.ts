import type { Pool, QueryConfig } from 'pg';
import type { DeliveryStatus } from '../domain/delivery-states.ts';
import { lowestMissing, parseSnapshot, type Position } from './position.ts';
import type { DeliveryChange } from './topics.ts';

/** A change as the log has it. */
export type LoggedChange = Omit<DeliveryChange, 'previousXid'>;

/** A change, and the delivery as it stood when the change was read. */
export interface LoggedChangeAndNow extends LoggedChange {
  now: { status: DeliveryStatus; version: number; xid: bigint };
}

/** One tenant's place within a read of several pages: the last change of the page before. */
export interface TenantPage {
  tenantId: string;
  after: { xid: bigint; deliveryId: string; version: number } | null;
}

export interface ChangesPage {
  /** Where the log stood when the page was read. */
  position: Position;
  /** For each tenant in the order of transactions, which may differ from that of a delivery's versions. */
  changes: LoggedChangeAndNow[];
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

/** One of the two ranges that {@link READ_CHANGES} reads; t is the tenant's last change of the page before. */
const range = (condition: string) => `
  (SELECT * FROM "DeliveryChange" c
   WHERE c."tenantId" = t."tenantId" AND ${condition}
     AND (c.xid, c."deliveryId", c.version) > (t.xid, t."deliveryId", t.version)
     AND c.xid < coalesce($7::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
     AND c.xid <> ALL ($8::bigint[])
   ORDER BY c.xid, c."deliveryId", c.version LIMIT $9)`;

/*
 * A change is wanted where its transaction was still running, or had not begun, at `from`: two
 * ranges of the primary key, read in its order. What lies between them, which one transaction
 * left open may make long, is never touched. One statement, and thus one snapshot. (Rows from
 * before a restore of the database, whose transactions are yet to come, stay out.)
 */
const READ_CHANGES = `
  SELECT n.snapshot, n."takenAt", c."tenantId", c.xid, c."deliveryId", c.version, c.status,
    c."previousStatus", d."webhookId", d."eventType", d."eventId", d."isTest", d."createdAt",
    d.status AS "statusNow", d.version AS "versionNow", d."changeXid" AS "xidNow"
  FROM (${NOW}) n
  LEFT JOIN (
    unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::int[]) AS t ("tenantId", xid, "deliveryId", version)
    CROSS JOIN LATERAL (
      SELECT * FROM (${range('c.xid = ANY ($5::bigint[])')} UNION ALL ${range('c.xid >= $6::bigint')}) u
      ORDER BY u.xid, u."deliveryId", u.version
      LIMIT $9
    ) c
    LEFT JOIN "Delivery" d ON d.id = c."deliveryId"
  ) ON true
  ORDER BY c.xid, c."deliveryId", c.version`;

interface ChangeRow extends NowRow {
  tenantId: string;
  xid: bigint;
  deliveryId: string;
  version: number;
  status: DeliveryStatus;
  previousStatus: DeliveryStatus | null;
  /** These are null where retention has deleted the delivery. */
  webhookId: string | null;
  eventType: string;
  eventId: string;
  isTest: boolean;
  createdAt: Date;
  statusNow: DeliveryStatus;
  versionNow: number;
  xidNow: bigint;
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/**
 * Reads what some tenants' deliveries have gone through since `from`, and no further than `until`
 * where it is given: a page of at most `limit` rows for each tenant. Changes of deliveries
 * that are no more are left out.
 */
export async function readChanges(
  pool: Pool,
  query: { pages: readonly TenantPage[]; from: Position; until: Position | null; limit: number },
): Promise<ChangesPage> {
  const { pages, from, until, limit } = query;
  const start = { xid: lowestMissing(from), deliveryId: NIL_UUID, version: 0 };
  const { rows } = await pool.query<ChangeRow | NoChangeRow>(
    bounded(READ_CHANGES, [
      pages.map(({ tenantId }) => tenantId),
      pages.map(({ after }) => (after ?? start).xid),
      pages.map(({ after }) => (after ?? start).deliveryId),
      pages.map(({ after }) => (after ?? start).version),
      from.running,
      from.xmax,
      until?.xmax ?? null,
      until?.running ?? [],
      limit,
    ]),
  );
  const logged = rows.filter((row) => row.tenantId !== null);
  return {
    position: positionOf(rows),
    changes: logged.filter((row) => row.webhookId !== null).map(toChange),
    next: nextPages(logged, limit),
  };
}

/** What stands in the one row of an empty page. */
interface NoChangeRow extends NowRow {
  tenantId: null;
}

function positionOf([row]: readonly NowRow[]): Position {
  if (!row) throw new Error('PostgreSQL answered without its snapshot');
  return parseSnapshot(row.snapshot, Number(row.takenAt));
}

function nextPages(rows: readonly ChangeRow[], limit: number): TenantPage[] {
  const last = new Map<string, { row: ChangeRow; count: number }>();
  for (const row of rows) {
    const count = (last.get(row.tenantId)?.count ?? 0) + 1;
    last.set(row.tenantId, { row, count });
  }
  return [...last.values()]
    .filter(({ count }) => count === limit)
    .map(({ row: { tenantId, xid, deliveryId, version } }) => ({
      tenantId,
      after: { xid, deliveryId, version },
    }));
}

function toChange(row: ChangeRow & { webhookId: string | null }): LoggedChangeAndNow {
  const { tenantId, xid, deliveryId, version, status, previousStatus } = row;
  return {
    tenantId,
    xid,
    deliveryId,
    version,
    status,
    previousStatus,
    webhookId: row.webhookId ?? '',
    eventType: row.eventType,
    eventId: row.eventId,
    isTest: row.isTest,
    createdAt: row.createdAt.getTime(),
    now: { status: row.statusNow, version: row.versionNow, xid: row.xidNow },
  };
}

/** Without a bound, a server that is gone without a word would hold up the reader for many minutes. */
function bounded(text: string, values: unknown[]): QueryConfig & { query_timeout: number } {
  return { text, values, query_timeout: TIMEOUT_MS };
}
