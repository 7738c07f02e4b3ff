import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { HandedDeliveries, Handover, WorkerRoom } from '../../server/queue/contract.ts';
import { openRedisQueue } from '../../server/queue/open-redis.ts';
import { type RedisServer, startRedisServer } from '../support/queue/redis-server.ts';
import { waitFor } from '../support/wait.ts';
import { createCloser, recordingLogger } from './queue-under-test.ts';

let folder: string;
let redis: RedisServer;
let opened = 0;
const closer = createCloser();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-handover-'));
  redis = await startRedisServer(folder);
});
afterEach(() => closer.closeAll());
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The handovers of two processes of one installation. */
async function two(): Promise<[api: Handover, worker: Handover]> {
  opened += 1;
  const open = async () => {
    const { logger } = recordingLogger();
    const queue = await openRedisQueue({ url: redis.url, prefix: `handover-${opened}`, logger });
    const { handover } = closer.queue(queue);
    if (handover === null) throw new Error('there is a handover on Redis');
    return handover;
  };
  return [await open(), await open()];
}

const roomOf = (workerId: string, deliveries = 8): WorkerRoom => ({
  ...{ workerId, deliveries, perWebhook: 4, busy: [{ webhookId: 'w9', room: 1 }] },
});
const handed = (token: string): HandedDeliveries => ({
  token,
  webhooks: [{ webhookId: 'w', deliveryIds: ['a', 'b'] }],
});

describe('a handover', () => {
  it('tells of room, and hands over to the worker that told of it', async () => {
    const [api, worker] = await two();
    const rooms: WorkerRoom[] = [];
    const taken: HandedDeliveries[] = [];
    api.hearRooms((room) => rooms.push(room));
    worker.take('one', (each) => taken.push(each));
    await waitFor(() => {
      worker.tell(roomOf('one'));
      return rooms.length > 0;
    });
    expect(rooms[0]).toEqual(roomOf('one'));
    expect(await api.hand('one', handed('t'))).toBe(true);
    await waitFor(() => taken.length > 0);
    expect(taken).toEqual([handed('t')]);
  });

  it('knows that a worker is not there, or not any more', async () => {
    const [api, worker] = await two();
    expect(await api.hand('nobody', handed('t'))).toBe(false);
    const end = worker.take('one', () => {});
    await waitFor(async () => (await api.hand('one', handed('t'))) === true);
    await end();
    expect(await api.hand('one', handed('t'))).toBe(false);
  });

  it('tells of no room where nothing could be handed to the worker', async () => {
    const [api, worker] = await two();
    const rooms: WorkerRoom[] = [];
    api.hearRooms((room) => rooms.push(room));
    worker.take('one', () => {});
    await waitFor(() => worker.tell(roomOf('one')) && rooms.length > 0);
    expect(worker.tell(roomOf('deaf'))).toBe(false);
    expect(worker.tell(roomOf('one', 3))).toBe(true);
    await waitFor(() => rooms.at(-1)?.deliveries === 3);
    expect(rooms.some(({ workerId }) => workerId === 'deaf')).toBe(false);
  });

  it('goes on after Redis was away, and knows meanwhile that nothing was handed over', async () => {
    const [api, worker] = await two();
    const rooms: WorkerRoom[] = [];
    api.hearRooms((room) => rooms.push(room));
    worker.take('one', () => {});
    await waitFor(async () => (await api.hand('one', handed('t'))) === true);
    await redis.stop();
    await waitFor(async () => (await api.hand('one', handed('t'))) === false);
    redis = await startRedisServer(folder, { port: redis.port });
    await waitFor(async () => (await api.hand('one', handed('t'))) === true);
    await waitFor(() => {
      worker.tell(roomOf('one'));
      return rooms.length > 0;
    });
  });
});
