import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Queue } from '../../server/queue/contract.ts';
import { testQueuePrefix } from '../support/queue/redis.ts';
import { openTcpGate, type TcpGate } from '../support/receiver/tcp-gate.ts';
import { someOf } from '../support/some-of.ts';
import { waitFor } from '../support/wait.ts';
import {
  chunk,
  createCloser,
  type QueueServer,
  recordArrivals,
  recordingLogger,
  startPostgresQueueServer,
  startRedisQueueServer,
} from './queue-under-test.ts';

/** A producer's caller waits one second at most; the rest is for a machine under load. */
const CALLER_BOUND_MS = 5_000;
/** Sooner than an idle consumer looks for itself: after 5 s on Redis, 10 s on PostgreSQL. */
const BY_ITS_HINT = { timeoutMs: 4_500 };

function setUp(start: () => Promise<QueueServer>) {
  const closer = createCloser();
  const context = { prefix: '', ...recordingLogger() };
  const ready: { server?: QueueServer; gate?: TcpGate } = {};

  beforeAll(async () => {
    ready.server = await start();
  });
  afterAll(() => ready.server?.stop());
  beforeEach(async () => {
    ready.gate = await openTcpGate(server().url);
    Object.assign(context, { prefix: testQueuePrefix(), ...recordingLogger() });
  });
  afterEach(async () => {
    await closer.closeAll();
    await gate().shut();
  });

  function server(): QueueServer {
    if (ready.server === undefined) throw new Error('No server yet');
    return ready.server;
  }
  function gate(): TcpGate {
    if (ready.gate === undefined) throw new Error('No gate yet');
    return ready.gate;
  }
  return {
    context,
    server,
    gate,
    async open(): Promise<Queue> {
      const { prefix, logger } = context;
      return closer.queue(await server().open({ url: gate().url, prefix, logger }));
    },
    async consume(queue: Queue) {
      const arrivals = recordArrivals();
      const consumer = closer.consumer(await queue.consume(arrivals.handlers));
      return { ...arrivals, consumer };
    },
    messages: () => context.lines.map(({ msg }) => msg),
  };
}

/** Hints until one arrives: how long the consumer needs to be back is not told anywhere. */
async function hintUntilTaken(queue: Queue, ids: readonly string[], id: string): Promise<void> {
  await waitFor(
    async () => {
      await queue.producer.deliver([chunk(id)]);
      return ids.includes(id);
    },
    { everyMs: 100 },
  );
}

async function millisecondsOf(work: () => Promise<void>): Promise<number> {
  const began = Date.now();
  await work();
  return Date.now() - began;
}

describe.each(
  someOf([
    { kind: 'redis', start: startRedisQueueServer },
    { kind: 'postgres', start: startPostgresQueueServer },
  ] as const),
)('the queue on $kind, its server failing', ({ start }) => {
  const { gate, open, consume, messages } = setUp(start);

  test('drops hints while the server is away, and goes on when it is back', async () => {
    const queue = await open();
    const { ids } = await consume(queue);
    await hintUntilTaken(queue, ids, 'before');

    await gate().shut();
    await waitFor(async () => !(await queue.isReady(500)));
    for (let n = 0; n < 3; n += 1) {
      const took = await millisecondsOf(() => queue.producer.deliver([chunk('dropped')]));
      expect(took).toBeLessThan(CALLER_BOUND_MS);
    }
    await queue.producer.due([{ webhookId: 'w', dueAt: 0 }], 0);

    await gate().reopen();
    await waitFor(() => queue.isReady(500));
    await hintUntilTaken(queue, ids, 'after');
    expect(ids).not.toContain('dropped');
    await waitFor(() => messages().filter((line) => line.endsWith('_back')).length >= 2);
    expect(messages().filter((line) => /^queue\.(redis|postgres)_lost$/.test(line))).toHaveLength(
      1,
    );
    expect(messages().filter((line) => /^queue\.(redis|postgres)_back$/.test(line))).toHaveLength(
      1,
    );
    expect(messages().filter((line) => line === 'queue.consumer_lost')).toHaveLength(1);
    expect(messages().filter((line) => line === 'queue.consumer_back')).toHaveLength(1);
  });

  test('does not hold its caller up when the server says nothing', async () => {
    const queue = await open();
    await queue.producer.deliver([chunk('a')]);
    gate().stall();
    expect(await queue.isReady(100)).toBe(false);
    const took = await millisecondsOf(() => queue.producer.deliver([chunk('b')]));
    expect(took).toBeLessThan(CALLER_BOUND_MS);
  });

  test('closes in time while the server is away', async () => {
    const queue = await open();
    const { ids, consumer } = await consume(queue);
    await hintUntilTaken(queue, ids, 'before');
    await gate().shut();
    const took = await millisecondsOf(async () => {
      await consumer.close(500);
      await queue.close();
    });
    expect(took).toBeLessThan(10_000);
  });
});

describe('the queue on redis', () => {
  const { context, server, gate, open, consume, messages } = setUp(startRedisQueueServer);

  async function withRedis(work: (redis: Redis) => Promise<unknown>): Promise<void> {
    const redis = new Redis(server().url);
    try {
      await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  test('goes on after FLUSHALL, with an idle consumer and in the middle of work', async () => {
    const queue = await open();
    const { ids, due } = await consume(queue);
    const hint = { webhookId: 'w', dueAt: 60_000 };
    await queue.producer.due([hint], 0);
    await withRedis((redis) => redis.flushall());
    await queue.producer.deliver([chunk('a')]);
    await waitFor(() => ids.includes('a'), BY_ITS_HINT);

    const many = Array.from({ length: 500 }, (_, n) => chunk(`many${n}`));
    await queue.producer.deliver(many);
    await withRedis((redis) => redis.flushall());
    await queue.producer.due([hint], 60_000);
    await waitFor(() => due.length === 1, BY_ITS_HINT);
    await queue.producer.deliver([chunk('b')]);
    await waitFor(() => ids.includes('b'), BY_ITS_HINT);
    expect(await queue.isReady(1_000)).toBe(true);
  });

  test('opens while Redis is away, and works when it is there', async () => {
    await gate().shut();
    const queue = await open();
    const { ids } = await consume(queue);
    expect(await queue.isReady(100)).toBe(false);
    await queue.producer.deliver([chunk('dropped')]);
    await gate().reopen();
    await hintUntilTaken(queue, ids, 'a');
    expect(ids).not.toContain('dropped');
  });

  test('tells the logger, not the console, that Redis may evict jobs', async () => {
    const onConsole = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await withRedis((redis) => redis.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    try {
      const queue = await open();
      const { ids } = await consume(queue);
      await hintUntilTaken(queue, ids, 'a');
      await waitFor(() => messages().some((line) => line === 'redis.may_evict_jobs'));
      expect(context.lines.filter(({ msg }) => msg === 'redis.may_evict_jobs')).toHaveLength(1);
      expect(onConsole).not.toHaveBeenCalled();
    } finally {
      await withRedis((redis) => redis.config('SET', 'maxmemory-policy', 'noeviction'));
      onConsole.mockRestore();
    }
  });
});

describe('the queue on postgres', () => {
  const { context, server, gate, open, consume } = setUp(startPostgresQueueServer);

  async function query(sql: string): Promise<void> {
    const client = new Client({ connectionString: server().url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  test('makes its schema once, however many open it at once', async () => {
    const queues = await Promise.all(Array.from({ length: 5 }, () => open()));
    const [first] = queues;
    if (first === undefined) throw new Error('No queue');
    const { ids } = await consume(first);
    await Promise.all(queues.map((queue, n) => queue.producer.deliver([chunk(`from${n}`)])));
    await waitFor(() => ids.length >= 5);
    expect(ids.toSorted()).toEqual(['from0', 'from1', 'from2', 'from3', 'from4']);
  });

  test('goes on when PostgreSQL has ended its connections', async () => {
    const queue = await open();
    const { ids } = await consume(queue);
    await hintUntilTaken(queue, ids, 'before');
    await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await hintUntilTaken(queue, ids, 'after');
    // By its LISTEN, that is, and not only when it next looks for itself.
    await queue.producer.deliver([chunk('soon')]);
    await waitFor(() => ids.includes('soon'), BY_ITS_HINT);
    expect(await queue.isReady(1_000)).toBe(true);
  });

  test('keeps options of the URL beside its own', async () => {
    const url = new URL(gate().url);
    url.searchParams.set('options', '-c lock_timeout=5s');
    const { prefix, logger } = context;
    const queue = await server().open({ url: url.href, prefix, logger });
    const { ids, consumer } = await consume(queue);
    await queue.producer.deliver([chunk('a')]);
    await waitFor(() => ids.length > 0);
    await consumer.close(1_000);
    await queue.close();
    expect(ids).toEqual(['a']);
  });

  test('does not open while PostgreSQL is away', async () => {
    await gate().shut();
    await expect(open()).rejects.toThrow('ECONNREFUSED');
  });
});
