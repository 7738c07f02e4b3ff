import { randomBytes, randomUUID } from 'node:crypto';

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Application, startApplication } from '../../server/application.ts';
import { readConfiguration } from '../../server/env.ts';
import type { Handover, Queue, WorkerRoom } from '../../server/queue/contract.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createApiClient } from '../support/installation/api-client.ts';
import { type Platform, platformOn } from '../support/installation/platform.ts';
import { testQueuePrefix, testRedisUrl } from '../support/queue/redis.ts';
import { holdAnswers } from '../support/receiver/held-answers.ts';
import { type Receiver, startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

/** An API and workers on Redis, whose every hint and handover is seen. */
let database: TestDatabase;
let receiver: Receiver;
let platform: Platform;
let settings: Record<string, string>;
const running: Application[] = [];
let hinted: string[];
let handed: string[];
let rooms: WorkerRoom[];
const CONCURRENCY = 8;

async function open(role: 'api' | 'worker', change: (handover: Handover) => Partial<Handover>) {
  const application = await startApplication({
    configuration: readConfiguration({ ...settings, ROLE: role }),
    logger: pino({ level: 'silent' }),
    wrapQueue: (queue) => watched(queue, change),
  });
  running.push(application);
  return application;
}

function watched(queue: Queue, change: (handover: Handover) => Partial<Handover>): Queue {
  const { handover } = queue;
  if (handover === null) throw new Error('there is a handover on Redis');
  const seen: Handover = {
    tell: (room) => handover.tell(room),
    take: (workerId, onHanded) => handover.take(workerId, onHanded),
    hearRooms: (onRoom) =>
      handover.hearRooms((room) => {
        rooms.push(room);
        onRoom(room);
      }),
    hand(workerId, each) {
      handed.push(...each.webhooks.flatMap(({ deliveryIds }) => deliveryIds));
      return handover.hand(workerId, each);
    },
  };
  return {
    ...queue,
    handover: { ...seen, ...change(seen) },
    producer: {
      due: (jobs, now) => queue.producer.due(jobs, now),
      async deliver(jobs) {
        for (const { webhooks } of jobs)
          hinted.push(...webhooks.flatMap(({ deliveryIds }) => deliveryIds));
        await queue.producer.deliver(jobs);
      },
    },
  };
}

const asItIs = () => ({});

/** Has it told again and again that this worker has room, whatever the worker says. */
function alsoOf(workerId: string, onRoom: (room: WorkerRoom) => void) {
  const room = { workerId, deliveries: 8, perWebhook: 8, busy: [] };
  onRoom(room);
  setInterval(() => onRoom(room), 100).unref();
  return onRoom;
}

beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(async () => {
  database = await createTestDatabase();
  [hinted, handed, rooms] = [[], [], []];
  const key = `test-key-${randomUUID()}`;
  settings = {
    ...{ HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent', BOOTSTRAP_API_KEY: key },
    ...{ DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8', DELIVERY_HTTPS_ONLY: 'false' },
    ...{ DATABASE_URL: database.url, REDIS_URL: testRedisUrl(), QUEUE_PREFIX: testQueuePrefix() },
    WEBHOOK_CONCURRENCY: String(CONCURRENCY),
    SECRET_KEY: randomBytes(32).toString('base64'),
  };
  const api = await open('api', asItIs);
  platform = platformOn(createApiClient(api.address, key));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((application) => application.stop()));
  await database.drop();
});
afterAll(() => receiver.close());

const told = () => waitFor(() => rooms.some(({ deliveries }) => deliveries > 0));
/** Every request is for another delivery. */
function eachOnce(path: string): void {
  const ids = receiver.requests(path).map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(ids.length);
}

describe('an event triggered where a worker is known to have room', () => {
  it('is handed over with no job, and each of its changes is on record', async () => {
    await open('worker', asItIs);
    await told();
    await platform.createWebhook({ url: receiver.url('/handed') });
    const { event } = await platform.trigger();
    const [delivery] = await waitFor(async () => {
      const deliveries = await platform.deliveriesOf(event?.eventId ?? '');
      return deliveries.every(({ status }) => status === 'SUCCESS') && deliveries;
    });
    expect(delivery?.attempts).toHaveLength(1);
    expect(handed).toHaveLength(1);
    expect(hinted).toEqual([]);
    const { rows } = await database.pool.query(
      `SELECT c.status, c.version FROM "DeliveryChange" c JOIN "Delivery" d ON d.id = c."deliveryId"
       WHERE d."eventId" = $1 ORDER BY c.version`,
      [event?.eventId],
    );
    expect(rows).toEqual([
      { status: 'PENDING', version: 1 },
      { status: 'SENDING', version: 2 },
      { status: 'SUCCESS', version: 3 },
    ]);
  });

  it('waits where its webhook has all in flight that it may', async () => {
    const answers = holdAnswers();
    receiver.on('/held', answers.behaviour);
    // Its API is told of more room than there is, as several APIs would think that there is.
    await running.splice(0, 1)[0]?.stop();
    const more = { deliveries: 100, perWebhook: 100, busy: [] };
    const api = await open('api', ({ hearRooms }) => ({
      hearRooms: (onRoom) => hearRooms((room) => onRoom({ ...room, ...more })),
    }));
    platform = platformOn(createApiClient(api.address, settings['BOOTSTRAP_API_KEY'] ?? ''));
    await open('worker', asItIs);
    await told();
    await platform.createWebhook({ url: receiver.url('/held') });
    const COUNT = 5 * CONCURRENCY;
    await Promise.all(Array.from({ length: COUNT }, () => platform.trigger()));
    await waitFor(async () => {
      const { rows } = await database.pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM "Delivery" d JOIN "Webhook" w ON w.id = d."webhookId"
         WHERE w.url = $1 AND d.status = 'SENDING'`,
        [receiver.url('/held')],
      );
      return rows[0]?.count === CONCURRENCY && receiver.requests('/held').length === CONCURRENCY;
    });
    expect(handed.length).toBeGreaterThan(CONCURRENCY);
    answers.release();
    await waitFor(() => receiver.requests('/held').length === COUNT);
    eachOnce('/held');
  });

  it('goes to another worker where the one that told of room is gone', async () => {
    const first = await open('worker', asItIs);
    await told();
    await platform.createWebhook({ url: receiver.url('/gone') });
    const { workerId } = rooms.at(-1) ?? { workerId: '' };
    await first.stop();
    // As if it had been killed: what it told last stays known.
    const stale = await open('api', ({ hearRooms }) => ({
      hearRooms: (onRoom) => hearRooms(alsoOf(workerId, onRoom)),
    }));
    await open('worker', () => ({ tell: () => false }));
    const late = platformOn(createApiClient(stale.address, settings['BOOTSTRAP_API_KEY'] ?? ''));
    await late.trigger();
    await receiver.waitForRequests('/gone', 1);
    expect(handed).toHaveLength(1);
    expect(hinted).toEqual(handed);
    eachOnce('/gone');
  });

  it('goes to another worker where the one that told of room is stopping', async () => {
    const answers = holdAnswers();
    receiver.on('/stopping', answers.behaviour);
    // It does not say that it stops, as if that came too late.
    const stopping = await open('worker', ({ tell }) => ({
      tell: (room) => room.deliveries > 0 && tell(room),
    }));
    await told();
    await platform.createWebhook({ url: receiver.url('/stopping') });
    await platform.trigger();
    await receiver.waitForRequests('/stopping', 1);
    await open('worker', () => ({ tell: () => false }));
    const stopped = stopping.stop();
    await platform.trigger();
    // While the first is still waited for.
    await receiver.waitForRequests('/stopping', 2);
    expect([handed.length, hinted]).toEqual([2, []]);
    answers.release();
    await stopped;
    eachOnce('/stopping');
  });

  it('is found by its worker where the message is lost', async () => {
    await open('worker', () => ({ take: () => async () => {} }));
    const { rows } = await database.pool.query<{ id: string }>(
      'SELECT id FROM "Worker" ORDER BY "startedAt" DESC LIMIT 1',
    );
    await running.splice(0, 1)[0]?.stop();
    const api = await open('api', ({ hearRooms }) => ({
      hearRooms: (onRoom) => hearRooms(alsoOf(rows[0]?.id ?? '', onRoom)),
      hand: async (_workerId, { webhooks }) => {
        handed.push(...webhooks.flatMap(({ deliveryIds }) => deliveryIds));
        return null;
      },
    }));
    platform = platformOn(createApiClient(api.address, settings['BOOTSTRAP_API_KEY'] ?? ''));
    await platform.createWebhook({ url: receiver.url('/lost') });
    await platform.trigger();
    await receiver.waitForRequests('/lost', 1);
    expect([handed.length, hinted]).toEqual([1, []]);
    eachOnce('/lost');
  }, 30_000);
});
