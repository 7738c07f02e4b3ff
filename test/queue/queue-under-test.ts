import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type {
  DeliverJob,
  DueJob,
  Queue,
  QueueConsumer,
  QueueHandlers,
} from '../../server/queue/contract.ts';
import { openPostgresQueue } from '../../server/queue/open-postgres.ts';
import { openRedisQueue } from '../../server/queue/open-redis.ts';
import { createEmptyDatabase } from '../support/database/postgres.ts';
import { startRedisServer } from '../support/queue/redis-server.ts';

/** A server of one kind of queue for one test file, and how a queue on it is opened. */
export interface QueueServer {
  readonly url: string;
  open(options: { url: string; prefix: string; logger: Logger }): Promise<Queue>;
  stop(): Promise<void>;
}

/** A Redis of the file's own, for some of its tests empty it. */
export async function startRedisQueueServer(): Promise<QueueServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-queue-'));
  const redis = await startRedisServer(folder);
  return {
    url: redis.url,
    open: openRedisQueue,
    async stop() {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function startPostgresQueueServer(): Promise<QueueServer> {
  const database = await createEmptyDatabase();
  return { url: database.url, open: openPostgresQueue, stop: () => database.drop() };
}

export interface LogLine {
  level: number;
  msg: string;
}

/** A logger whose lines a test can read. */
export function recordingLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { logger, lines };
}

/** What arrived at a consumer, and when. */
export interface Arrivals {
  readonly handlers: QueueHandlers;
  readonly ids: string[];
  readonly due: { job: DueJob; at: number }[];
}

export function recordArrivals(overrides: Partial<QueueHandlers> = {}): Arrivals {
  const ids: string[] = [];
  const due: { job: DueJob; at: number }[] = [];
  return {
    ids,
    due,
    handlers: {
      async deliver(job) {
        ids.push(...job.webhooks.flatMap(({ deliveryIds }) => deliveryIds));
        await overrides.deliver?.(job);
      },
      async due(job) {
        due.push({ job, at: Date.now() });
        return (await overrides.due?.(job)) ?? 0;
      },
    },
  };
}

export function chunk(...deliveryIds: string[]): DeliverJob {
  return { webhooks: [{ webhookId: 'w', deliveryIds }] };
}

/** Opens queues and consumers, and closes them all, the last opened first. */
export function createCloser(): {
  queue<T extends Queue>(queue: T): T;
  consumer<T extends QueueConsumer>(consumer: T): T;
  closeAll(): Promise<void>;
} {
  const closes: (() => Promise<void>)[] = [];
  return {
    queue(queue) {
      closes.push(() => queue.close());
      return queue;
    },
    consumer(consumer) {
      closes.push(() => consumer.close(1_000));
      return consumer;
    },
    async closeAll() {
      for (const close of closes.splice(0).toReversed()) await close();
    },
  };
}
