import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countByStatus, waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { followDeliveries, type LiveFeed } from '../support/feed/live-feed.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import { startRedisServer, type RedisServer } from '../support/queue/redis-server.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { waitFor } from '../support/wait.ts';

const WAITING = 1_000;
const MEANWHILE = 40;
/** Two seconds are promised (the sweep's and the tail's); the rest is for a busy machine. */
const SEEN_WITHIN_MS = 15_000;

describe('a Redis', () => {
  let folder: string;
  let redis: RedisServer;
  let receiver: Receiver;
  let served: ServedProcesses;
  let apis: [RunningServer, RunningServer];
  let platform: Platform;
  let workers: RunningServer[];
  let feed: LiveFeed;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-redis-'));
    redis = await startRedisServer(folder);
    receiver = await startReceiver();
    served = await makeServedProcesses({ redisUrl: redis.url });
    apis = await Promise.all([served.start('api'), served.start('api')]);
    platform = platformOn(served.clientOf(apis[0]));
    await platform.createWebhook({ url: receiver.url('/one') });
  }, 120_000);

  afterAll(async () => {
    await served.stop();
    await receiver.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const readiness = async ({ address }: RunningServer) => {
    const response = await fetch(`${address}/health/ready`);
    return { code: response.status, body: await response.json() };
  };

  test('that forgets a thousand waiting jobs loses no delivery', async () => {
    const events = Array.from({ length: WAITING }, () => ({ type: 'user.created', payload: {} }));
    await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
    const client = new Redis(redis.url);
    expect(await client.dbsize()).toBeGreaterThan(0);
    await client.flushall();
    client.disconnect();

    workers = await Promise.all([served.start('worker'), served.start('worker')]);
    const deliveries = await waitUntilAllEnded(served.clientOf(apis[0]), 30_000);

    expect(countByStatus(deliveries)).toEqual({ SUCCESS: WAITING });
    const ids = new Set(receiver.requests('/one').map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(WAITING);
    expect(receiver.requests('/one')).toHaveLength(WAITING);
  }, 90_000);

  test('that is away stops neither triggers nor deliveries nor the feed', async () => {
    feed = followDeliveries(served.socketOf(apis[1]));
    await waitFor(async () => {
      const { event } = await platform.trigger();
      return feed.waitForStatus(event?.eventId ?? '', 'SUCCESS', 2_000).catch(() => null);
    });
    const before = receiver.requests('/one').length;
    /** Triggers one after the other, and waits until each has been seen to succeed. */
    const sent: Promise<number>[] = [];
    const triggerSome = async (count: number) => {
      for (let n = 0; n < count; n += 1) {
        const { event } = await platform.trigger();
        const accepted = performance.now();
        if (event === null) throw new Error('the trigger was not accepted');
        sent.push(
          feed.waitForStatus(event.eventId, 'SUCCESS', 30_000).then(({ at }) => at - accepted),
        );
      }
    };

    await triggerSome(MEANWHILE);
    await redis.stop();
    await triggerSome(MEANWHILE);
    await waitFor(async () => (await readiness(apis[0])).code === 503);
    expect(await readiness(apis[0])).toEqual({
      code: 503,
      body: { status: 'unready', database: 'up', queue: 'down' },
    });
    expect((await fetch(`${apis[0].address}/health/live`)).status).toBe(200);
    await triggerSome(MEANWHILE);
    const tookWhileAway = await Promise.all(sent);

    const stopped = redis;
    redis = await startRedisServer(folder, { port: stopped.port });
    await triggerSome(MEANWHILE);
    await waitFor(async () => (await readiness(apis[0])).code === 200);
    const took = await Promise.all(sent);

    expect(Math.max(...tookWhileAway)).toBeLessThan(SEEN_WITHIN_MS);
    expect(Math.max(...took)).toBeLessThan(SEEN_WITHIN_MS);
    const deliveries = await waitUntilAllEnded(served.clientOf(apis[0]), 30_000);
    expect(Object.keys(countByStatus(deliveries))).toEqual(['SUCCESS']);
    expect(receiver.requests('/one')).toHaveLength(before + 4 * MEANWHILE);
    for (const server of [...apis, ...workers]) {
      const { warnings: warned } = server;
      expect(warned).toEqual([...new Set(warned)]);
      expect(warned).not.toEqual([]);
      expect(server.complaints).toEqual([]);
    }
  }, 90_000);

  test('that is back brings the speed back', async () => {
    const { event } = await waitFor(async () => {
      const answer = await platform.trigger();
      const accepted = performance.now();
      const seen = await feed.waitForStatus(answer.event?.eventId ?? '', 'SUCCESS');
      return seen.at - accepted < 500 && answer;
    });
    expect(feed.of(event?.eventId ?? '').map(({ status }) => status)).toEqual([
      'PENDING',
      'SENDING',
      'SUCCESS',
    ]);
  }, 30_000);
});
