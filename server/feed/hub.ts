import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseClock } from '../database/clock.ts';
import { isToldElsewhere } from '../faults/database-faults.ts';
import { createFaultLog } from '../faults/fault-log.ts';
import { readChanges, readPosition, type LoggedChange, type TenantPage } from './log/change-log.ts';
import type { FeedBackend } from './contract.ts';
import { defer } from './deferred.ts';
import { runsOf } from './log/order-of-versions.ts';
import { createPace } from './pace.ts';
import type { Position } from './log/position.ts';

/** Receives a tenant's changes from the hub. */
export interface HubReader {
  /**
   * Takes changes, in order, with a position from which reading the log again would bring them and
   * all that came after. The same list for all readers of a tenant. Returns false where it wants no
   * more.
   */
  receive(changes: readonly LoggedChange[], position: Position): boolean;
  /** More changed at once than the hub passes on: what came after `from` is to be read from the log. Returns false if it wants nothing further. */
  skip(from: Position): boolean;
  /** Null where it keeps up; otherwise settles when it does again. */
  keepsUp(): Promise<void> | null;
  /** The hub closes. */
  end(): void;
}

/**
 * Reads the log of changes for all readers of a process, and passes each its tenant's changes:
 * each once, those of one delivery in order. It reads what has been announced at once, or soon
 * where much is; and all it has readers for each second, whatever was announced.
 */
export interface Hub {
  /**
   * From the returned position on, the reader gets every change. Rejects where PostgreSQL
   * can't be read.
   */
  join(tenantId: string, reader: HubReader): Promise<Position>;
  leave(tenantId: string, reader: HubReader): void;
  close(): Promise<void>;
}

export interface HubOptions {
  backend: Pick<FeedBackend, 'listen'>;
  /** With `int8` as bigint. */
  pool: Pool;
  logger: Logger;
  /** Is given what the database's clock says, with each reading. */
  clock: DatabaseClock;
  /** How often the log is read for all tenants, in milliseconds; 1,000 if omitted. */
  tailIntervalMs?: number | undefined;
}

/** A tenant that has readers. */
interface Followed {
  readonly tenantId: string;
  /** Each with the position from which it gets changes; null until that is known. */
  readonly readers: Map<HubReader, Position | null>;
  readonly listening: Promise<() => void>;
  /** Up to where the log has been read for it; null before the first time. */
  position: Position | null;
  /** Whether something has changed since, or somebody waits to begin. */
  isMarked: boolean;
}

/**
 * A delivery is made and claimed within a few milliseconds, which are waited for; what comes after
 * is read the moment it is announced; and however much changes, so many statements a second read
 * it all.
 */
const READS = { perSecond: 45, burst: 12, gapMs: 5, lingerMs: 5 };
/** Rows of one page, over all tenants. */
const PAGE_SIZE = 5_000;
/** Changes that one read passes on at most; where there are more, readers are asked to skip. */
const MOST_AT_ONCE = 20_000;
/** Changes passed on before those who take them get a turn, and how long they get at most. */
const TURN_SIZE = 200;
const TURN_MS = 25;
/** A read that brings so many is one of many to come: they are read together, less often. */
const MANY = 10;
const MANY_GAP_MS = 40;

export function createHub(options: HubOptions): Hub {
  const { backend, pool, logger, clock, tailIntervalMs = 1_000 } = options;
  const tenants = new Map<string, Followed>();
  const pace = createPace(READS);
  const faults = createFaultLog(
    logger,
    { away: 'feed.log_unreadable', back: 'feed.log_readable' },
    { isToldElsewhere },
  );
  /** Settles with the next read, which those that join wait for. */
  let beginning = defer();
  let reading: Promise<void> | null = null;
  let due: NodeJS.Timeout | undefined;
  let tail: NodeJS.Timeout | undefined;
  let isAway = false;
  let closed = false;

  function mark(followed: Followed): void {
    followed.isMarked = true;
    // One that is away is tried again with the next tail.
    if (!isAway) readSoon();
  }

  function readSoon(): void {
    if (reading || due !== undefined || closed) return;
    const wait = pace.wait();
    if (wait === 0) read();
    else due = setTimeout(read, wait);
  }

  function read(): void {
    due = undefined;
    pace.step();
    const begun = beginning;
    beginning = defer();
    reading = readMarked().then(
      () => {
        isAway = false;
        faults.recovered();
        begun.resolve();
      },
      (error: unknown) => {
        isAway = true;
        if (!closed) faults.failed(error);
        begun.reject(error);
      },
    );
    void reading.then(() => {
      reading = null;
      const isLeft = [...tenants.values()].some(({ isMarked }) => isMarked);
      if (isLeft && !isAway) readSoon();
    });
  }

  async function readMarked(): Promise<void> {
    const marked = [...tenants.values()].filter(({ isMarked }) => isMarked);
    const waiting = marked.flatMap((followed) =>
      [...followed.readers].flatMap(([reader, start]) =>
        start === null ? [{ followed, reader }] : [],
      ),
    );
    for (const followed of marked) followed.isMarked = false;
    try {
      const { position, changes } = await collect(marked);
      clock.observe(position.takenAt);
      if (!changes || changes.length >= MANY) pace.holdBack(MANY_GAP_MS);
      for (const { followed, reader } of waiting) {
        if (followed.readers.has(reader)) followed.readers.set(reader, position);
      }
      if (changes) await passOn(changes, marked, position);
      else for (const followed of marked) skip(followed, position);
      for (const followed of marked) followed.position = position;
    } catch (error) {
      for (const followed of marked) followed.isMarked = true;
      throw error;
    }
  }

  /** All changes of these tenants up to one position; null for changes where there are too many. */
  async function collect(
    marked: readonly Followed[],
  ): Promise<{ position: Position; changes: LoggedChange[] | null }> {
    let pages: TenantPage[] = marked.flatMap(({ tenantId, position }) =>
      position === null ? [] : [{ tenantId, from: position, after: null }],
    );
    if (pages.length === 0) return { position: await readPosition(pool), changes: [] };
    let until: Position | null = null;
    const changes: LoggedChange[] = [];
    for (;;) {
      const limit = Math.max(1, Math.floor(PAGE_SIZE / Math.max(1, pages.length)));
      const page = await readChanges(pool, { pages, until, limit });
      until ??= page.position;
      changes.push(...page.changes);
      pages = page.next;
      if (pages.length === 0) return { position: until, changes };
      if (changes.length > MOST_AT_ONCE) return { position: until, changes: null };
    }
  }

  async function passOn(
    changes: readonly LoggedChange[],
    marked: readonly Followed[],
    position: Position,
  ): Promise<void> {
    let inTurn = 0;
    for (const run of runsOf(changes, TURN_SIZE)) {
      if (inTurn + run.length > TURN_SIZE) {
        inTurn = 0;
        await giveTurn(marked);
      }
      inTurn += run.length;
      pass(run, position);
    }
  }

  /** @param position up to which these were read: who begins there misses nothing. */
  function pass(run: readonly LoggedChange[], position: Position): void {
    const followed = tenants.get(run[0]?.delivery.tenantId ?? '');
    if (!followed?.position) return;
    for (const [reader, start] of followed.readers) {
      if (start === null || start === position) continue;
      if (!reader.receive(run, followed.position)) leave(followed.tenantId, reader);
    }
  }

  /** A reader that is slow is not waited for; one that the process itself kept from reading is. */
  async function giveTurn(marked: readonly Followed[]): Promise<void> {
    await nextTurn();
    const behind = marked.flatMap(({ readers }) =>
      [...readers.keys()].flatMap((reader) => reader.keepsUp() ?? []),
    );
    if (behind.length === 0) return;
    const turn = new AbortController();
    const end = pause(TURN_MS, undefined, { signal: turn.signal }).catch(() => undefined);
    await Promise.race([Promise.all(behind), end]);
    turn.abort();
    await nextTurn();
  }

  function skip({ tenantId, readers, position: from }: Followed, position: Position): void {
    if (!from) return;
    for (const [reader, start] of readers) {
      if (start === null || start === position) continue;
      if (!reader.skip(from)) leave(tenantId, reader);
    }
  }

  function admit(tenantId: string): Followed {
    if (tenants.size === 0) {
      tail = setInterval(() => {
        for (const followed of tenants.values()) followed.isMarked = true;
        readSoon();
      }, tailIntervalMs);
    }
    const followed: Followed = {
      tenantId,
      readers: new Map(),
      listening: backend.listen(tenantId, () => mark(followed)),
      position: null,
      isMarked: false,
    };
    tenants.set(tenantId, followed);
    return followed;
  }

  function leave(tenantId: string, reader: HubReader): void {
    const followed = tenants.get(tenantId);
    if (!followed?.readers.delete(reader) || followed.readers.size > 0) return;
    tenants.delete(tenantId);
    followed.listening.then((stop) => stop()).catch(() => undefined);
    if (tenants.size === 0) clearInterval(tail);
  }

  return {
    async join(tenantId, reader) {
      if (closed) throw new Error('The feed is closed');
      const followed = tenants.get(tenantId) ?? admit(tenantId);
      followed.readers.set(reader, null);
      try {
        await followed.listening;
        const begun = beginning.promise;
        followed.isMarked = true;
        readSoon();
        await begun;
      } catch (error) {
        leave(tenantId, reader);
        throw error;
      }
      // A reader may get so much while it joins that it leaves again: it goes on from where it left.
      const start = followed.readers.get(reader) ?? followed.position;
      if (!start) throw new Error('The feed was left before it was joined');
      return start;
    },

    leave,

    async close() {
      closed = true;
      clearInterval(tail);
      clearTimeout(due);
      for (const [tenantId, { readers }] of tenants) {
        for (const reader of readers.keys()) {
          leave(tenantId, reader);
          reader.end();
        }
      }
      await reading;
      beginning.reject(new Error('The feed is closed'));
    },
  };
}
