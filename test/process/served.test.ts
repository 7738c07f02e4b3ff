import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followDeliveries, type LiveFeed } from '../support/feed/live-feed.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { waitFor } from '../support/wait.ts';

const SERVED = { name: 'Redis', redis: true, roles: ['api', 'api', 'worker', 'worker'] } as const;
const ALONE = { name: 'PostgreSQL alone', redis: false, roles: ['api', 'all'] } as const;

describe.each([SERVED, ALONE])('processes of one installation, on $name', ({ redis, roles }) => {
  let receiver: Receiver;
  let served: ServedProcesses;
  let servers: RunningServer[];
  let platform: Platform;
  let feed: LiveFeed;

  beforeAll(async () => {
    receiver = await startReceiver();
    served = await makeServedProcesses(redis ? {} : { redisUrl: null });
    servers = await Promise.all(roles.map((role) => served.start(role)));
    const [here, there] = servers;
    if (here === undefined || there === undefined) throw new Error('two must serve the API');
    platform = platformOn(served.clientOf(here));
    feed = followDeliveries(served.socketOf(there));
    await platform.createWebhook({ url: receiver.url('/one') });
    // The feed tells nothing before it has been joined.
    await waitFor(async () => {
      const { event } = await platform.trigger();
      return feed.waitForStatus(event?.eventId ?? '', 'PENDING', 1_000).catch(() => null);
    });
  }, 120_000);

  afterAll(async () => {
    await served.stop();
    await receiver.close();
  });

  test('an event triggered at one is delivered by any, and seen at the other in order', async () => {
    const events = await Promise.all(
      Array.from({ length: 50 }, async () => (await platform.trigger()).event?.eventId ?? ''),
    );
    for (const eventId of events) {
      await feed.waitForStatus(eventId, 'SUCCESS', 20_000);
      expect(feed.of(eventId).map(({ status }) => status)).toEqual([
        'PENDING',
        'SENDING',
        'SUCCESS',
      ]);
    }
    const ids = receiver.requests('/one').map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('each says that it lives and is ready', async () => {
    for (const { address } of servers) {
      expect((await fetch(`${address}/health/live`)).status).toBe(200);
      const ready = await fetch(`${address}/health/ready`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toEqual({ status: 'ready', database: 'up', queue: 'up' });
    }
  });

  test('none has anything to complain about, and SIGTERM ends each in order', async () => {
    await Promise.all(
      servers.map(async (server) => {
        server.kill('SIGTERM');
        expect(await server.waitForExit()).toEqual({ code: 0, signal: null });
        expect(server.log.filter(({ level }) => level >= 40)).toEqual([]);
        expect(server.complaints).toEqual([]);
      }),
    );
  });
});

test('a worker serves health alone', async () => {
  const served = await makeServedProcesses();
  try {
    const worker = await served.start('worker');
    expect((await fetch(`${worker.address}/health/live`)).status).toBe(200);
    expect((await fetch(`${worker.address}/health/ready`)).status).toBe(200);
    const operation = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    };
    expect((await fetch(`${worker.address}/graphql`, operation)).status).toBe(404);
    const page = await fetch(`${worker.address}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(404);
    const feed = followDeliveries(served.socketOf(worker));
    await waitFor(() => feed.ended);
    expect(worker.stdout).toContain(`${worker.address}/health/ready`);
    expect(worker.stdout).not.toContain('GraphiQL');
  } finally {
    await served.stop();
  }
}, 90_000);
