import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { createFaultLog } from '../faults/fault-log.ts';
import { packAnnouncements } from './backends/announcement.ts';
import { createAudience, type Seat } from './backends/audience.ts';
import type { FeedBackend } from './topics.ts';

export interface RedisFeedOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Keeps apart installations that share one Redis. */
  prefix: string;
  logger: Logger;
}

/** A subscriber parses a message in one go: it is kept to what takes about a millisecond. */
const MESSAGE_LIMITS = { maxBytes: 65_536, maxChanges: 250 };

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
    away: 'The live feed lost Redis; meanwhile changes are read from the database, once a second',
    back: 'The live feed has Redis back',
  });
  const channelPrefix = `${prefix}:feed:`;
  const audience = createAudience();
  let closed = false;

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
  publisher.on('ready', recovered);
  subscriber.on('ready', () => void subscribe(audience.tenantIds()));
  subscriber.on('message', (channel, payload) => {
    audience.tell({ tenantId: channel.slice(channelPrefix.length), payload });
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

  /** What is subscribed is no longer known: a new connection begins from the audience. */
  function giveUpOn(error: unknown): void {
    if (closed) return;
    faults.failed(error);
    if (subscriber.status === 'ready') subscriber.disconnect(true);
  }

  // A failed first try is told by the error event, and goes on by itself.
  const connect = (client: Redis) => client.connect().catch(() => undefined);
  await connect(publisher);
  let subscribing: Promise<void> | null = null;

  return {
    kind: 'redis',

    async announce(changes) {
      const messages = packAnnouncements(changes, MESSAGE_LIMITS);
      try {
        await Promise.all(
          messages.map(({ tenantId, payload }) =>
            publisher.publish(channelPrefix + tenantId, payload),
          ),
        );
        recovered();
      } catch (error) {
        if (!closed) faults.failed(error);
      }
    },

    async listen(tenantId, listener) {
      const seat: Seat = { listener };
      audience.add(tenantId, seat);
      // A process that never listens, a worker say, never opens the second connection.
      await (subscribing ??= connect(subscriber));
      if (subscriber.status === 'ready') await subscribe([tenantId]);
      return () => {
        const wasLast = audience.remove(tenantId, seat);
        if (wasLast && subscriber.status === 'ready') void unsubscribe(tenantId);
      };
    },

    async close() {
      closed = true;
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
