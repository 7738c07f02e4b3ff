import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder } from '../support/installation/data-folder.ts';
import { platformOn } from '../support/installation/platform.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import { createLauncher, type RunningServer } from '../support/installation/server-process.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';

const newKey = () => randomBytes(32).toString('base64');

const servers = createLauncher();
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  await servers.killAll();
  await receiver.close();
}, 60_000);

/** Triggers one and waits until it has come, rightly signed and with its secret header. */
async function delivers(
  trigger: () => Promise<unknown>,
  path: string,
  secret: string,
  count: number,
): Promise<void> {
  await trigger();
  await receiver.waitForRequests(path, count, 30_000);
  const request = receiver.requests(path)[count - 1];
  expect(request?.headers['x-token']).toBe('of the receiver');
  const signature = createHmac('sha256', secret)
    .update(request?.body ?? '')
    .digest('hex');
  expect(request?.headers['x-webhook-signature']).toBe(`sha256=${signature}`);
}

const HEADERS = [{ name: 'X-Token', value: 'of the receiver', isSecret: true }];

describe('secrets:rotate', () => {
  let served: ServedProcesses | null = null;
  afterEach(() => served?.stop(), 60_000);

  test('beside processes that run changes the key while they deliver', async () => {
    const own = await makeServedProcesses({ redisUrl: null });
    served = own;
    const [old = '', next] = [own.env['SECRET_KEY'], newKey()];
    let running: RunningServer = await own.start('all');
    const path = '/served';
    const platform = () => platformOn(own.clientOf(running));
    const { secret } = await platform().createWebhook({
      url: receiver.url(path),
      headers: HEADERS,
    });
    const changeTo = async (SECRET_KEY: string) => {
      const before = running;
      running = await own.start('all', { SECRET_KEY });
      before.kill('SIGTERM');
      await before.waitForExit();
    };
    const rotate = (SECRET_KEY: string) =>
      servers.run({ args: ['secrets:rotate'], env: { ...own.env, SECRET_KEY } });
    let count = 0;
    const check = () => delivers(() => platform().trigger(), path, secret, (count += 1));
    await check();
    // First all can open what is under the new key, then all seal under it.
    await changeTo(`${old},${next}`);
    await check();
    await changeTo(`${next}, ${old}`);
    await check();
    expect(await rotate(`${next},${old}`)).toMatchObject({
      code: 0,
      stdout: 'Webhooks encrypted anew: 1; under the current key already: 0.\n',
    });
    await check();
    await changeTo(next);
    await check();
    const refused = await rotate(newKey());
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('None of the keys in SECRET_KEY opens the secrets of 1');
    expect(refused.stderr + refused.stdout).not.toContain(next);
  }, 180_000);

  test('embedded makes a new key, keeps it in place of the old one, and waits for the server to end', async () => {
    const folder = await makeDataFolder();
    const env = {
      DATA_DIR: folder.path,
      BOOTSTRAP_API_KEY: 'the-first-tenant-s-key',
      DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
    };
    const rotate = () => servers.run({ args: ['secrets:rotate'], env });
    const path = '/embedded';
    const first = await servers.start({ env });
    const client = createApiClient(first.address, env.BOOTSTRAP_API_KEY);
    const { secret } = await platformOn(client).createWebhook({
      url: receiver.url(path),
      headers: HEADERS,
    });
    const early = await rotate();
    expect(early.code).toBe(1);
    expect(early.stderr).toContain('already running');
    first.kill('SIGTERM');
    await first.waitForExit();

    const kept = () => readFile(join(folder.path, 'secret-key'), 'utf8');
    const before = await kept();
    expect(await rotate()).toMatchObject({
      code: 0,
      stdout: 'Webhooks encrypted anew: 1; under the current key already: 0.\n',
    });
    expect(await kept()).not.toBe(before);
    const again = await servers.start({ env });
    const platform = platformOn(createApiClient(again.address, env.BOOTSTRAP_API_KEY));
    await delivers(() => platform.trigger(), path, secret, 1);
    again.kill('SIGTERM');
    await again.waitForExit();
    await folder.remove();
  }, 180_000);
});
