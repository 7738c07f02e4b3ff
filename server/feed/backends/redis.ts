import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { createFaultLog } from '../../faults/fault-log.ts';
import type { FeedBackend } from '../contract.ts';
import { createAnnouncements } from './announcements.ts';

export interface RedisFeedOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Keeps apart installations that share one Redis. */
  prefix: string;
  logger: Logger;
}

const ANNOUNCEMENTS = { perSecond: 200, burst: 10, gapMs: 2 };

const CONNECTION = {
  lazyConnect: true,
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  keepAlive: 10_000,
  retryStrategy: (attempt: number) => Math.min(50 * attempt, 1_000),
  // What can't be sent now is not worth sending later: the tail of the log has found it by then.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
} satisfies RedisOptions;

/** The feed over Redis pub/sub, a channel for each tenant. Opens also while Redis is away. */
export async function openRedisFeed({
  url,
  prefix,
  logger,
}: RedisFeedOptions): Promise<FeedBackend> {
  const faults = createFaultLog(logger, {
    away: 'feed.redis_lost',
    back: 'feed.redis_back',
  });
  const channelPrefix = `${prefix}:feed:`;
  const announcements = createAnnouncements(async (tenantIds, sender) => {
    const begunAt = performance.now();
    try {
      await Promise.all(
        tenantIds.map((tenantId) => publisher.publish(channelPrefix + tenantId, sender)),
      );
      recovered();
    } catch (error) {
      // What was given to a connection that was lost is no fault of the one that took its place.
      if (!closed && readyAt < begunAt) faults.failed(error);
    }
  }, ANNOUNCEMENTS);
  let closed = false;
  let readyAt = -Infinity;

  const publisher = new Redis(url, {
    ...CONNECTION,
    connectionName: `${prefix}-feed-publisher`,
    enableAutoPipelining: true,
  });
  const subscriber = new Redis(url, {
    ...CONNECTION,
    connectionName: `${prefix}-feed-subscriber`,
    autoResubscribe: false,
  });
  for (const client of [publisher, subscriber]) {
    client.on('error', (error) => closed || faults.failed(error));
    client.on('close', () => closed || faults.failed(new Error('The connection was closed')));
  }
  publisher.on('ready', () => {
    readyAt = performance.now();
    recovered();
  });
  subscriber.on('ready', () => void subscribe(announcements.heard()));
  subscriber.on('message', (channel, payload) => {
    announcements.receive(channel.slice(channelPrefix.length), payload);
  });

  function recovered(): void {
    const isSubscribed = subscriber.status === 'ready' || subscriber.status === 'wait';
    if (publisher.status === 'ready' && isSubscribed) faults.recovered();
  }

  async function subscribe(tenantIds: readonly string[]): Promise<void> {
    if (tenantIds.length === 0) return;
    try {
      await subscriber.subscribe(...tenantIds.map((id) => channelPrefix + id));
      recovered();
    } catch (error) {
      giveUpOn(error);
    }
  }

  async function unsubscribe(tenantId: string): Promise<void> {
    try {
      await subscriber.unsubscribe(channelPrefix + tenantId);
    } catch (error) {
      giveUpOn(error);
    }
  }

  /** What is subscribed is no longer known: a new connection begins from the tenants heard. */
  function giveUpOn(error: unknown): void {
    if (closed) return;
    faults.failed(error);
    if (subscriber.status === 'ready') subscriber.disconnect(true);
  }

  // A failed first try is reported by the error event, and goes on by itself.
  const connect = (client: Redis) => client.connect().catch(() => undefined);
  await connect(publisher);
  let subscribing: Promise<void> | null = null;

  return {
    kind: 'redis',

    announce: announcements.announce,

    async listen(tenantId, onChange) {
      const leave = announcements.listen(tenantId, onChange);
      // A process that never listens, a worker say, never opens the second connection.
      await (subscribing ??= connect(subscriber));
      if (subscriber.status === 'ready') await subscribe([tenantId]);
      return () => {
        if (leave() && subscriber.status === 'ready') void unsubscribe(tenantId);
      };
    },

    async close() {
      await announcements.flush();
      closed = true;
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
