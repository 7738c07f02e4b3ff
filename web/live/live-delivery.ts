import type { Client, CombinedError } from '@urql/core';

import { backoff } from '../graphql/connection/backoff.ts';
import { laterOf } from '../graphql/cache/copies.ts';
import { deliveryDetailDocument, deliveryDetails, type DeliveryDetail } from './delivery-detail.ts';
import { createLiveDeliveries, type LiveDeliveries } from './live-deliveries.ts';
import { isMendable } from './live-feed.ts';
import { ownCopyContext, ownRequest } from '../graphql/cache/own-copy.ts';

/** What names the few deliveries of which one is followed: the caller's own event id and a webhook. */
export interface DeliveryParents {
  eventId: string;
  webhookId: string;
}

export interface LiveDeliveryOptions {
  client: Client;
  /** The delivery's global id. */
  id: string;
  parents?: DeliveryParents | undefined;
}

export interface LiveDeliverySnapshot {
  /** The newest copy there is. */
  readonly delivery: DeliveryDetail | null;
  /** 'missing': there is no such delivery. 'failed': nothing could be read yet. */
  readonly state: 'loading' | 'ready' | 'missing' | 'failed';
  /** What last went wrong and has not been mended since. */
  readonly error: CombinedError | null;
}

/** One delivery that stays true by itself. */
export interface LiveDelivery {
  /** Reads it and follows the feed until the returned function is called. */
  start(): () => void;
  subscribe(listener: () => void): () => void;
  getSnapshot(): LiveDeliverySnapshot;
  /** Reads it anew; what is shown stays until then. */
  reload(): void;
}

const RETRY = { firstMs: 1_000, mostMs: 10_000 };

/**
 * The feed takes no delivery's id, but that of its event and of its webhook, which name it too: it
 * is followed as a list of one. Without them the delivery is read first, for it knows them.
 */
export function createLiveDelivery({ client, id, parents }: LiveDeliveryOptions): LiveDelivery {
  const listeners = new Set<() => void>();
  let snapshot: LiveDeliverySnapshot = { delivery: null, state: 'loading', error: null };
  /** What is going on since the last start; null while stopped. */
  let run: { list: LiveDeliveries<DeliveryDetail> | null; leave: (() => void)[] } | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  function publish(news: Partial<LiveDeliverySnapshot>): void {
    const now = { ...snapshot, ...news };
    const { delivery, state, error } = snapshot;
    if (now.delivery === delivery && now.state === state && now.error === error) return;
    snapshot = now;
    for (const listener of [...listeners]) listener();
  }

  function show(copy: DeliveryDetail, error: CombinedError | null): void {
    publish({ delivery: laterOf(snapshot.delivery, copy), state: 'ready', error });
  }

  function follow({ eventId, webhookId }: DeliveryParents): void {
    if (run === null) return;
    const mine = run;
    const list = createLiveDeliveries({
      client,
      source: deliveryDetails,
      filter: { eventId, webhookIds: [webhookId] },
      pageSize: 2,
    });
    mine.list = list;
    const look = () => {
      if (run !== mine) return;
      const { state, error } = list.getSnapshot();
      const copy = list.getRow(id);
      if (copy !== undefined) return show(copy, error);
      if (state === 'failed') return publish({ error, state: withoutNews('failed') });
      // Not among them, though they have been read: whether it is anywhere is to be asked.
      if (state === 'ready' && snapshot.state === 'loading') void ask();
    };
    mine.leave.push(list.subscribe(look), list.subscribeRow(id, look), list.start());
  }

  const withoutNews = (state: LiveDeliverySnapshot['state']) =>
    snapshot.delivery === null ? state : 'ready';

  async function ask(): Promise<void> {
    const mine = run;
    clearTimeout(retryTimer);
    const { data, error } = await client
      .executeQuery(ownRequest(deliveryDetailDocument, { id }), ownCopyContext('page'))
      .toPromise();
    if (run !== mine || mine === null) return;
    if (data !== undefined && data !== null && error === undefined) {
      failures = 0;
      const { delivery } = data;
      if (delivery === null) return publish({ delivery: null, state: 'missing', error: null });
      show(delivery, null);
      if (mine.list !== null) return;
      return follow({ eventId: delivery.event.eventId, webhookId: delivery.webhook.id });
    }
    publish({ error: error ?? null, state: withoutNews('failed') });
    if (error !== undefined && !isMendable(error)) return;
    failures += 1;
    retryTimer = setTimeout(() => void ask(), backoff(failures, RETRY));
  }

  function begin(): void {
    run = { list: null, leave: [] };
    if (parents === undefined) void ask();
    else follow(parents);
  }

  function end(): void {
    clearTimeout(retryTimer);
    const leaving = run?.leave ?? [];
    run = null;
    for (const leave of leaving) leave();
  }

  return {
    start() {
      begin();
      const mine = run;
      return () => {
        if (run === mine) end();
      };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    reload() {
      if (run === null) return;
      publish({ error: null, state: withoutNews('loading') });
      if (run.list === null) void ask();
      else run.list.reload();
    },
  };
}
