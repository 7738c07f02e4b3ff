import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformOn } from '../support/installation/platform.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

const EVENTS = 12;

let receiver: Receiver;
let served: ServedProcesses;
beforeAll(async () => {
  receiver = await startReceiver();
  served = await makeServedProcesses();
});
afterAll(async () => {
  await served.stop();
  await receiver.close();
});

const start = () => Promise.all([served.start('api'), served.start('worker')]);

/** By `kill -9`: what a stop would still put in order, it does not. */
async function end(servers: readonly RunningServer[]): Promise<void> {
  for (const server of servers) server.kill('SIGKILL');
  await Promise.all(servers.map((server) => server.waitForExit()));
}

test('what a pause holds is held over a restart of all processes; what resumes by itself does it without them', async () => {
  const before = await start();
  const platform = platformOn(served.clientOf(before[0]));
  const byHand = await platform.createWebhook({ url: receiver.url('/by-hand') });
  const byItself = await platform.createWebhook({ url: receiver.url('/by-itself') });
  await platform.mutate('webhookPause', { id: byHand.id }, 'webhook { id }');
  const until = new Date(Date.now() + 4_000);
  await platform.mutate('webhookPause', { id: byItself.id, until }, 'webhook { id }');
  const events = Array.from({ length: EVENTS }, () => ({ type: 'user.created', payload: {} }));
  await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
  await end(before);
  await waitFor(() => Date.now() > until.getTime());

  const after = await start();
  const api = served.clientOf(after[0]);
  await receiver.waitForRequests('/by-itself', EVENTS, 30_000);
  const { webhook } = await api.ask<{ webhook: unknown }>(
    `query ($id: ID!) { webhook(id: $id) { isPaused heldCount deliveries(first: 100) { nodes { heldBy } } } }`,
    { id: byHand.id },
  );
  expect(webhook).toEqual({
    isPaused: true,
    heldCount: EVENTS,
    deliveries: { nodes: Array.from({ length: EVENTS }, () => ({ heldBy: 'PAUSED' })) },
  });
  expect(receiver.requests('/by-hand')).toHaveLength(0);
  await platformOn(api).mutate('webhookResume', { id: byHand.id }, 'webhook { id }');
  await receiver.waitForRequests('/by-hand', EVENTS, 30_000);
}, 180_000);
