import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor, ExpiredCursor, InvalidCursor } from '../../server/feed/log/cursor.ts';
import { openPostgresFeed } from '../../server/feed/backends/postgres.ts';
import { openRedisFeed } from '../../server/feed/backends/redis.ts';
import { openFeed, type Feed } from '../../server/feed/open.ts';
import {
  changeDeliveries,
  makeDeliveries,
  type WrittenChange,
} from '../support/database/delivery-rows.ts';
import { discardingFeed } from '../support/feed/discarding-feed.ts';
import { readFeed } from '../support/feed/feed-reader.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { testQueuePrefix, testRedisUrl } from '../support/queue/redis.ts';
import { waitFor } from '../support/wait.ts';

/** Design: a socket sees every change within 2 s, whatever becomes of the announcements. */

const logger = pino({ level: 'silent' });
const prefix = testQueuePrefix();
let database: TestDatabase;
let feeds: Feed[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(feeds.map((feed) => feed.close()));
  feeds = [];
});

afterAll(() => database.drop());

const openRedis = () => openRedisFeed({ url: testRedisUrl(), prefix, logger });
const backends = {
  redis: openRedis,
  postgres: () => openPostgresFeed({ pool: database.pool, connectionString: database.url, logger }),
  discarding: async () => discardingFeed(await openRedis()),
};

describe.each(['redis', 'postgres', 'discarding'] as const)('%s', (kind) => {
  async function open(): Promise<Feed> {
    const feed = openFeed({
      secretKeys: [randomBytes(32)],
      backend: await backends[kind](),
      pool: database.pool,
      logger,
    });
    feeds.push(feed);
    return feed;
  }

  /** A feed that changes are made through, as a worker's, and one that follows, as an API process's. */
  async function openTwo() {
    const [there, feed] = await Promise.all([open(), open()]);
    const tenantId = randomUUID();
    const announced = (changes: WrittenChange[]) => {
      there.announcer.announce(changes.map((change) => change.tenantId));
      return changes;
    };
    return {
      feed,
      tenantId,
      make: async (count: number, rows = {}) =>
        announced(await makeDeliveries(database.pool, count, { tenantId, ...rows })),
      change: async (...[deliveries, status]: ChangeArguments) =>
        announced(await changeDeliveries(database.pool, deliveries, status)),
    };
  }
  type ChangeArguments = [
    Parameters<typeof changeDeliveries>[1],
    Parameters<typeof changeDeliveries>[2],
  ];

  test('each change comes, in order for one delivery', async () => {
    const { feed, tenantId, make, change } = await openTwo();
    const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
    const made = await make(20);
    await change(made, 'SENDING');
    await change(made, 'RETRYING');
    await change(made, 'SENDING');
    await change(made, 'SUCCESS');
    await reader.count(100);
    for (const { deliveryId } of made) {
      expect(reader.statusesOf(deliveryId)).toEqual([
        'PENDING',
        'SENDING',
        'RETRYING',
        'SENDING',
        'SUCCESS',
      ]);
    }
    expect(reader.updates).toHaveLength(100);
    await reader.stop();
  });

  test('what fits the filter comes, and once more when it has left it; nothing of another tenant', async () => {
    const { feed, tenantId, make, change } = await openTwo();
    const filter = { statuses: ['PENDING' as const], eventTypes: ['user.created'] };
    const reader = readFeed(await feed.follow({ tenantId, filter }));
    const stranger = await makeDeliveries(database.pool, 1, { tenantId: randomUUID() });
    const [mine] = await make(1);
    const [other] = await make(1, { eventType: 'user.deleted' });
    if (!mine || !other) throw new Error('not made');
    await change([mine, other, ...stranger], 'SENDING');
    await change([mine], 'PENDING');
    await reader.count(3);
    expect(
      reader.updates.map(({ deliveryId, status, matchesFilter }) => ({
        deliveryId,
        status,
        matchesFilter,
      })),
    ).toEqual([
      { deliveryId: mine.deliveryId, status: 'PENDING', matchesFilter: true },
      { deliveryId: mine.deliveryId, status: 'SENDING', matchesFilter: false },
      { deliveryId: mine.deliveryId, status: 'PENDING', matchesFilter: true },
    ]);
    await reader.stop();
  });

  test('a cursor from a list brings what changed since, each in its latest state, then the live feed', async () => {
    const { feed, tenantId, make, change } = await openTwo();
    const before = await make(1);
    const after = await feed.currentCursor();
    const [left, fitting] = await make(2);
    if (!left || !fitting) throw new Error('not made');
    await change([left, fitting], 'SENDING');
    await change([left], 'SUCCESS');

    const filter = { statuses: ['SENDING' as const] };
    const reader = readFeed(await feed.follow({ tenantId, filter, after }));
    await reader.count(2);
    const come = new Map(reader.updates.map((update) => [update.deliveryId, update]));
    expect(come.get(left.deliveryId)).toMatchObject({ status: 'SUCCESS', matchesFilter: false });
    expect(come.get(fitting.deliveryId)).toMatchObject({ status: 'SENDING', matchesFilter: true });
    await change(before, 'SENDING');
    await reader.count(3);
    expect(reader.updates.at(-1)).toMatchObject({ deliveryId: before[0]?.deliveryId, version: 2 });
    await reader.stop();
  });

  test("one who is told of a tenant's changes is called until it stops", async () => {
    const { feed, tenantId, make } = await openTwo();
    let calls = 0;
    const stop = await feed.onChanges(tenantId, () => (calls += 1));
    await make(3);
    await waitFor(() => calls === 3);
    stop();
    const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
    await make(1);
    await reader.count(1);
    expect(calls).toBe(3);
    await reader.stop();
  });
});

describe('one feed', () => {
  async function openOne() {
    const feed = openFeed({
      secretKeys: [randomBytes(32)],
      backend: await openRedis(),
      pool: database.pool,
      logger,
    });
    feeds.push(feed);
    return { feed, tenantId: randomUUID() };
  }

  test('a cursor that is none, has expired or comes from a database since reset is refused at once', async () => {
    const { feed, tenantId } = await openOne();
    const day = 24 * 3_600_000;
    const expired = encodeCursor({ xmax: 3n, running: [], takenAt: Date.now() - day - 60_000 });
    const ahead = encodeCursor({ xmax: 2n ** 62n, running: [], takenAt: Date.now() });
    await expect(feed.follow({ tenantId, filter: {}, after: 'x' })).rejects.toThrow(InvalidCursor);
    await expect(feed.follow({ tenantId, filter: {}, after: expired })).rejects.toThrow(
      ExpiredCursor,
    );
    await expect(feed.follow({ tenantId, filter: {}, after: ahead })).rejects.toThrow(
      ExpiredCursor,
    );
  });

  test('a reader that is stopped while it waits ends at once; so does one whose signal is aborted', async () => {
    const { feed, tenantId } = await openOne();
    const stopped = readFeed(await feed.follow({ tenantId, filter: {} }));
    await stopped.stop();
    expect(stopped.hasEnded).toBe(true);

    const ending = new AbortController();
    const aborted = readFeed(await feed.follow({ tenantId, filter: {}, signal: ending.signal }));
    ending.abort();
    await waitFor(() => aborted.hasEnded);
    expect(aborted.error).toBeUndefined();
  });

  test('closing ends those who follow', async () => {
    const { feed, tenantId } = await openOne();
    const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
    await feed.close();
    feeds = [];
    await waitFor(() => reader.hasEnded);
    expect(reader.error).toBeUndefined();
  });
});
