import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createFaultLog } from '../faults/fault-log.ts';
import { readChanges, readPosition, type LoggedChange, type TenantPage } from './change-log.ts';
import { createEmissionOrder } from './emission-order.ts';
import { includes, type Position } from './position.ts';
import type { FeedBackend } from './topics.ts';

/** One who is told of a tenant's changes. */
export interface HubMember {
  /**
   * Takes a change, with a position from which reading the log again would bring it and all that
   * came after. Answers false where it wants no more.
   */
  receive(change: LoggedChange, position: Position): boolean;
  /** More changed at once than the hub passes on: what came after `from` is to be read from the log. Answers false where it wants no more. */
  skip(from: Position): boolean;
  /** Null where it keeps up; otherwise settles when it does again. */
  keepsUp(): Promise<void> | null;
  /** The hub closes. */
  end(): void;
}

/** Tells each process's followers of their tenants' changes: each once, those of one delivery in order. */
export interface Hub {
  /**
   * Makes a member, which is told of every change that lies ahead of the position answered; it may
   * be told of some that lie behind it. Rejects where PostgreSQL can't be read.
   */
  join(tenantId: string, member: HubMember): Promise<Position>;
  leave(tenantId: string, member: HubMember): void;
  close(): Promise<void>;
}

export interface HubOptions {
  backend: Pick<FeedBackend, 'listen'>;
  /** With `int8` as bigint. */
  pool: Pool;
  logger: Logger;
  /** How often the log is read, in milliseconds; 1,000 where left out. */
  tailIntervalMs?: number | undefined;
}

interface Membership {
  /** From where it is told; null until that is known. */
  start: Position | null;
}

interface Audience {
  members: Map<HubMember, Membership>;
  listening: Promise<() => void>;
}

/** Rows of one page, over all tenants. */
const PAGE_SIZE = 5_000;
/** Changes that one read passes on at most; where there are more, members are told to skip. */
const MOST_AT_ONCE = 40_000;
/** Changes passed on before those who take them get a turn, and how long they get at most. */
const TURN_SIZE = 200;
const TURN_MS = 25;
/** How long an announcement that is missing is waited for before the log is read. */
const GAP_MS = 20;

export function createHub({ backend, pool, logger, tailIntervalMs = 1_000 }: HubOptions): Hub {
  const tenants = new Map<string, Audience>();
  const order = createEmissionOrder(emit);
  const faults = createFaultLog(logger, {
    away: 'The live feed can not read the log of changes; trying again until it can',
    back: 'The live feed reads the log of changes again',
  });
  let reading: Promise<void> | null = null;
  let nextReading: Promise<void> | null = null;
  let tick: NodeJS.Timeout | undefined;
  let gap: NodeJS.Timeout | undefined;
  let isAway = false;
  let closed = false;

  function emit(change: LoggedChange, position: Position): void {
    const members = tenants.get(change.tenantId)?.members;
    if (!members) return;
    for (const [member, { start }] of members) {
      if (start !== null && includes(start, change.xid)) continue;
      if (!member.receive(change, position)) leave(change.tenantId, member);
    }
  }

  /** Reads the log; a call while it is being read waits for a read that begins after the call. */
  function readLog(): Promise<void> {
    if (!reading) {
      reading = runRead().finally(() => (reading = null));
      return reading;
    }
    nextReading ??= reading
      .catch(() => undefined)
      .then(() => {
        nextReading = null;
        return readLog();
      });
    return nextReading;
  }

  async function runRead(): Promise<void> {
    const joining = [...tenants.values()].flatMap(({ members }) =>
      [...members.values()].filter(({ start }) => start === null),
    );
    const begin = (position: Position) => {
      for (const membership of joining) membership.start = position;
    };
    order.beginRead();
    try {
      const from = order.position;
      if (from === null) {
        const position = await readPosition(pool);
        begin(position);
        order.advance(position);
      } else {
        const { position, changes } = await collect(from);
        begin(position);
        if (changes) await passOn(changes);
        else skipAll(from, position);
        order.advance(position);
      }
      isAway = false;
      faults.recovered();
    } catch (error) {
      isAway = true;
      if (!closed) faults.failed(error);
      throw error;
    }
    if (order.hasGaps()) readSoon();
  }

  /** All changes since `from` up to one position; null for changes where there are too many. */
  async function collect(
    from: Position,
  ): Promise<{ position: Position; changes: LoggedChange[] | null }> {
    let pages: TenantPage[] = [...tenants.keys()].map((tenantId) => ({ tenantId, after: null }));
    let until: Position | null = null;
    const changes: LoggedChange[] = [];
    for (;;) {
      const limit = Math.max(1, Math.floor(PAGE_SIZE / Math.max(1, pages.length)));
      const page = await readChanges(pool, { pages, from, until, limit });
      until ??= page.position;
      changes.push(...page.changes);
      pages = page.next;
      if (pages.length === 0) return { position: until, changes };
      if (changes.length > MOST_AT_ONCE) return { position: until, changes: null };
    }
  }

  async function passOn(changes: readonly LoggedChange[]): Promise<void> {
    let inTurn = 0;
    for (const change of inOrderOfVersions(changes)) {
      if (inTurn === TURN_SIZE) {
        inTurn = 0;
        await giveTurn();
      }
      inTurn += 1;
      order.take(change);
    }
  }

  async function giveTurn(): Promise<void> {
    const behind = [...tenants.values()].flatMap(({ members }) =>
      [...members.keys()].flatMap((member) => member.keepsUp() ?? []),
    );
    if (behind.length === 0) return;
    const turn = new AbortController();
    const end = pause(TURN_MS, undefined, { signal: turn.signal }).catch(() => undefined);
    await Promise.race([Promise.all(behind), end]);
    turn.abort();
  }

  function skipAll(from: Position, position: Position): void {
    for (const [tenantId, { members }] of tenants) {
      for (const [member, { start }] of members) {
        if (start === null || start === position) continue;
        if (!member.skip(from)) leave(tenantId, member);
      }
    }
  }

  function readSoon(): void {
    if (isAway) return;
    gap ??= setTimeout(() => {
      gap = undefined;
      if (order.hasGaps() && tenants.size > 0) readLog().catch(() => undefined);
    }, GAP_MS);
  }

  function admit(tenantId: string): Audience {
    if (tenants.size === 0) {
      order.reset();
      clearInterval(tick);
      tick = setInterval(() => {
        if (!reading) readLog().catch(() => undefined);
      }, tailIntervalMs);
    }
    const listening = backend.listen(tenantId, (change) => {
      if (!tenants.has(change.tenantId)) return;
      order.hear(change);
      if (order.hasGaps()) readSoon();
    });
    const audience: Audience = { members: new Map(), listening };
    tenants.set(tenantId, audience);
    return audience;
  }

  function leave(tenantId: string, member: HubMember): void {
    const audience = tenants.get(tenantId);
    if (!audience?.members.delete(member) || audience.members.size > 0) return;
    tenants.delete(tenantId);
    audience.listening.then((stop) => stop()).catch(() => undefined);
    if (tenants.size === 0) clearInterval(tick);
  }

  return {
    async join(tenantId, member) {
      if (closed) throw new Error('The feed is closed');
      const audience = tenants.get(tenantId) ?? admit(tenantId);
      const membership: Membership = { start: null };
      audience.members.set(member, membership);
      try {
        await audience.listening;
        await readLog();
      } catch (error) {
        leave(tenantId, member);
        throw error;
      }
      // One that was told so much while it joined that it has left again is told where it left.
      const start = membership.start ?? order.position;
      if (!start) throw new Error('The feed was left before it was joined');
      return start;
    },

    leave,

    async close() {
      closed = true;
      clearInterval(tick);
      clearTimeout(gap);
      for (const [tenantId, { members }] of tenants) {
        for (const member of members.keys()) {
          leave(tenantId, member);
          member.end();
        }
      }
      await (nextReading ?? reading)?.catch(() => undefined);
    },
  };
}

/**
 * A transaction with a lower id may have changed a delivery after one with a higher id: the
 * order of transactions, but in each delivery's places its changes by version.
 */
function* inOrderOfVersions(changes: readonly LoggedChange[]): Generator<LoggedChange> {
  const queues = new Map<string, LoggedChange[]>();
  for (const change of changes) {
    const queue = queues.get(change.deliveryId);
    if (queue) queue.push(change);
    else queues.set(change.deliveryId, [change]);
  }
  for (const queue of queues.values()) queue.sort((a, b) => b.version - a.version);
  for (const { deliveryId } of changes) {
    const next = queues.get(deliveryId)?.pop();
    if (next) yield next;
  }
}
