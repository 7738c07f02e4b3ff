import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isOutage } from '../../server/faults/database-faults.ts';
import { openPool } from '../../server/database/pool.ts';
import { openFeed, type Feed } from '../../server/feed/open.ts';
import { collectLogs } from '../support/collected-logs.ts';
import {
  changeDeliveries,
  makeDeliveries,
  type WrittenChange,
} from '../support/database/delivery-rows.ts';
import { readFeed } from '../support/feed/feed-reader.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createRandom } from '../support/random.ts';
import { scriptedFeed } from '../support/feed/scripted-feed.ts';
import { openTcpGate } from '../support/receiver/tcp-gate.ts';
import { waitFor } from '../support/wait.ts';

const logger = pino({ level: 'silent' });
const NEVER = 3_600_000;
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

function openScripted(tailIntervalMs: number) {
  const backend = scriptedFeed();
  let reads = 0;
  const pool = Object.create(database.pool) as typeof database.pool;
  pool.query = ((...query: Parameters<typeof pool.query>) => {
    reads += 1;
    return database.pool.query(...query);
  }) as typeof pool.query;
  const feed = openFeed({ secretKeys: [randomBytes(32)], backend, pool, logger, tailIntervalMs });
  feeds.push(feed);
  return { backend, feed, tenantId: randomUUID(), reads: () => reads };
}

const STEPS = ['SENDING', 'RETRYING', 'SENDING', 'SUCCESS'] as const;

async function liveThrough(tenantId: string, count: number): Promise<WrittenChange[]> {
  const made = await makeDeliveries(database.pool, count, { tenantId });
  const changes = [made];
  for (const status of STEPS) changes.push(await changeDeliveries(database.pool, made, status));
  return changes.flat();
}

test('announcements in any order, twice, or lost: each change comes once, in order for one delivery', async () => {
  const { backend, feed, tenantId } = openScripted(50);
  const random = createRandom(7);
  const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
  const expected: WrittenChange[] = [];
  for (let round = 0; round < 20; round += 1) {
    const changes = await liveThrough(tenantId, 10);
    expected.push(...changes);
    const told = [...changes, ...changes]
      .filter(() => random.next() > 0.3)
      .map((change) => ({ change, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ change }) => change);
    backend.tell(told);
  }
  await reader.count(expected.length);
  // Repeated once more, long after: nothing of it is news.
  backend.tell(expected);
  const [last] = await makeDeliveries(database.pool, 1, { tenantId });
  await waitFor(() => reader.updates.at(-1)?.deliveryId === last?.deliveryId);
  expect(reader.updates).toHaveLength(expected.length + 1);
  for (const { deliveryId } of expected) {
    expect(reader.statusesOf(deliveryId)).toEqual(['PENDING', ...STEPS]);
  }
});

test('a change whose predecessor was not announced is not held back until the next tail', async () => {
  const { backend, feed, tenantId } = openScripted(NEVER);
  const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
  const changes = await liveThrough(tenantId, 1);
  backend.tell(changes.slice(-1));
  await reader.count(changes.length);
  expect(reader.updates.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
});

test('however often and of however many tenants is announced, so many statements read it', async () => {
  const { backend, feed, reads } = openScripted(NEVER);
  const tenants = Array.from({ length: 20 }, () => randomUUID());
  const readers = await Promise.all(
    tenants.map(async (tenantId) => readFeed(await feed.follow({ tenantId, filter: {} }))),
  );
  const begun = performance.now();
  const before = reads();
  const changes = await Promise.all(tenants.map((tenantId) => liveThrough(tenantId, 2)));
  while (performance.now() - begun < 1_000) {
    backend.tell(changes.flat());
    await nextTurn();
  }
  await Promise.all(readers.map((reader) => reader.count(2 * 5)));
  const seconds = (performance.now() - begun) / 1_000;
  // A dozen may come at once after a rest (hub.ts).
  expect(reads() - before).toBeLessThanOrEqual(46 * seconds + 13);
});

test('what was announced before a follower came is not news to it, when it is heard late', async () => {
  const { backend, feed, tenantId } = openScripted(NEVER);
  const early = await makeDeliveries(database.pool, 1, { tenantId });
  const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
  backend.tell(early);
  const late = await makeDeliveries(database.pool, 1, { tenantId });
  backend.tell(late);
  await reader.count(1);
  expect(reader.updates.map(({ deliveryId }) => deliveryId)).toEqual([late[0]?.deliveryId]);
});

test('a change that commits late, with a lower transaction id, is missed neither live nor after a cursor', async () => {
  const { feed, tenantId } = openScripted(20);
  const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    const [slow] = await makeDeliveries(client, 1, { tenantId });
    const [quick] = await makeDeliveries(database.pool, 1, { tenantId });
    if (!slow || !quick) throw new Error('not made');
    expect(slow.xid).toBeLessThan(quick.xid);
    await reader.count(1);
    // The tail goes on past the transaction that is still open: a change later, and a cursor later.
    const [later] = await makeDeliveries(database.pool, 1, { tenantId });
    await reader.count(2);
    const after = await feed.currentCursor();
    const lastSeen = reader.updates.at(-1)?.cursor;
    await client.query('COMMIT');

    await reader.count(3);
    expect(reader.updates.map(({ deliveryId }) => deliveryId)).toEqual([
      quick.deliveryId,
      later?.deliveryId,
      slow.deliveryId,
    ]);
    for (const cursor of [after, lastSeen]) {
      const again = readFeed(await feed.follow({ tenantId, filter: {}, after: cursor }));
      await waitFor(() => again.updates.some(({ deliveryId }) => deliveryId === slow.deliveryId));
      await again.stop();
    }
  } finally {
    client.release();
  }
});

test('a change that was under way when the log was last read is passed on when it is announced', async () => {
  const { backend, feed, tenantId } = openScripted(NEVER);
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    const slow = await makeDeliveries(client, 1, { tenantId });
    await makeDeliveries(database.pool, 1, { tenantId });
    const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
    await client.query('COMMIT');
    backend.tell(slow);
    await reader.count(1);
    expect(reader.updates[0]?.deliveryId).toBe(slow[0]?.deliveryId);
  } finally {
    client.release();
  }
});

test('versions come in order also where a lower transaction id made the later one', async () => {
  const { feed, tenantId } = openScripted(NEVER);
  const [made] = await makeDeliveries(database.pool, 1, { tenantId });
  if (!made) throw new Error('not made');
  const after = await feed.currentCursor();
  const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_current_xact_id()');
    await changeDeliveries(database.pool, [made], 'SENDING');
    await changeDeliveries(client, [made], 'SUCCESS');
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  // A second follower has the log read.
  const again = readFeed(await feed.follow({ tenantId, filter: {}, after }));
  await reader.count(2);
  expect(reader.updates.map(({ version }) => version)).toEqual([2, 3]);
  await again.count(1);
  expect(again.updates.map(({ version }) => version)).toEqual([3]);
});

test('while PostgreSQL is away followers stay; and what changed meanwhile comes after', async () => {
  const gate = await openTcpGate(database.url);
  const pool = openPool({ url: gate.url, poolSize: 2 });
  const { logger: collecting, lines } = collectLogs();
  const feed = openFeed({
    secretKeys: [randomBytes(32)],
    backend: scriptedFeed(),
    pool,
    logger: collecting,
    tailIntervalMs: 20,
  });
  try {
    const tenantId = randomUUID();
    const reader = readFeed(await feed.follow({ tenantId, filter: {} }));
    await gate.shut();
    expect(isOutage(await pool.query('SELECT 1').catch((error: unknown) => error))).toBe(true);
    const changes = await liveThrough(tenantId, 3);
    await gate.reopen();
    await reader.count(changes.length);
    // Of the outage the database tells: postgres.lost.
    expect(lines).toEqual([]);
    expect(reader.hasEnded).toBe(false);
    await reader.stop();
  } finally {
    await feed.close();
    await pool.end();
    await gate.shut();
  }
});
