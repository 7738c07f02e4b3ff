import { Redis, type RedisOptions } from 'ioredis';
import { z } from 'zod';

import type { HandedDeliveries, Handover, WorkerRoom } from './contract.ts';
import { webhookDeliveries } from './bullmq-job.ts';

/** What comes over pub/sub: another version may have written it. */
const roomMessage = z.object({
  workerId: z.string(),
  deliveries: z.number(),
  perWebhook: z.number(),
  busy: z.array(z.object({ webhookId: z.string(), room: z.number() })),
}) satisfies z.ZodType<WorkerRoom>;
const handedMessage = z.object({
  token: z.string(),
  webhooks: webhookDeliveries,
}) satisfies z.ZodType<HandedDeliveries>;

export interface RedisHandover extends Handover {
  close(): void;
}

/**
 * Handing over by Redis pub/sub, which says how many have heard: a worker that is gone has not.
 * @param publisher sends at once or not at all. Its connection tells of a Redis that is away, for both.
 */
export function createRedisHandover({
  url,
  prefix,
  publisher,
  connection,
}: {
  url: string;
  prefix: string;
  publisher: Redis;
  connection: RedisOptions;
}): RedisHandover {
  const roomChannel = `${prefix}:room`;
  const channelOf = (workerId: string) => `${prefix}:handed:${workerId}`;
  const heard = new Map<string, (message: unknown) => void>();
  let subscriber: Redis | null = null;
  /** The channels that Redis is known to send. */
  const subscribed = new Set<string>();

  function open(): Redis {
    const client = new Redis(url, {
      ...connection,
      connectionName: `${prefix}-handover`,
      maxRetriesPerRequest: null,
      autoResubscribe: false,
    });
    client.on('error', () => undefined);
    client.on('close', () => subscribed.clear());
    client.on('ready', () => {
      for (const channel of heard.keys()) void subscribe(client, channel);
    });
    client.on('message', (channel, text) => {
      const hear = heard.get(channel);
      if (hear === undefined) return;
      let message: unknown;
      try {
        message = JSON.parse(text);
      } catch {
        return;
      }
      hear(message);
    });
    return client;
  }

  async function subscribe(client: Redis, channel: string): Promise<void> {
    await client.subscribe(channel).then(
      () => client.status === 'ready' && heard.has(channel) && subscribed.add(channel),
      // Its connection is lost: the next one begins with all that is heard.
      () => undefined,
    );
  }

  function hear(channel: string, onMessage: (message: unknown) => void): void {
    heard.set(channel, onMessage);
    subscriber ??= open();
    if (subscriber.status === 'ready') void subscribe(subscriber, channel);
  }

  return {
    tell(room) {
      if (!subscribed.has(channelOf(room.workerId)) || publisher.status !== 'ready') return false;
      publisher.publish(roomChannel, JSON.stringify(room)).catch(() => undefined);
      return true;
    },

    hearRooms(onRoom) {
      hear(roomChannel, (message) => {
        const { data } = roomMessage.safeParse(message);
        if (data !== undefined) onRoom(data);
      });
    },

    take(workerId, onHanded) {
      const channel = channelOf(workerId);
      hear(channel, (message) => {
        const { data } = handedMessage.safeParse(message);
        if (data !== undefined) onHanded(data);
      });
      return async () => {
        if (subscriber?.status === 'ready') {
          await subscriber.unsubscribe(channel).catch(() => undefined);
        }
        subscribed.delete(channel);
        heard.delete(channel);
      };
    },

    async hand(workerId, handed) {
      // It would be refused before it is sent.
      if (publisher.status !== 'ready') return false;
      try {
        return (await publisher.publish(channelOf(workerId), JSON.stringify(handed))) > 0;
      } catch {
        return null;
      }
    },

    close: () => subscriber?.disconnect(),
  };
}
