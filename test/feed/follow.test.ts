import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDatabaseClock } from '../../server/database/clock.ts';
import type { DeliveryStatus } from '../../server/domain/delivery/delivery-states.ts';
import { readPosition } from '../../server/feed/log/change-log.ts';
import { createCursors } from '../../server/feed/log/sealed-cursor.ts';
import { createFollow, type FeedUpdate, type FollowOptions } from '../../server/feed/follow.ts';
import { SlowReader } from '../../server/feed/reader.ts';
import { createHub, type Hub } from '../../server/feed/hub.ts';
import {
  changeDeliveries,
  makeDeliveries,
  type WrittenChange,
} from '../support/database/delivery-rows.ts';
import { readFeed } from '../support/feed/feed-reader.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createRandom, type Random } from '../support/random.ts';
import { scriptedFeed } from '../support/feed/scripted-feed.ts';
import { waitFor } from '../support/wait.ts';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
let hubs: Hub[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.close()));
  hubs = [];
});

afterAll(() => database.drop());

function open(
  options: Omit<FollowOptions, 'hub' | 'pool' | 'cursors' | 'clock'> = {},
  { tailIntervalMs = 30, backend = scriptedFeed() } = {},
) {
  const { pool } = database;
  const hub = createHub({ backend, pool, logger, clock, tailIntervalMs });
  hubs.push(hub);
  return {
    backend,
    follow: createFollow({ hub, pool, cursors, clock, ...options }),
    /** The same hub with other bounds. */
    followWith: (others: Omit<FollowOptions, 'hub' | 'pool' | 'cursors' | 'clock'>) =>
      createFollow({ hub, pool, cursors, clock, ...others }),
    tenantId: randomUUID(),
  };
}

const cursors = createCursors([randomBytes(32)]);
const clock = createDatabaseClock();
const currentCursor = async () => cursors.seal(await readPosition(database.pool));

/** Changes deliveries as several processes would: at the same time, some slow to commit, some never. */
async function writeAtRandom(options: {
  tenantId: string;
  random: Random;
  transactions: number;
  onCommit(changes: WrittenChange[]): void;
}): Promise<void> {
  const { tenantId, random, transactions, onCommit } = options;
  const mine: WrittenChange[] = [];
  const client = await database.pool.connect();
  try {
    for (let count = 0; count < transactions; count += 1) {
      await client.query('BEGIN');
      const changes =
        mine.length === 0 || random.next() < 0.3
          ? await makeDeliveries(client, random.integer(1, 6), { tenantId })
          : await changeDeliveries(
              client,
              mine.filter(() => random.next() < 0.3),
              random.pick<DeliveryStatus>(['SENDING', 'RETRYING', 'SUCCESS', 'FAILED']),
            );
      if (random.next() < 0.1) await pause(random.integer(1, 60));
      const isKept = random.next() > 0.15;
      await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
      if (!isKept) continue;
      mine.push(...changes.filter(({ version }) => version === 1));
      onCommit(changes);
    }
  } finally {
    client.release();
  }
}

test('whoever keeps up sees each change once; whoever comes back with its cursor misses none', async () => {
  const random = createRandom(20_261_123);
  const { backend, follow, followWith, tenantId } = open({ bufferSize: 20, pageSize: 7 });
  const live = readFeed(await followWith({ bufferSize: 100_000 })({ tenantId, filter: {} }));
  const committed: WrittenChange[] = [];
  let cursor = await currentCursor();

  let isWriting = true;
  const writers = Promise.all(
    Array.from({ length: 4 }, (_, writer) =>
      writeAtRandom({
        tenantId,
        random: createRandom(writer),
        transactions: 150,
        onCommit(changes) {
          committed.push(...changes);
          // Half of them, in any order.
          const told = changes.filter(() => random.next() < 0.5);
          backend.tell(random.next() < 0.5 ? told : told.toReversed());
        },
      }),
    ),
  ).finally(() => (isWriting = false));

  const known = new Map<string, number>();
  let connections = 0;
  while (isWriting) {
    connections += 1;
    const updates = await follow({ tenantId, filter: {}, after: cursor });
    const inThis = new Map<string, number>();
    const take = random.integer(1, 80);
    for (let taken = 0; taken < take && isWriting; taken += 1) {
      const { value } = await Promise.race([updates.next(), pause(200, { value: undefined })]);
      if (!value) break;
      expect(value.version).toBeGreaterThan(inThis.get(value.deliveryId) ?? 0);
      inThis.set(value.deliveryId, value.version);
      known.set(value.deliveryId, value.version);
      cursor = value.cursor;
      if (random.next() < 0.1) await pause(random.integer(1, 10));
    }
    await updates.return(undefined);
  }
  await writers;
  const last = readFeed(await follow({ tenantId, filter: {}, after: cursor }));
  const finals = new Map(committed.map(({ deliveryId }) => [deliveryId, 0]));
  for (const { deliveryId, version } of committed) {
    finals.set(deliveryId, Math.max(finals.get(deliveryId) ?? 0, version));
  }
  await waitFor(() => {
    for (const { deliveryId, version } of last.updates) {
      known.set(deliveryId, Math.max(known.get(deliveryId) ?? 0, version));
    }
    return [...finals].every(([deliveryId, version]) => known.get(deliveryId) === version);
  });
  expect(connections).toBeGreaterThan(3);

  await live.count(committed.length);
  expect(live.updates).toHaveLength(committed.length);
  for (const [deliveryId, version] of finals) {
    const versions = live.updates.filter((each) => each.deliveryId === deliveryId);
    expect(versions.map((each) => each.version)).toEqual(
      Array.from({ length: version }, (_, count) => count + 1),
    );
  }
});

test('what changes between the replay and the live feed is missed by neither', async () => {
  const backend = scriptedFeed();
  const made: WrittenChange[] = [];
  const { follow, tenantId } = open(
    {},
    {
      tailIntervalMs: 3_600_000,
      backend: {
        ...backend,
        async listen(id, listener) {
          made.push(...(await makeDeliveries(database.pool, 1, { tenantId: id })));
          return backend.listen(id, listener);
        },
      },
    },
  );
  const after = await currentCursor();
  const reader = readFeed(await follow({ tenantId, filter: {}, after }));
  await reader.count(1);
  expect(reader.updates[0]?.deliveryId).toBe(made[0]?.deliveryId);
  await reader.stop();
});

test('a long replay goes page by page, each delivery once, and can be broken off and gone on with', async () => {
  const { follow, tenantId } = open({ pageSize: 10 });
  const after = await currentCursor();
  for (let count = 0; count < 12; count += 1) {
    const made = await makeDeliveries(database.pool, 4, { tenantId });
    await changeDeliveries(database.pool, made, 'SENDING');
  }
  const whole = readFeed(await follow({ tenantId, filter: {}, after }));
  await whole.count(48);
  expect(new Set(whole.updates.map(({ deliveryId }) => deliveryId)).size).toBe(48);
  expect(whole.updates.every(({ version }) => version === 2)).toBe(true);

  const seen = new Set<string>();
  let cursor: string | undefined = after;
  let taken = 0;
  while (seen.size < 48) {
    const part: AsyncGenerator<FeedUpdate, undefined, undefined> = await follow({
      tenantId,
      filter: {},
      after: cursor,
    });
    for (let count = 0; count < 9; count += 1) {
      const { value } = await part.next();
      if (!value) break;
      seen.add(value.deliveryId);
      cursor = value.cursor;
      taken += 1;
      if (seen.size === 48) break;
    }
    await part.return(undefined);
  }
  // A cursor halfway begins there, not at the start again.
  expect(taken).toBeLessThan(2 * 48);
});

test('a reader that takes nothing while its buffer runs over is given up', async () => {
  const { follow, tenantId } = open({ bufferSize: 10, patienceMs: 30 });
  let wasTold = 0;
  const updates = await follow({ tenantId, filter: {}, onSlow: () => (wasTold += 1) });
  const first = updates.next();
  await makeDeliveries(database.pool, 5, { tenantId });
  await first;
  await makeDeliveries(database.pool, 30, { tenantId });
  await waitFor(() => wasTold === 1);
  // What it had taken already comes; nothing after it.
  const rest = async () => {
    for (let count = 1; count < 10; count += 1) await updates.next();
  };
  await expect(rest()).rejects.toThrow(SlowReader);
  expect(await updates.next()).toEqual({ done: true, value: undefined });
});

test('a reader that is slow but takes is brought the latest state of each delivery from the log', async () => {
  const { follow, tenantId } = open({ bufferSize: 10, pageSize: 50, patienceMs: 5_000 });
  const updates = await follow({ tenantId, filter: {} });
  const first = updates.next();
  const made = await makeDeliveries(database.pool, 100, { tenantId });
  await changeDeliveries(database.pool, made, 'SENDING');
  await first;
  await changeDeliveries(database.pool, made, 'SUCCESS');
  const reader = readFeed(updates);
  const latest = () => new Map(reader.updates.map((each) => [each.deliveryId, each.status]));
  await waitFor(() => {
    const statuses = [...latest().values()];
    return statuses.length === 100 && statuses.every((status) => status === 'SUCCESS');
  });
  const [another] = await makeDeliveries(database.pool, 1, { tenantId });
  await waitFor(() => reader.updates.at(-1)?.deliveryId === another?.deliveryId);
  await reader.stop();
});
