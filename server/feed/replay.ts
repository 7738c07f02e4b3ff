import type { Pool } from 'pg';
import {
  readChanges,
  type LoggedChange,
  type LoggedChangeAndNow,
  type TenantPage,
} from './change-log.ts';
import { matchFilter, type ChangeFilter } from './filter.ts';
import type { Fitting } from './follower.ts';
import { cutBefore, type Position } from './position.ts';

/** How far a follower's reader has been brought with each delivery: the newest versions it was given. */
export interface GivenVersions {
  /** Whether this version, or a later one, has been given; false also where that is forgotten. */
  has(deliveryId: string, version: number): boolean;
  add(deliveryId: string, version: number): void;
}

/** Remembers the last `limit` deliveries. What it forgets may be given twice. */
export function createGivenVersions(limit: number): GivenVersions {
  const versions = new Map<string, number>();
  return {
    has: (deliveryId, version) => (versions.get(deliveryId) ?? 0) >= version,
    add(deliveryId, version) {
      versions.delete(deliveryId);
      versions.set(deliveryId, version);
      if (versions.size <= limit) return;
      const [oldest] = versions.keys();
      if (oldest !== undefined) versions.delete(oldest);
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
 * point since. Answers where it stopped, and whether it was all on one page.
 */
export async function* replay(
  options: ReplayOptions,
): AsyncGenerator<Fitting, { position: Position; wasShort: boolean }, undefined> {
  const { pool, tenantId, filter, from, given, pageSize, signal } = options;
  let { until } = options;
  let pages: TenantPage[] = [{ tenantId, after: null }];
  for (let count = 1; ; count += 1) {
    const page = await readChanges(pool, { pages, from, until, limit: pageSize });
    until ??= page.position;
    for (const change of page.changes) {
      if (signal.aborted) break;
      if (given.has(change.deliveryId, change.now.version)) continue;
      const matchesFilter = matchNow(filter, change);
      if (matchesFilter === null) continue;
      given.add(change.deliveryId, change.now.version);
      const position = reached(change.xid, from, until);
      yield { change: asItStands(change), matchesFilter, position };
    }
    pages = page.next;
    if (pages.length === 0 || signal.aborted) return { position: until, wasShort: count === 1 };
  }
}

/** Whether the delivery fits as it now stands; null where it neither does nor did by this change. */
function matchNow(filter: ChangeFilter, change: LoggedChangeAndNow): boolean | null {
  if (matchFilter(filter, asItStands(change)) === 'matches') return true;
  return matchFilter(filter, change) === 'no' ? null : false;
}

function asItStands({ now, ...change }: LoggedChangeAndNow): LoggedChange {
  return { ...change, status: now.status, version: now.version, xid: now.xid };
}

/** All below this transaction has been read: that much need not be read again. Of the same age as `from`, for so is the log that it needs. */
function reached(xid: bigint, from: Position, until: Position): Position {
  return xid < from.xmax ? from : { ...cutBefore(until, xid), takenAt: from.takenAt };
}
