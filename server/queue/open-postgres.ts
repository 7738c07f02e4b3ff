import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  type PostgresPoolConfig,
  PostgresQueueBackend,
  Queue as BullQueue,
} from 'bullmq';
import type { Logger } from 'pino';
import { startBullConsumer } from './bullmq-consumer.ts';
import { createBullProducer } from './bullmq-producer.ts';
import type { Queue } from './contract.ts';
import { createFaultLog } from '../faults/fault-log.ts';
import { endsWithin } from '../faults/time-bound.ts';

export interface PostgresQueueOptions {
  /** `postgres://` or `postgresql://`: the database that the rest of the system uses too. */
  url: string;
  /** Keeps apart installations that share one database: the queue's schema is `<prefix>_queue`. */
  prefix: string;
  logger: Logger;
  /** Connections of a consumer, beside the one it listens on; 4 by default. */
  poolSize?: number;
}

/** Hints are few and batched: one connection adds them, the other bridges a slow one. */
const PRODUCER_POOL_SIZE = 2;

/** Seconds that an idle consumer waits for a NOTIFY before it looks for itself. */
const IDLE_POLL_SECONDS = 10;

/** Longest that closing waits for the statements under way. */
const CLOSING_WAITS_MS = 1_000;

/**
 * The queue only hints, so its commits need not wait for the disk. JIT costs more than its short
 * statements do. Without sorts the claim keeps to its index, which it was seen to leave for the
 * primary key and a sort when a backlog had outgrown the statistics.
 */
const SESSION = '-c jit=off -c synchronous_commit=off -c enable_sort=off';

/** `options` of a connection URL would replace ours, and with them BullMQ's search_path. */
function poolConfig(url: string, schema: string, application: string): PostgresPoolConfig {
  const parsed = new URL(url);
  const given = parsed.searchParams.get('options');
  parsed.searchParams.delete('options');
  return {
    connectionString: parsed.href,
    options: given === null ? SESSION : `${given} ${SESSION}`,
    application_name: application,
    schema,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A new connection costs more than the latency that a hint is there for.
    idleTimeoutMillis: 0,
  };
}

/**
 * The queue on PostgreSQL, in a schema of its own, which is made and migrated here (safe with
 * several processes at once).
 * @throws where PostgreSQL does not answer, for then nothing else works either.
 * `close` closes the producer; consumers are closed one by one before.
 */
export async function openPostgresQueue(options: PostgresQueueOptions): Promise<Queue> {
  const { url, prefix, logger, poolSize = 4 } = options;
  const schema = `${prefix}_queue`;
  const faults = createFaultLog(logger, {
    away: 'queue.postgres_lost',
    back: 'queue.postgres_back',
  });

  const connection = new PostgresConnection({
    ...poolConfig(url, schema, `${prefix}-queue-producer`),
    max: PRODUCER_POOL_SIZE,
    query_timeout: 10_000,
    migrate: true,
  });
  connection.on('error', (error) => faults.failed(error));
  try {
    await connection.waitUntilReady();
  } catch (error) {
    await connection.close();
    throw error;
  }
  const queue = new BullQueue(
    // BullMQ's NOTIFY goes to one channel a database: the name keeps installations apart there.
    prefix,
    // Nobody reads BullMQ's event table.
    { connection: connection.pool, streams: { events: { maxLen: 100 } } },
    backendOn(connection),
  );
  queue.on('error', (error) => faults.failed(error));
  let closed = false;

  return {
    kind: 'postgres',
    handover: null,
    producer: createBullProducer(queue, faults, () => closed),

    async consume(handlers) {
      const own = new PostgresConnection({
        ...poolConfig(url, schema, `${prefix}-queue-consumer`),
        max: poolSize,
        query_timeout: 30_000,
      });
      const consumer = startBullConsumer(
        {
          queueName: prefix,
          factory: backendOn(own),
          options: { connection: own.pool, drainDelay: IDLE_POLL_SECONDS },
          disconnect: () => own.close(),
        },
        handlers,
        logger,
      );
      try {
        await consumer.ready();
      } catch (error) {
        await consumer.close(CLOSING_WAITS_MS);
        throw error;
      }
      return consumer;
    },

    async isReady(timeoutMs) {
      const answer = connection.pool.query('SELECT 1').then(
        () => true,
        () => false,
      );
      return (await endsWithin(answer, timeoutMs)) && (await answer);
    },

    async close() {
      closed = true;
      await endsWithin(queue.close(), CLOSING_WAITS_MS);
    },
  };
}

/** A backend on a connection that is already made, for its pool serves the readiness check too. */
function backendOn(
  connection: PostgresConnection,
): BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> {
  return (name, opts) => new PostgresQueueBackend(connection, name, opts);
}
