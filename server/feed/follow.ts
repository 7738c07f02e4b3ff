import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import type { DeliveryStatus } from '../domain/delivery/delivery-states.ts';
import { readPosition, type FollowedDelivery, type LoggedChange } from './log/change-log.ts';
import { assertFollowable } from './log/cursor.ts';
import type { ChangeFilter } from './filter.ts';
import type { Hub } from './hub.ts';
import type { Position } from './log/position.ts';
import { createReader, type Fitting, type Reader } from './reader.ts';
import { createGivenVersions, replay } from './replay.ts';
import type { Cursors } from './log/sealed-cursor.ts';
import { inTurns, type Updates } from './updates.ts';

/** One and the same for all that get a change alike. */
export interface FeedUpdate {
  /** To be passed as `after` when following again; made when it is read. */
  readonly cursor: string;
  /** The status that this change led to; in what `after` brings back, the one the delivery has now. */
  readonly status: DeliveryStatus;
  /** False where the delivery has just left the filter. */
  readonly matchesFilter: boolean;
  /** By the database's clock. */
  readonly changedAt: Date;
  /** Now, by the same clock, each time it is read. */
  readonly toldAt: Date;
  readonly deliveryId: string;
  readonly version: number;
  /** As it stood when the log was read. */
  readonly delivery: FollowedDelivery;
}

export interface FollowRequest {
  tenantId: string;
  filter: ChangeFilter;
  /** A cursor: what changed since comes first. */
  after?: string | undefined;
  /** Ends the updates. */
  signal?: AbortSignal | undefined;
  /** Called when the reader is too slow and has been given up: it may be stuck where nothing reaches it. */
  onSlow?: (() => void) | undefined;
}

/**
 * Follows the changes of a tenant's deliveries. Once settled, each change that commits is brought.
 * The updates themselves reject with SlowReader, or with the fault of a PostgreSQL that is lost
 * while the log is being replayed.
 * @throws InvalidCursor, ExpiredCursor (`cursor.ts`), or the fault of a PostgreSQL that is away.
 */
export type Follow = (request: FollowRequest) => Promise<Updates<FeedUpdate>>;

export interface FollowOptions {
  hub: Hub;
  pool: Pool;
  cursors: Cursors;
  clock: DatabaseClock;
  /** Changes kept for a reader that falls behind; 1,000 if omitted. */
  bufferSize?: number | undefined;
  /** Changes of a replay read at a time; 500 if omitted. */
  pageSize?: number | undefined;
  /** How long a reader whose buffer has run over may take nothing, in milliseconds; 2,000 if omitted. */
  patienceMs?: number | undefined;
}

/** Deliveries whose versions a subscription remembers, so that it is not given them twice. */
const MOST_REMEMBERED = 10_000;

/** A reader on the hub, and where it began. */
interface Live {
  reader: Reader;
  start: Position;
}

type Turns = AsyncGenerator<readonly FeedUpdate[], undefined, undefined>;

export function createFollow(options: FollowOptions): Follow {
  const { hub, pool, cursors, clock } = options;
  const { bufferSize = 1_000, pageSize = 500, patienceMs = 2_000 } = options;
  const updatesOf = createUpdates(cursors, clock);

  return async function follow({ tenantId, filter, after, signal, onSlow = () => {} }) {
    const ending = new AbortController();
    let joined: Reader | null = null;
    const end = () => {
      ending.abort();
      signal?.removeEventListener('abort', end);
      if (joined) hub.leave(tenantId, joined);
      joined?.end();
    };

    async function goLive(): Promise<Live> {
      const reader = createReader({ filter, limit: bufferSize, patienceMs, onSlow });
      joined = reader;
      return { reader, start: await hub.join(tenantId, reader) };
    }

    /** Brings it all; a fault that only comes of ending is none. */
    async function* bring(first: { from: Position } | Live): Turns {
      try {
        yield* bringFrom(first);
      } catch (error) {
        if (!ending.signal.aborted) throw error;
      }
    }

    async function* bringFrom(first: { from: Position } | Live): Turns {
      const given = createGivenVersions(MOST_REMEMBERED);
      const between = (from: Position, until: Position | null) =>
        replay({ pool, tenantId, filter, from, until, given, pageSize, signal: ending.signal });
      let place = first;
      while (!ending.signal.aborted) {
        let live: Live;
        if ('reader' in place) live = place;
        else {
          let { from } = place;
          for (let isClose = false; !isClose && !ending.signal.aborted;) {
            const { position, wasShort } = yield* updates(between(from, null));
            from = position;
            isClose = wasShort;
          }
          if (ending.signal.aborted) return;
          live = await goLive();
          yield* updates(between(from, live.start));
          given.forgetBehind(live.start);
        }
        for (;;) {
          const taken = await live.reader.take();
          if (taken.kind === 'end') return;
          if (taken.kind === 'behind') {
            place = { from: taken.from };
            break;
          }
          // The replay may have given a state that lies ahead of where the hub began.
          const isKnown = taken.fittings.some(({ change }) => given.has(change));
          const news = isKnown
            ? taken.fittings.filter(({ change }) => !given.has(change))
            : taken.fittings;
          for (const { change } of news) given.add(change);
          if (news.length > 0) yield updatesOf(news);
          const next = taken.fittings.at(-1);
          if (next) given.forgetBehind(next.position);
        }
      }
    }

    async function* updates<Result>(
      pages: AsyncGenerator<readonly Fitting[], Result, undefined>,
    ): AsyncGenerator<readonly FeedUpdate[], Result, undefined> {
      for (;;) {
        const next = await pages.next();
        if (next.done) return next.value;
        yield updatesOf(next.value);
      }
    }

    signal?.addEventListener('abort', end);
    try {
      signal?.throwIfAborted();
      if (after === undefined) return inTurns(bring(await goLive()), end);
      const from = cursors.open(after);
      assertFollowable(from, await readPosition(pool));
      return inTurns(bring({ from }), end);
    } catch (error) {
      end();
      signal?.throwIfAborted();
      throw error;
    }
  };
}

/**
 * The updates of fitting changes. All who get the same changes from the hub get the same list,
 * and of one change at its own place the same object: what is made of it can be made once.
 */
function createUpdates(
  { seal }: Cursors,
  clock: DatabaseClock,
): (fittings: readonly Fitting[]) => readonly FeedUpdate[] {
  const lists = new WeakMap<readonly Fitting[], readonly FeedUpdate[]>();
  const made = new WeakMap<LoggedChange, { position: Position; update: FeedUpdate }[]>();

  function make({ change, matchesFilter, position }: Fitting): FeedUpdate {
    const { status, version, changedAt, delivery } = change;
    return {
      get cursor() {
        return seal(position);
      },
      status,
      matchesFilter,
      changedAt,
      get toldAt() {
        return new Date(clock.now());
      },
      deliveryId: delivery.id,
      version,
      delivery,
    };
  }

  function updateOf(fitting: Fitting): FeedUpdate {
    const present = made.get(fitting.change) ?? [];
    const { matchesFilter, position } = fitting;
    const same = present.find(
      (each) => each.update.matchesFilter === matchesFilter && each.position === position,
    );
    if (same) return same.update;
    const update = make(fitting);
    if (present.push({ position, update }) === 1) made.set(fitting.change, present);
    return update;
  }

  return (fittings) => {
    const same = lists.get(fittings);
    if (same) return same;
    const updates = fittings.map(updateOf);
    lists.set(fittings, updates);
    return updates;
  };
}
