import { describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/installation/api-client.ts';
import { waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { holdAnswers } from '../support/receiver/held-answers.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import { STOP_TIMEOUT_MS, type RunningServer } from '../support/installation/server-process.ts';

/** More than one worker takes of a webhook, so that both hold some. */
const EVENTS = 100;
const IN_FLIGHT = 64;
/** A worker is silent for 20 s before the others take over, and they look every 5 s. */
const LEASE_MS = 20_000;
const TAKEN_OVER_MS = 45_000;

interface Holding {
  served: ServedProcesses;
  receiver: Receiver;
  api: ApiClient;
  platform: Platform;
  workers: [RunningServer, RunningServer];
}

async function startTwoWorkers(): Promise<Holding> {
  const receiver = await startReceiver();
  const served = await makeServedProcesses({ env: { WEBHOOK_CONCURRENCY: String(IN_FLIGHT) } });
  const [server, ...workers] = await Promise.all([
    served.start('api'),
    served.start('worker'),
    served.start('worker'),
  ]);
  const api = served.clientOf(server);
  return { served, receiver, api, platform: platformOn(api), workers };
}

async function trigger(platform: Platform, count: number): Promise<void> {
  const events = Array.from({ length: count }, () => ({ type: 'user.created', payload: {} }));
  await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
}

/** How many deliveries a worker holds. */
async function heldBy({ database }: ServedProcesses, worker: RunningServer): Promise<number> {
  const workerId = worker.log.find((line) => line.workerId !== undefined)?.workerId;
  const { rows } = await database.pool.query<{ held: number }>(
    `SELECT count(*)::int AS held FROM "Delivery" WHERE status = 'SENDING' AND "claimedBy" = $1`,
    [workerId],
  );
  return rows[0]?.held ?? 0;
}

describe.concurrent('a worker that goes', () => {
  test('by kill -9: what it held is sent again after its lease, under its id, and has lost no attempt', async () => {
    const { served, receiver, api, platform, workers } = await startTwoWorkers();
    try {
      const held = holdAnswers();
      receiver.on('/held', held.behaviour);
      await platform.createWebhook({ url: receiver.url('/held') });
      await trigger(platform, EVENTS);
      await receiver.waitForRequests('/held', EVENTS, 20_000);
      const [killed] = workers;
      const lost = await heldBy(served, killed);
      expect([IN_FLIGHT, EVENTS - IN_FLIGHT]).toContain(lost);

      killed.kill('SIGKILL');
      const killedAt = Date.now();
      held.release();
      const deliveries = await waitUntilAllEnded(api, TAKEN_OVER_MS);

      expect(deliveries).toHaveLength(EVENTS);
      for (const { status, attemptCount, attempts } of deliveries) {
        expect({ status, attemptCount, attempts }).toEqual({
          status: 'SUCCESS',
          attemptCount: 1,
          attempts: [{ number: 1, errorCode: null }],
        });
      }
      const repeats = receiver.requests('/held').slice(EVENTS);
      expect(repeats).toHaveLength(lost);
      const ids = new Set(receiver.requests('/held').map((r) => r.headers['webhook-id']));
      expect(ids).toEqual(new Set(deliveries.map(({ id }) => id)));
      // Not before: a worker that is only slow keeps what it holds. It was last heard of 5 s ago at most.
      for (const { at } of repeats) expect(at - killedAt).toBeGreaterThan(LEASE_MS - 6_000);
    } finally {
      await served.stop();
      await receiver.close();
    }
  }, 150_000);

  test('by kill -9: what keeps order keeps it', async () => {
    const { served, receiver, api, platform, workers } = await startTwoWorkers();
    try {
      const path = '/in-order';
      const begun = new Map<string, number[]>();
      const inFlight = new Set<string>();
      let overlaps = 0;
      receiver.on(path, (request, response) => {
        const { data } = JSON.parse(request.body.toString()) as {
          data: { key: string; n: number };
        };
        begun.set(data.key, [...(begun.get(data.key) ?? []), data.n]);
        if (inFlight.has(data.key)) overlaps += 1;
        inFlight.add(data.key);
        setTimeout(() => {
          inFlight.delete(data.key);
          response.end();
        }, 5);
      });
      await platform.createWebhook({ url: receiver.url(path), ordering: 'KEY' });
      const events = Array.from({ length: 400 }, (_each, index) => {
        const key = `key-${index % 20}`;
        return { type: 'user.created', orderingKey: key, payload: { key, n: index } };
      });
      await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
      await receiver.waitForRequests(path, 100, 20_000);
      workers[0].kill('SIGKILL');
      const deliveries = await waitUntilAllEnded(api, TAKEN_OVER_MS + 30_000);
      expect(deliveries).toHaveLength(events.length);
      expect(deliveries.every((delivery) => delivery.status === 'SUCCESS')).toBe(true);
      expect(overlaps).toBe(0);
      for (const numbers of begun.values()) {
        // What was being sent when its worker was killed is sent once more, before the next.
        expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        expect(new Set(numbers).size).toBe(20);
      }
    } finally {
      await served.stop();
      await receiver.close();
    }
  }, 180_000);

  test('by SIGTERM, with a receiver that hangs: ends in time and gives back what it held at once', async () => {
    const { served, receiver, api, platform, workers } = await startTwoWorkers();
    try {
      const held = holdAnswers();
      receiver.on('/held', held.behaviour);
      await platform.createWebhook({ url: receiver.url('/held') });
      await trigger(platform, EVENTS);
      await receiver.waitForRequests('/held', EVENTS, 20_000);

      const [stopped] = workers;
      const lost = await heldBy(served, stopped);
      stopped.kill('SIGTERM');
      expect(await stopped.waitForExit(STOP_TIMEOUT_MS)).toEqual({ code: 0, signal: null });
      const stoppedAt = Date.now();
      held.release();
      const deliveries = await waitUntilAllEnded(api, LEASE_MS - 5_000);

      const repeats = receiver.requests('/held').slice(EVENTS);
      expect(repeats).toHaveLength(lost);
      for (const { at } of repeats) expect(at - stoppedAt).toBeLessThan(LEASE_MS / 2);
      expect(deliveries).toHaveLength(EVENTS);
      for (const { status, attemptCount } of deliveries) {
        expect({ status, attemptCount }).toEqual({ status: 'SUCCESS', attemptCount: 1 });
      }
    } finally {
      await served.stop();
      await receiver.close();
    }
  }, 150_000);
});
