import { createRedisBackend, Queue as BullQueue } from 'bullmq';
import { type Callback, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { startBullConsumer } from './bullmq-consumer.ts';
import { createBullProducer } from './bullmq-producer.ts';
import type { Queue } from './contract.ts';
import { createRedisHandover } from './redis-handover.ts';
import { createFaultLog } from '../faults/fault-log.ts';
import { endsWithin } from '../faults/time-bound.ts';

export interface RedisQueueOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Keeps apart installations that share one Redis. */
  prefix: string;
  logger: Logger;
}

const QUEUE_NAME = 'deliveries';

/** Longest that opening waits for Redis; without it, hints are dropped until it is there. */
const OPENING_WAITS_MS = 2_000;

/** A command of the producer that takes longer has failed; the sweep finds what it hinted at. */
const PRODUCER_COMMAND_MS = 1_000;

/** Seconds that an idle consumer blocks before it looks for itself. */
const IDLE_POLL_SECONDS = 5;

/** How long after a wait's end Redis is nudged: a nudge that came before the end would do nothing. */
const NUDGE_AFTER_MS = 2;

const connectionOptions = {
  connectTimeout: 5_000,
  keepAlive: 10_000,
  /** BullMQ's own strategy waits up to 20 s, for which a queue that is back would stand still. */
  retryStrategy: (attempt: number) => Math.min(50 * attempt, 1_000),
  /** It was the primary, and has become a replica under us: a new connection leads to the new one. */
  reconnectOnError: (error: Error) => error.message.includes('READONLY'),
} satisfies RedisOptions;

/**
 * BullMQ reads INFO for the server's version, which decides how precisely it can wait, and writes
 * a warning to the console where it names an eviction policy. {@link warnOfEviction} reports that to
 * the logger, so BullMQ sees the policy it wants. Knows its duplicates, to drop them with it.
 */
class ConsumerRedis extends Redis {
  readonly #duplicates: Redis[] = [];

  override async info(
    ...args: (string | Buffer | Callback<string> | undefined)[]
  ): Promise<string> {
    // ioredis itself asks with a callback, to learn whether Redis has loaded its data.
    const [callback] = args;
    if (typeof callback === 'function') return super.info(callback);
    return (await super.info()).replace(/^maxmemory_policy:.*$/m, 'maxmemory_policy:noeviction');
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const duplicate = new ConsumerRedis({ ...this.options, ...override });
    this.#duplicates.push(duplicate);
    return duplicate;
  }

  async disconnectAll(): Promise<void> {
    for (const client of [...this.#duplicates, this]) client.disconnect();
  }
}

/**
 * Redis ends the wait of a blocked client when it next turns its event loop, on an idle server up
 * to 100 ms late (its `hz`). Any command turns it, so one is sent when a wait should be over:
 * that is what brings a delayed job in time.
 */
function punctualBackend(client: Redis): typeof createRedisBackend {
  return (name, options, extra) => {
    const backend = createRedisBackend(name, options, extra);
    const waitForJob = backend.waitForJob.bind(backend);
    backend.waitForJob = async (seconds) => {
      const timer = setTimeout(
        () => {
          if (client.status === 'ready') client.ping().catch(() => {});
        },
        seconds * 1_000 + NUDGE_AFTER_MS,
      );
      try {
        return await waitForJob(seconds);
      } finally {
        clearTimeout(timer);
      }
    };
    return backend;
  };
}

async function warnOfEviction(client: Redis, logger: Logger): Promise<void> {
  const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(await client.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  logger.warn({ policy }, 'redis.may_evict_jobs');
}

/**
 * The queue on Redis. Opens also while Redis is away: hints are then dropped, consumers wait,
 * and both begin by themselves when it is there. `close` closes the producer; consumers are
 * closed one by one before.
 */
export async function openRedisQueue(options: RedisQueueOptions): Promise<Queue> {
  const { url, prefix, logger } = options;
  const faults = createFaultLog(logger, {
    away: 'queue.redis_lost',
    back: 'queue.redis_back',
  });

  const client = new Redis(url, {
    ...connectionOptions,
    connectionName: `${prefix}-producer`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: PRODUCER_COMMAND_MS,
  });
  client.on('error', (error) => faults.failed(error));
  client.on('ready', () => {
    faults.recovered();
    warnOfEviction(client, logger).catch((error: unknown) => faults.failed(error));
  });

  const queue = new BullQueue(
    QUEUE_NAME,
    {
      connection: client,
      prefix,
      skipVersionCheck: true,
      // Nobody reads BullMQ's event stream.
      streams: { events: { maxLen: 100 } },
    },
    createRedisBackend,
  );
  queue.on('error', (error) => faults.failed(error));
  await endsWithin(queue.waitUntilReady(), OPENING_WAITS_MS);

  const connection = connectionOptions;
  const handover = createRedisHandover({ url, prefix, publisher: client, connection });

  return {
    kind: 'redis',
    handover,
    producer: createBullProducer(queue, faults, () => client.status !== 'ready'),

    async consume(handlers) {
      const connection = new ConsumerRedis(url, {
        ...connectionOptions,
        connectionName: `${prefix}-consumer`,
        maxRetriesPerRequest: null,
      });
      const consumer = startBullConsumer(
        {
          queueName: QUEUE_NAME,
          factory: punctualBackend(connection),
          options: { connection, prefix, drainDelay: IDLE_POLL_SECONDS },
          disconnect: () => connection.disconnectAll(),
        },
        handlers,
        logger,
      );
      connection.on('ready', () => consumer.recovered());
      return consumer;
    },

    async isReady(timeoutMs) {
      if (client.status !== 'ready') return false;
      const answer = client.ping().then(
        () => true,
        () => false,
      );
      return (await endsWithin(answer, timeoutMs)) && (await answer);
    },

    async close() {
      handover.close();
      await endsWithin(queue.close(), PRODUCER_COMMAND_MS);
      client.disconnect();
    },
  };
}
