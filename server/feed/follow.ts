import type { Pool } from 'pg';
import type { DeliveryStatus } from '../domain/delivery-states.ts';
import { readPosition } from './change-log.ts';
import { assertFollowable } from './cursor.ts';
import type { ChangeFilter } from './filter.ts';
import { createFollower, type Fitting, type Follower } from './follower.ts';
import type { Hub } from './hub.ts';
import { includes, type Position } from './position.ts';
import type { Cursors } from './sealed-cursor.ts';
import { createGivenVersions, replay } from './replay.ts';

export interface FeedUpdate {
  /** To be passed as `after` when following again; made when it is read. */
  readonly cursor: string;
  /** The status that this change led to; in what `after` brings back, the one the delivery has now. */
  status: DeliveryStatus;
  /** False where the delivery has just left the filter. */
  matchesFilter: boolean;
  deliveryId: string;
  version: number;
}

export interface FollowRequest {
  tenantId: string;
  filter: ChangeFilter;
  /** A cursor: what changed since comes first. */
  after?: string | undefined;
  /** Ends the updates. */
  signal?: AbortSignal | undefined;
  /** Told when the reader is too slow and has been given up, for it may be stuck where it can't be told. */
  onSlow?: (() => void) | undefined;
}

/**
 * Follows the changes of a tenant's deliveries. Once settled, each change that commits is brought.
 * The updates themselves reject with SlowFollower, or with the fault of a PostgreSQL that is lost
 * while the log is being replayed.
 * @throws InvalidCursor, ExpiredCursor (`cursor.ts`), or the fault of a PostgreSQL that is away.
 */
export type Follow = (
  request: FollowRequest,
) => Promise<AsyncGenerator<FeedUpdate, undefined, undefined>>;

export interface FollowOptions {
  hub: Hub;
  pool: Pool;
  cursors: Cursors;
  /** Changes kept for a reader that falls behind; 1,000 where left out. */
  bufferSize?: number | undefined;
  /** Changes of a replay read at a time; 500 where left out. */
  pageSize?: number | undefined;
  /** How long a reader whose buffer has run over may take nothing, in milliseconds; 2,000 where left out. */
  patienceMs?: number | undefined;
}

/** A follower that the hub tells, and from where. */
interface Live {
  follower: Follower;
  start: Position;
}

const MOST_REMEMBERED = 10_000;

export function createFollow(options: FollowOptions): Follow {
  const { hub, pool, cursors, bufferSize = 1_000, pageSize = 500, patienceMs = 2_000 } = options;

  return async function follow({ tenantId, filter, after, signal, onSlow = () => {} }) {
    const ending = new AbortController();
    let member: Follower | null = null;
    const end = () => {
      ending.abort();
      signal?.removeEventListener('abort', end);
      if (member) hub.leave(tenantId, member);
      member?.end();
    };

    async function goLive(): Promise<Live> {
      const follower = createFollower({ filter, limit: bufferSize, patienceMs, onSlow });
      member = follower;
      return { follower, start: await hub.join(tenantId, follower) };
    }

    /** Brings it all; a fault that only comes of ending is none. */
    async function* bring(
      first: { from: Position } | Live,
    ): AsyncGenerator<FeedUpdate, undefined, undefined> {
      try {
        yield* bringFrom(first);
      } catch (error) {
        if (!ending.signal.aborted) throw error;
      }
    }

    async function* bringFrom(
      first: { from: Position } | Live,
    ): AsyncGenerator<FeedUpdate, undefined, undefined> {
      const given = createGivenVersions(MOST_REMEMBERED);
      const between = (from: Position, until: Position | null) =>
        replay({ pool, tenantId, filter, from, until, given, pageSize, signal: ending.signal });
      let place = first;
      while (!ending.signal.aborted) {
        /** Given in a state that lies ahead of where the hub begins: it will tell of what led there. */
        const ahead = new Map<string, number>();
        let live: Live;
        if ('follower' in place) live = place;
        else {
          let { from } = place;
          for (let isClose = false; !isClose && !ending.signal.aborted;) {
            const { position, wasShort } = yield* updates(between(from, null), cursors);
            from = position;
            isClose = wasShort;
          }
          if (ending.signal.aborted) return;
          live = await goLive();
          const { start } = live;
          yield* updates(between(from, start), cursors, ({ change }) => {
            if (!includes(start, change.xid)) ahead.set(change.deliveryId, change.version);
          });
        }
        for (;;) {
          const taken = await live.follower.take();
          if (taken.kind === 'end') return;
          if (taken.kind === 'behind') {
            place = { from: taken.from };
            break;
          }
          const { change } = taken.fitting;
          if (includes(live.start, change.xid)) continue;
          if ((ahead.get(change.deliveryId) ?? 0) >= change.version) continue;
          given.add(change.deliveryId, change.version);
          yield toUpdate(taken.fitting, cursors);
        }
      }
    }

    signal?.addEventListener('abort', end);
    try {
      signal?.throwIfAborted();
      if (after === undefined) return endedBy(bring(await goLive()), end);
      const from = cursors.open(after);
      assertFollowable(from, await readPosition(pool));
      return endedBy(bring({ from }), end);
    } catch (error) {
      end();
      signal?.throwIfAborted();
      throw error;
    }
  };
}

async function* updates<Result>(
  fittings: AsyncGenerator<Fitting, Result, undefined>,
  cursors: Cursors,
  note: (fitting: Fitting) => void = () => {},
): AsyncGenerator<FeedUpdate, Result, undefined> {
  for (;;) {
    const next = await fittings.next();
    if (next.done) return next.value;
    note(next.value);
    yield toUpdate(next.value, cursors);
  }
}

function toUpdate({ change, matchesFilter, position }: Fitting, { seal }: Cursors): FeedUpdate {
  const { status, deliveryId, version } = change;
  return {
    get cursor() {
      return seal(position);
    },
    status,
    matchesFilter,
    deliveryId,
    version,
  };
}

/**
 * A generator's own `return` waits for the change that it is waiting for, and does nothing where
 * it was never begun: this one ends at once in either case.
 */
function endedBy<T>(
  generator: AsyncGenerator<T, undefined, undefined>,
  end: () => void,
): AsyncGenerator<T, undefined, undefined> {
  const finishing = async (step: Promise<IteratorResult<T, undefined>>) => {
    try {
      const result = await step;
      if (result.done) end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  };
  return {
    next: () => finishing(generator.next()),
    return(value) {
      end();
      return generator.return(value);
    },
    throw(error) {
      end();
      return generator.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
