import type { Pool } from 'pg';
import { readChanges, type LoggedChange, type TenantPage } from './log/change-log.ts';
import { matchFilter, type ChangeFilter } from './filter.ts';
import { cutBefore, includes, type Position } from './log/position.ts';
import type { Fitting } from './reader.ts';

type Version = Pick<LoggedChange, 'version' | 'xid'> & { delivery: { id: string } };

/** How far a subscription has been brought with each delivery: the newest versions it was given. */
export interface GivenVersions {
  /** Whether this version, or a later one, has been given; false also where that is forgotten. */
  has(change: Version): boolean;
  add(change: Version): void;
  /** Forgets what will not be read again from this position on. */
  forgetBehind(position: Position): void;
}

/** Remembers the last `limit` deliveries. What it forgets may be given twice. */
export function createGivenVersions(limit: number): GivenVersions {
  const versions = new Map<string, { version: number; xid: bigint }>();
  let forgotten: Position | null = null;
  return {
    has: ({ delivery, version }) => (versions.get(delivery.id)?.version ?? 0) >= version,
    add({ delivery, version, xid }) {
      versions.delete(delivery.id);
      versions.set(delivery.id, { version, xid });
      if (versions.size <= limit) return;
      const [oldest] = versions.keys();
      if (oldest !== undefined) versions.delete(oldest);
    },
    forgetBehind(position) {
      if (position === forgotten) return;
      forgotten = position;
      for (const [id, { xid }] of versions) {
        if (includes(position, xid)) versions.delete(id);
      }
    },
  };
}

export interface ReplayOptions {
  pool: Pool;
  tenantId: string;
  filter: ChangeFilter;
  from: Position;
  /** Where to stop; where the log stands at the first page, if null. */
  until: Position | null;
  given: GivenVersions;
  pageSize: number;
  signal: AbortSignal;
}

/**
 * Brings the latest state of each delivery that changed between two positions, page by page, as
 * fast as they are taken. `matchesFilter` is false for one that no longer fits but did at some
 * point since. Returns where it stopped, and whether it was all on one page.
 */
export async function* replay(
  options: ReplayOptions,
): AsyncGenerator<Fitting[], { position: Position; wasShort: boolean }, undefined> {
  const { pool, tenantId, filter, from, given, pageSize, signal } = options;
  let { until } = options;
  let pages: TenantPage[] = [{ tenantId, from, after: null }];
  for (let count = 1; ; count += 1) {
    const page = await readChanges(pool, { pages, until, limit: pageSize });
    if (signal.aborted) return { position: until ?? page.position, wasShort: false };
    until ??= page.position;
    const fittings: Fitting[] = [];
    for (const change of page.changes) {
      const now = asItStands(change);
      if (given.has(now)) continue;
      const matchesFilter = matchNow(filter, change, now);
      if (matchesFilter === null) continue;
      given.add(now);
      fittings.push({ change: now, matchesFilter, position: reached(change.xid, from, until) });
    }
    if (fittings.length > 0) yield fittings;
    pages = page.next;
    if (pages.length === 0 || signal.aborted) return { position: until, wasShort: count === 1 };
  }
}

/** Whether the delivery fits as it now stands; null where it neither does nor did by this change. */
function matchNow(filter: ChangeFilter, change: LoggedChange, now: LoggedChange): boolean | null {
  if (matchFilter(filter, now) === 'matches') return true;
  return matchFilter(filter, change) === 'no' ? null : false;
}

function asItStands(change: LoggedChange): LoggedChange {
  const { status, version, changeXid, updatedAt } = change.delivery;
  return { ...change, status, version, xid: changeXid, changedAt: updatedAt };
}

/** All below this transaction has been read: that much need not be read again. Of the same age as `from`, for so is the log that it needs. */
function reached(xid: bigint, from: Position, until: Position): Position {
  return xid < from.xmax ? from : { ...cutBefore(until, xid), takenAt: from.takenAt };
}
