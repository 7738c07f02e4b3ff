import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder, type TestDataFolder } from '../support/installation/data-folder.ts';
import { listDeliveries, waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { holdAnswers } from '../support/receiver/held-answers.ts';
import { platformOn } from '../support/installation/platform.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import { createLauncher } from '../support/installation/server-process.ts';
import { waitFor } from '../support/wait.ts';

const KEY = 'the-key-of-these-tests';
const EVENTS = 200;
/** As many of a webhook's deliveries as a worker has in flight. */
const IN_FLIGHT = 64;

const servers = createLauncher();
let folder: TestDataFolder;
let receiver: Receiver;

beforeAll(async () => {
  folder = await makeDataFolder();
  receiver = await startReceiver();
});
afterAll(async () => {
  await servers.killAll();
  await receiver.close();
  await folder.remove();
}, 60_000);

/** How often each delivery came to a path, by its webhook-id. */
function arrivals(path: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { headers } of receiver.requests(path)) {
    const id = String(headers['webhook-id']);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

test('a kill -9 loses no delivery and no attempt, and repeats at most what was in flight', async () => {
  const env = {
    DATA_DIR: folder.path,
    BOOTSTRAP_API_KEY: KEY,
    INITIAL_RETRY_DELAY: '0.1',
    WEBHOOK_CONCURRENCY: String(IN_FLIGHT),
  };
  const killed = await servers.start({ env });
  const before = createApiClient(killed.address, KEY);
  const platform = platformOn(before);

  // Of three endpoints one answers, one hangs, and one hangs after it has failed once.
  const slow = holdAnswers();
  const failing = holdAnswers();
  receiver.on('/slow', slow.behaviour);
  receiver.on('/failing', (request, response) => {
    if (request.headers['x-webhook-attempt'] === '1') response.writeHead(500).end();
    else failing.behaviour(request, response);
  });
  const quickId = (await platform.createWebhook({ url: receiver.url('/quick') })).id;
  await platform.createWebhook({ url: receiver.url('/slow') });
  const failingId = (await platform.createWebhook({ url: receiver.url('/failing') })).id;
  const events = Array.from({ length: EVENTS }, (_, n) => ({
    type: 'user.created',
    payload: { user_id: n },
  }));
  await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');

  await receiver.waitForRequests('/slow', IN_FLIGHT, 20_000);
  await waitFor(() =>
    receiver.requests('/failing').some((r) => r.headers['x-webhook-attempt'] === '2'),
  );
  const succeeded = await waitFor(async () => {
    const found = await listDeliveries(before, { statuses: ['SUCCESS'] });
    return found.length >= 50 && found;
  });
  killed.kill('SIGKILL');
  expect(await killed.waitForExit()).toEqual({ code: null, signal: 'SIGKILL' });
  slow.release();
  failing.release();

  const next = await servers.start({ env });
  const after = createApiClient(next.address, KEY);
  const deliveries = await waitUntilAllEnded(after, 60_000);

  expect(deliveries).toHaveLength(3 * EVENTS);
  for (const delivery of deliveries) {
    const expected = delivery.webhook.id === failingId ? ['HTTP_STATUS', null] : [null];
    expect(delivery.status).toBe('SUCCESS');
    expect(delivery.attempts.map(({ errorCode }) => errorCode)).toEqual(expected);
    expect(delivery.attempts.map(({ number }) => number)).toEqual(expected.map((_, n) => n + 1));
    expect(delivery.attemptCount).toBe(expected.length);
  }

  const quick = arrivals('/quick');
  for (const { id } of succeeded) {
    if (quick.has(id)) expect(quick.get(id)).toBe(1);
  }
  expect(succeeded.some(({ webhook }) => webhook.id === quickId)).toBe(true);
  // Each delivery has one webhook-id, which is its own.
  const idsOf = (of: (webhookId: string) => boolean) =>
    deliveries.filter(({ webhook }) => of(webhook.id)).map(({ id }) => id);
  expect([...quick.keys()].toSorted()).toEqual(idsOf((id) => id === quickId).toSorted());
  const seen = new Set(
    ['/quick', '/slow', '/failing'].flatMap((path) => [...arrivals(path).keys()]),
  );
  expect(seen.size).toBe(3 * EVENTS);
  // What came more often than it was recorded is what was in flight.
  const slowRepeats = receiver.requests('/slow').length - EVENTS;
  expect(slowRepeats).toBe(IN_FLIGHT);
  expect(receiver.requests('/quick').length - EVENTS).toBeLessThanOrEqual(IN_FLIGHT);
  expect(receiver.requests('/failing').length - 2 * EVENTS).toBeLessThanOrEqual(IN_FLIGHT);

  next.kill('SIGTERM');
  expect(await next.waitForExit()).toEqual({ code: 0, signal: null });
}, 180_000);
