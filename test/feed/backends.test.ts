import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresFeed } from '../../server/feed/backends/postgres.ts';
import { openRedisFeed } from '../../server/feed/backends/redis.ts';
import type { FeedBackend } from '../../server/feed/contract.ts';
import { collectLogs } from '../support/collected-logs.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { testQueuePrefix, testRedisUrl } from '../support/queue/redis.ts';
import { waitFor } from '../support/wait.ts';

const prefix = testQueuePrefix();
let database: TestDatabase;
let open: FeedBackend[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(open.map((backend) => backend.close()));
  open = [];
});

afterAll(() => database.drop());

const kinds = {
  redis: {
    open: (logger = pino({ level: 'silent' })) =>
      openRedisFeed({ url: testRedisUrl(), prefix, logger }),
    openAway: (logger = pino({ level: 'silent' })) =>
      openRedisFeed({ url: 'redis://127.0.0.1:1', prefix, logger }),
    async cutListeners() {
      const admin = new Redis(testRedisUrl());
      const clients = String(await admin.client('LIST')).split('\n');
      for (const line of clients.filter((each) =>
        each.includes(`name=${prefix}-feed-subscriber`),
      )) {
        const [, id = ''] = /\bid=(\d+)/.exec(line) ?? [];
        await admin.client('KILL', 'ID', id);
      }
      admin.disconnect();
    },
  },
  postgres: {
    open: (logger = pino({ level: 'silent' })) =>
      openPostgresFeed({ pool: database.pool, connectionString: database.url, logger }),
    openAway: (logger = pino({ level: 'silent' })) =>
      openPostgresFeed({
        pool: database.pool,
        connectionString: 'postgres://127.0.0.1:1/x',
        logger,
      }),
    async cutListeners() {
      await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'nexus-feed'`,
      );
    },
  },
};

describe.each(['redis', 'postgres'] as const)('%s', (kind) => {
  async function openOne(): Promise<FeedBackend> {
    const backend = await kinds[kind].open();
    open.push(backend);
    return backend;
  }

  test('what one process announces, it hears at once, and others once', async () => {
    const [here, there] = [await openOne(), await openOne()];
    const tenantId = randomUUID();
    const heard: string[] = [];
    await here.listen(tenantId, () => heard.push('here'));
    await there.listen(tenantId, () => heard.push('there'));
    here.announce([tenantId]);
    expect(heard).toEqual(['here']);
    await waitFor(() => heard.includes('there'));
    // Whatever it had heard of its own announcement would have come before this.
    there.announce([tenantId]);
    await waitFor(() => heard.length === 4);
    expect(heard).toEqual(['here', 'there', 'there', 'here']);
  });

  test('what was announced just before it closes is handed over', async () => {
    const [here, there] = [await openOne(), await openOne()];
    const tenants = Array.from({ length: 50 }, () => randomUUID());
    const heard = new Set<string>();
    for (const tenantId of tenants) await there.listen(tenantId, () => heard.add(tenantId));
    for (const tenantId of tenants) here.announce([tenantId]);
    await here.close();
    await waitFor(() => heard.size === tenants.length);
  });

  test('each tenant hears its own, until the last of its listeners has gone', async () => {
    const backend = await openOne();
    const [ours, theirs] = [randomUUID(), randomUUID()];
    const heard: string[] = [];
    const stopFirst = await backend.listen(ours, () => heard.push('first'));
    const stopSecond = await backend.listen(ours, () => heard.push('second'));
    const stopTheirs = await backend.listen(theirs, () => heard.push('theirs'));
    const both = [ours, theirs];

    backend.announce(both);
    await waitFor(() => heard.length === 3);
    expect(heard.sort()).toEqual(['first', 'second', 'theirs']);

    stopFirst();
    heard.length = 0;
    backend.announce(both);
    await waitFor(() => heard.length === 2);
    expect(heard.sort()).toEqual(['second', 'theirs']);

    stopSecond();
    stopSecond();
    heard.length = 0;
    backend.announce(both);
    await waitFor(() => heard.length === 1);
    expect(heard).toEqual(['theirs']);
    stopTheirs();
  });

  test('a lost connection is opened again and listens as before; it is logged once each way', async () => {
    const { logger, lines } = collectLogs();
    const backend = await kinds[kind].open(logger);
    open.push(backend);
    const tenantId = randomUUID();
    let calls = 0;
    await backend.listen(tenantId, () => (calls += 1));
    await kinds[kind].cutListeners();
    const other = await openOne();
    await waitFor(() => {
      other.announce([tenantId]);
      return calls > 0;
    });
    await waitFor(() => lines.length === 2);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('with its server away it opens, announces and listens without a word but one', async () => {
    const { logger, lines } = collectLogs();
    const backend = await kinds[kind].openAway(logger);
    open.push(backend);
    const stop = await backend.listen(randomUUID(), () => {});
    backend.announce([randomUUID()]);
    backend.announce([randomUUID()]);
    stop();
    await backend.close();
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
  });
});
