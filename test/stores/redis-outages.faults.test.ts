import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database/postgres.ts';
import { startRedisServer, type RedisServer } from '../support/queue/redis-server.ts';
import { openTcpGate, type TcpGate } from '../support/receiver/tcp-gate.ts';
import { waitFor } from '../support/wait.ts';
import { endure, tellOutage, type Outage } from './outage.ts';

interface Store {
  gate: TcpGate;
  /** The one that is led to. */
  redis: RedisServer;
  /** A replica of it. */
  replica: RedisServer;
  restart(): Promise<void>;
}

const nothing = () => Promise.resolve();

const cases: { name: string; lastsMs: number; outage(store: Store): Omit<Outage, 'lastsMs'> }[] = [
  {
    name: 'forgets all',
    lastsMs: 1_000,
    outage: ({ redis }) => ({ begin: () => tell(redis, 'FLUSHALL'), end: nothing }),
  },
  {
    name: 'is killed',
    lastsMs: 2_000,
    outage: (store) => ({ begin: () => kill(store.redis), end: store.restart }),
  },
  {
    name: 'is away for 60 s',
    lastsMs: 60_000,
    outage: (store) => ({ begin: () => store.redis.stop(), end: store.restart }),
  },
  {
    name: 'answers nothing any more, as behind a cut line',
    lastsMs: 15_000,
    outage: ({ gate }) => ({
      begin: () => Promise.resolve(gate.stall()),
      end: () => gate.reopen(),
    }),
  },
  {
    name: 'is out of memory and refuses what is written',
    lastsMs: 10_000,
    outage: ({ redis }) => ({
      begin: () => tell(redis, 'CONFIG', 'SET', 'maxmemory', '1'),
      end: () => tell(redis, 'CONFIG', 'SET', 'maxmemory', '0'),
    }),
  },
  {
    name: 'is killed, and its replica promoted',
    lastsMs: 2_000,
    outage: (store) => ({
      async begin() {
        await kill(store.redis);
        await tell(store.replica, 'REPLICAOF', 'NO', 'ONE');
      },
      end: () => store.gate.reopen(store.replica.url),
    }),
  },
  {
    name: 'becomes a replica of another under open connections',
    lastsMs: 2_000,
    outage: ({ gate, redis, replica }) => ({
      async begin() {
        gate.move(replica.url);
        await tell(replica, 'REPLICAOF', 'NO', 'ONE');
        await tell(redis, 'REPLICAOF', '127.0.0.1', String(replica.port));
      },
      end: nothing,
    }),
  },
];

/** A line for each part with connections of its own; and what was being handed over as it went comes back. */
const TOLD = new Set([
  ...['queue.redis_lost', 'queue.consumer_lost', 'feed.redis_lost'],
  'worker.claims_returned',
]);

test.each(cases)('a Redis that $name', { timeout: 400_000 }, async ({ lastsMs, outage }) => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-outage-'));
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await Promise.all([mkdir(first), mkdir(second)]);
  const redis = await startRedisServer(first);
  const replica = await startRedisServer(second, { replicaOf: redis });
  await waitFor(async () => (await ask(replica, 'INFO', 'replication')).includes('link_status:up'));
  const gate = await openTcpGate(redis.url);
  const database = await createTestDatabase();
  const store: Store = {
    gate,
    redis,
    replica,
    async restart() {
      await store.redis.stop();
      store.redis = await startRedisServer(first, { port: redis.port });
    },
  };
  try {
    const stores = { redisUrl: gate.url, databaseUrl: database.url };
    const seen = await endure(stores, { ...outage(store), lastsMs });
    tellOutage(seen);
    expect(seen.faults).toEqual([]);
    expect([...seen.refusals]).toEqual([]);
    expect(seen.slowestAnswerMs).toBeLessThan(5_000);
    expect(seen.wellAfterMs).toBeLessThan(10_000);
    for (const warnings of seen.warnings) {
      expect(warnings.filter((each) => !TOLD.has(each))).toEqual([]);
      expect(warnings).toEqual([...new Set(warnings)]);
    }
    expect(seen.notBack).toEqual([]);
    expect(seen.complaints).toEqual([]);
  } finally {
    await database.drop();
    await gate.shut();
    await Promise.all([store.redis.stop(), replica.stop()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

async function ask({ url }: RedisServer, command: string, ...words: string[]): Promise<string> {
  const client = new Redis(url);
  try {
    return String(await client.call(command, ...words));
  } finally {
    client.disconnect();
  }
}

async function tell(redis: RedisServer, command: string, ...words: string[]): Promise<void> {
  expect(await ask(redis, command, ...words)).toBe('OK');
}

async function kill(redis: RedisServer): Promise<void> {
  const [, pid] = /process_id:(\d+)/.exec(await ask(redis, 'INFO', 'server')) ?? [];
  process.kill(Number(pid), 'SIGKILL');
  await redis.stop();
}
