import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresFeed } from '../../server/feed/open-postgres-backend.ts';
import { openRedisFeed } from '../../server/feed/open-redis-backend.ts';
import type { DeliveryChange, FeedBackend } from '../../server/feed/topics.ts';
import { collectLogs } from '../support/collected-logs.ts';
import { madeChange } from '../support/made-changes.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testQueuePrefix, testRedisUrl } from '../support/redis.ts';
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

  test('what one process announces, another hears whole and in order', async () => {
    const [here, there] = [await openOne(), await openOne()];
    const tenantId = randomUUID();
    const heard: DeliveryChange[] = [];
    await there.listen(tenantId, (change) => heard.push(change));
    const awkward = '\u0000\u001f"\\🎉é\ud800'.repeat(30);
    const changes = Array.from({ length: 2_000 }, (_, count) =>
      madeChange({
        tenantId,
        version: count + 1,
        xid: 2n ** 60n + BigInt(count),
        previousXid: count === 0 ? null : 2n ** 60n + BigInt(count - 1),
        previousStatus: count === 0 ? null : 'PENDING',
        eventId: count % 2 === 0 ? 'e' : awkward,
        isTest: count % 2 === 0,
      }),
    );
    await here.announce(changes);
    await waitFor(() => heard.length >= changes.length);
    expect(heard).toEqual(changes);
  });

  test('each tenant hears its own, until the last of its listeners has gone', async () => {
    const backend = await openOne();
    const [ours, theirs] = [randomUUID(), randomUUID()];
    const heard: string[] = [];
    const stopFirst = await backend.listen(ours, () => heard.push('first'));
    const stopSecond = await backend.listen(ours, () => heard.push('second'));
    const stopTheirs = await backend.listen(theirs, () => heard.push('theirs'));
    const both = [madeChange({ tenantId: ours }), madeChange({ tenantId: theirs })];

    await backend.announce(both);
    await waitFor(() => heard.length === 3);
    expect(heard.sort()).toEqual(['first', 'second', 'theirs']);

    stopFirst();
    heard.length = 0;
    await backend.announce(both);
    await waitFor(() => heard.length === 2);
    expect(heard.sort()).toEqual(['second', 'theirs']);

    stopSecond();
    stopSecond();
    heard.length = 0;
    await backend.announce(both);
    await waitFor(() => heard.length === 1);
    expect(heard).toEqual(['theirs']);
    stopTheirs();
  });

  test('a lost connection is opened again and listens as before; it is logged once each way', async () => {
    const { logger, lines } = collectLogs();
    const backend = await kinds[kind].open(logger);
    open.push(backend);
    const tenantId = randomUUID();
    const heard: DeliveryChange[] = [];
    await backend.listen(tenantId, (change) => heard.push(change));
    await kinds[kind].cutListeners();
    await waitFor(async () => {
      await backend.announce([madeChange({ tenantId })]);
      return heard.length > 0;
    });
    await waitFor(() => lines.length === 2);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('with its server away it opens, announces and listens without a word but one', async () => {
    const { logger, lines } = collectLogs();
    const backend = await kinds[kind].openAway(logger);
    open.push(backend);
    const stop = await backend.listen(randomUUID(), () => {});
    await backend.announce([madeChange()]);
    await backend.announce([madeChange()]);
    stop();
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
  });
});

test('what is no announcement is passed over', async () => {
  const backend = await kinds.redis.open();
  open.push(backend);
  const tenantId = randomUUID();
  const heard: DeliveryChange[] = [];
  await backend.listen(tenantId, (change) => heard.push(change));
  const publisher = new Redis(testRedisUrl());
  for (const text of ['', '{', '{}', '[[]]', '[["d",1]]']) {
    await publisher.publish(`${prefix}:feed:${tenantId}`, text);
  }
  publisher.disconnect();
  await backend.announce([madeChange({ tenantId })]);
  await waitFor(() => heard.length > 0);
  expect(heard).toHaveLength(1);
});
