import { CombinedError, type Client } from '@urql/core';

import { backoff } from '../graphql/connection/backoff.ts';
import { createChangeRate } from './change-rate.ts';
import type { DeliveryFilter } from './delivery-filter.ts';
import { scheduleFrame, type Schedule } from './rows/frame-schedule.ts';
import { createLeavingRows } from './rows/leaving-rows.ts';
import { createLiveFeed, isMendable, type LiveUpdate } from './live-feed.ts';
import { createLiveRows } from './rows/live-rows.ts';
import type { LiveRow, LiveSource } from './live-source.ts';
import { EMPTY_SNAPSHOT, isSame, type LiveSnapshot } from './rows/live-snapshot.ts';
import { readPage, type LivePage } from './rows/read-page.ts';

export type { LiveSnapshot } from './rows/live-snapshot.ts';

export interface LiveDeliveriesOptions<Row extends LiveRow> {
  client: Client;
  filter: DeliveryFilter;
  /** The documents: `deliveryRows`, or others that select at least {@link LiveRow}. */
  source: LiveSource<Row>;
  /** Rows read at a time, at most 100; 50 if omitted. */
  pageSize?: number | undefined;
  /** Rows kept; beyond, the oldest are dropped. 10,000 if omitted. */
  maxRows?: number | undefined;
  /** When what has come is shown: with the next frame if omitted. */
  schedule?: Schedule | undefined;
}

/**
 * A list of deliveries that stays true by itself: a page, then the feed from where the page was
 * read, merged by version. Each row can be followed on its own, so that a change renders one row.
 */
export interface LiveDeliveries<Row extends LiveRow> {
  /** Reads the first page and follows the feed until the returned function is called. */
  start(): () => void;
  subscribe(listener: () => void): () => void;
  getSnapshot(): LiveSnapshot;
  subscribeRow(id: string, listener: () => void): () => void;
  getRow(id: string): Row | undefined;
  /** Reads the next page, where there is one and none is being read. */
  loadMore(): void;
  /** Puts what waits in its place and drops what no longer fits, though the list stays held. */
  showNew(): void;
  /** While held, no row comes, goes or moves: they only change in place. */
  hold(isHeld: boolean): void;
  /** Reads the list anew from its first page; what is shown stays until then. */
  reload(): void;
  /** Changes that came a second, over the last five. */
  changesPerSecond(): number;
  /** Takes a newer copy of a row that is known here, e.g. from a mutation's answer. */
  put(row: Row): void;
}

const RETRY = { firstMs: 1_000, mostMs: 10_000 };
/** A list's end in view asks for more at once: not again this soon after a failure. */
const REST_AFTER_FAILURE_MS = 2_000;

export function createLiveDeliveries<Row extends LiveRow>(
  options: LiveDeliveriesOptions<Row>,
): LiveDeliveries<Row> {
  const { client, source, filter, schedule = scheduleFrame } = options;
  const { pageSize = 50, maxRows = 10_000 } = options;
  const rows = createLiveRows<Row>(maxRows);
  const rate = createChangeRate();
  const listeners = new Set<() => void>();
  const rowListeners = new Map<string, Set<() => void>>();
  let snapshot: LiveSnapshot = EMPTY_SNAPSHOT;

  let starts = 0;
  /** Not applied yet. */
  let queue: LiveUpdate<Row>[] = [];
  let cancelFlush: (() => void) | null = null;
  /** The page being read, and what the feed has brought since it was asked for. */
  let reading: { since: LiveUpdate<Row>[] } | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let restsUntil = 0;
  /** Of the first page, of the feed, and of the next page. */
  const errors: Record<'first' | 'feed' | 'next', CombinedError | null> = {
    first: null,
    feed: null,
    next: null,
  };
  /** Where older rows are read from; null where there are none. */
  let next: { filter: DeliveryFilter; after: string | null } | null = null;

  const feed = createLiveFeed<Row>({
    client,
    filter,
    source,
    onUpdate(update) {
      rate.count();
      queue.push(update);
      reading?.since.push(update);
      cancelFlush ??= schedule(flush);
    },
    onLost: () => void readFirst(),
    onError(error) {
      errors.feed = error;
      publish();
    },
  });

  const leaving = createLeavingRows({
    client,
    source,
    ids: () => [...rows.leaving].filter((id) => rowListeners.has(id)),
    take(read) {
      for (const row of read) rows.put(row);
      settle();
    },
  });

  function publish(news: Partial<LiveSnapshot> = {}): void {
    const { ids, newCount } = rows;
    const hasMore = next !== null;
    const isFull = hasMore && ids.length >= maxRows;
    const error = errors.first ?? errors.feed ?? (isFull ? null : errors.next);
    const now = { ...snapshot, ...news, ids, newCount, hasMore, isFull, error };
    if (isSame(now, snapshot)) return;
    snapshot = now;
    for (const listener of [...listeners]) listener();
  }

  /** Shows what the rows have become. */
  function settle(news: Partial<LiveSnapshot> = {}): void {
    const { changed, cutAt } = rows.settle();
    if (cutAt !== null) next = { filter: madeUntil(filter, cutAt), after: null };
    publish(news);
    for (const id of changed) {
      for (const listener of [...(rowListeners.get(id) ?? [])]) listener();
    }
    if (starts > 0) leaving.follow();
  }

  function drain(updates: readonly LiveUpdate<Row>[]): void {
    for (const { delivery, matchesFilter } of updates) rows.take(delivery, matchesFilter);
  }

  function drainQueue(): void {
    cancelFlush?.();
    cancelFlush = null;
    drain(queue);
    queue = [];
  }

  function flush(): void {
    drainQueue();
    settle();
  }

  /**
   * Reads a page and takes it in; returns the error where that failed, and undefined where the
   * page is no longer wanted. What the feed brought meanwhile may be newer than the page, and may
   * not have been of the list before it: it is taken in again.
   */
  async function read(
    from: { filter: DeliveryFilter; after: string | null },
    takeIn: (page: LivePage<Row>, since: LiveUpdate<Row>[]) => void,
  ): Promise<CombinedError | undefined> {
    const mine: { since: LiveUpdate<Row>[] } = { since: [] };
    reading = mine;
    const result = await readPage(client, source, { ...from, first: pageSize });
    if (reading !== mine) return undefined;
    reading = null;
    if ('error' in result) return result.error ?? NO_ANSWER;
    const { page } = result;
    const { hasNextPage, endCursor } = page.pageInfo;
    next = hasNextPage ? { filter: from.filter, after: endCursor } : null;
    drainQueue();
    takeIn(page, mine.since);
    drain(mine.since);
    errors.next = null;
    settle({ state: 'ready', isLoadingMore: false });
    return undefined;
  }

  async function readFirst(): Promise<void> {
    clearTimeout(retryTimer);
    publish({ isLoadingMore: false });
    const error = await read({ filter, after: null }, (page, since) => {
      const { feedCursor, nodes, pageInfo } = page;
      failures = 0;
      errors.first = null;
      rows.replace(nodes, pageInfo.hasNextPage);
      // A feed that goes on brings all changes of the rows that it brought.
      if (feed.isFollowing) return;
      since.length = 0;
      feed.follow(feedCursor);
    });
    if (error === undefined) return;
    errors.first = error;
    publish({ state: snapshot.state === 'ready' ? 'ready' : 'failed' });
    if (!isWorthAnotherTry(error)) return;
    failures += 1;
    retryTimer = setTimeout(() => void readFirst(), backoff(failures, RETRY));
  }

  async function readNext(from: { filter: DeliveryFilter; after: string | null }): Promise<void> {
    publish({ isLoadingMore: true });
    const error = await read(from, ({ nodes, pageInfo }) =>
      rows.append(nodes, pageInfo.hasNextPage),
    );
    if (error === undefined) return;
    restsUntil = Date.now() + REST_AFTER_FAILURE_MS;
    errors.next = error;
    publish({ isLoadingMore: false });
  }

  function stop(): void {
    feed.stop();
    clearTimeout(retryTimer);
    leaving.stop();
    cancelFlush?.();
    cancelFlush = null;
    queue = [];
    reading = null;
    publish({ isLoadingMore: false });
  }

  return {
    start() {
      starts += 1;
      if (starts === 1) void readFirst();
      let isStarted = true;
      return () => {
        if (!isStarted) return;
        isStarted = false;
        starts -= 1;
        if (starts === 0) stop();
      };
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,

    subscribeRow(id, listener) {
      const ofRow = rowListeners.get(id) ?? new Set();
      rowListeners.set(id, ofRow.add(listener));
      if (starts > 0) leaving.follow();
      return () => {
        ofRow.delete(listener);
        if (ofRow.size === 0 && rowListeners.get(id) === ofRow) rowListeners.delete(id);
      };
    },
    getRow: rows.get,
    changesPerSecond: rate.perSecond,

    loadMore() {
      if (starts === 0 || snapshot.state !== 'ready' || reading !== null || next === null) return;
      if (snapshot.isFull || Date.now() < restsUntil) return;
      void readNext(next);
    },
    showNew() {
      drainQueue();
      rows.showNew();
      settle();
    },
    hold(isHeld) {
      drainQueue();
      rows.hold(isHeld);
      settle({ isHeld });
    },
    reload() {
      if (starts === 0) return;
      errors.first = null;
      publish({ state: snapshot.state === 'failed' ? 'loading' : snapshot.state });
      failures = 0;
      void readFirst();
    },
    put(row) {
      rows.put(row);
      settle();
    },
  };
}

/** Only those made up to and within the millisecond of `createdAt`. */
function madeUntil(filter: DeliveryFilter, createdAt: string): DeliveryFilter {
  const to = new Date(Date.parse(createdAt) + 1).toISOString();
  const before = filter.createdAt?.to;
  if (typeof before === 'string' && Date.parse(before) < Date.parse(to)) return filter;
  return { ...filter, createdAt: { ...filter.createdAt, to } };
}

/** A filter that is refused stays refused. */
function isWorthAnotherTry(error: CombinedError): boolean {
  const isRefused = error.graphQLErrors.some(
    ({ extensions }) => extensions['code'] === 'BAD_USER_INPUT',
  );
  return !isRefused && isMendable(error);
}

const NO_ANSWER = new CombinedError({ graphQLErrors: ['The server answered without data.'] });
