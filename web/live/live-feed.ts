import type { Client, CombinedError } from '@urql/core';
import { onEnd, pipe, subscribe, type Subscription } from 'wonka';

import { backoff } from '../graphql/connection/backoff.ts';
import type { DeliveryFilter } from './delivery-filter.ts';
import { faultCode } from '../graphql/fault-message.ts';
import { feedLag } from './feed-lag.ts';
import type { LiveRow, LiveSource, LiveUpdateData } from './live-source.ts';
import { ownCopyContext, ownRequest } from '../graphql/cache/own-copy.ts';

export type LiveUpdate<Row> = LiveUpdateData<Row>['deliveryUpdated'];

export interface LiveFeedOptions<Row extends LiveRow> {
  client: Client;
  filter: DeliveryFilter;
  source: LiveSource<Row>;
  onUpdate(update: LiveUpdate<Row>): void;
  /** The feed cannot be taken up where it was left: read the list again and follow from there. */
  onLost(): void;
  /** What keeps the feed from coming; null once it comes again. */
  onError(error: CombinedError | null): void;
}

/** The changes of deliveries, taken up again after whatever ends them. */
export interface LiveFeed {
  /** Whether changes come, or will once what is broken is mended: none after its cursor is missed. */
  readonly isFollowing: boolean;
  /** Follows from this cursor on, and no longer from where it was. */
  follow(after: string): void;
  stop(): void;
}

/** Trying again helps none of these. */
const FINAL = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'QUERY_TOO_COMPLEX',
]);
/** The cursor itself is refused. */
const LOST = new Set(['CURSOR_EXPIRED', 'BAD_USER_INPUT']);
/** So many faults of the server in a row lie at what comes after the cursor, e.g. a row that is gone. */
const MOST_FAULTS = 3;
const RETRY = { firstMs: 500, mostMs: 10_000 };
/** A subscription is not acknowledged: one that has not failed by then stands. */
const STANDS_AFTER_MS = 3_000;

/** Whether what failed may succeed when tried again. */
export function isMendable(error: CombinedError): boolean {
  return !FINAL.has(faultCode(error) ?? '');
}

export function createLiveFeed<Row extends LiveRow>(options: LiveFeedOptions<Row>): LiveFeed {
  const { client, filter, source, onUpdate, onLost, onError } = options;
  let failures = 0;
  let faults = 0;
  let isFollowing = false;
  let leave: () => void = () => {};

  function stands(): void {
    if (failures === 0) return;
    failures = 0;
    faults = 0;
    onError(null);
  }

  function follow(after: string): void {
    leave();
    isFollowing = true;
    let cursor = after;
    let isLeft = false;
    let subscription: Subscription | undefined;
    let timer = setTimeout(stands, STANDS_AFTER_MS);
    leave = () => {
      if (isLeft) return;
      isLeft = true;
      clearTimeout(timer);
      subscription?.unsubscribe();
    };

    function failed(error: CombinedError | null): void {
      if (isLeft) return;
      leave();
      if (error !== null) onError(error);
      isFollowing = error === null || isMendable(error);
      if (!isFollowing) return;
      const code = error === null ? null : faultCode(error);
      failures += 1;
      if (code === 'INTERNAL_SERVER_ERROR') faults += 1;
      const isLost = (code !== null && LOST.has(code)) || faults >= MOST_FAULTS;
      isFollowing = !isLost;
      timer = setTimeout(() => (isLost ? onLost() : follow(cursor)), backoff(failures, RETRY));
      leave = () => clearTimeout(timer);
    }

    const request = ownRequest(source.updates, { filter, after });
    subscription = pipe(
      client.executeSubscription(request, ownCopyContext('updates')),
      onEnd(() => failed(null)),
      subscribe(({ data, error }) => {
        if (isLeft) return;
        // An error beside no data leaves a change out: it is asked for again.
        if (error !== undefined || data === undefined || data === null) {
          return failed(error ?? null);
        }
        cursor = data.deliveryUpdated.cursor;
        feedLag.observe(data.deliveryUpdated);
        stands();
        onUpdate(data.deliveryUpdated);
      }),
    );
    if (isLeft) subscription.unsubscribe();
  }

  return {
    get isFollowing() {
      return isFollowing;
    },
    follow,
    stop() {
      isFollowing = false;
      leave();
    },
  };
}
