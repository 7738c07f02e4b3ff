import { describe, expect, test } from 'vitest';
import { createApiClient, type ApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder } from '../support/installation/data-folder.ts';
import { platformOn } from '../support/installation/platform.ts';
import { createLauncher } from '../support/installation/server-process.ts';
import { makeServedProcesses, SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import { awaitKill, killedAt } from './kill.ts';
import { readRecords } from './records.ts';

const KILLS = 5;
const KEY = 'the-key-of-these-tests';
const SENT = { step: 'sent', passing: 1 } as const;

async function expectDelivered(client: ApiClient, receiver: Receiver): Promise<void> {
  const records = await readRecords(client);
  expect(records).toMatchObject([
    { status: 'SUCCESS', attemptCount: 1, attempts: [{ number: 1, errorCode: null }] },
  ]);
  const requests = receiver.requests('/one');
  expect(requests).toHaveLength(KILLS + 1);
  expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(requests.map(({ headers }) => headers['x-webhook-attempt']))).toEqual(
    new Set(['1']),
  );
}

describe.concurrent('a delivery whose worker is killed five times running is delivered', () => {
  test.each(SERVED_BACKENDS)('on $on', { timeout: 600_000 }, async ({ options }) => {
    const receiver = await startReceiver();
    const served = await makeServedProcesses(options);
    try {
      const client = served.clientOf(await served.start('api'));
      await platformOn(client).createWebhook({ url: receiver.url('/one') });
      await platformOn(client).trigger();
      // Each waits for a lease before it takes over what the one before had.
      for (let kill = 0; kill < KILLS; kill += 1) {
        await awaitKill(served.launch('worker', killedAt(SENT)), SENT);
        await receiver.waitForRequests('/one', kill + 1);
      }
      await served.start('worker');
      await expectDelivered(client, receiver);
    } finally {
      await served.stop();
      await receiver.close();
    }
  });

  test('embedded', { timeout: 600_000 }, async () => {
    const receiver = await startReceiver();
    const folder = await makeDataFolder();
    const servers = createLauncher();
    const env = { DATA_DIR: folder.path, BOOTSTRAP_API_KEY: KEY };
    try {
      const first = await servers.start({ env: { ...env, ...killedAt(SENT) } });
      const platform = platformOn(createApiClient(first.address, KEY));
      await platform.createWebhook({ url: receiver.url('/one') });
      await Promise.all([platform.trigger().catch(() => null), awaitKill(first, SENT)]);
      for (let kill = 1; kill < KILLS; kill += 1) {
        await receiver.waitForRequests('/one', kill);
        await awaitKill(servers.launch({ env: { ...env, ...killedAt(SENT) } }), SENT);
      }
      const last = await servers.start({ env });
      await expectDelivered(createApiClient(last.address, KEY), receiver);
    } finally {
      await servers.killAll();
      await receiver.close();
      await folder.remove();
    }
  });
});
