import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createEmptyDatabase } from '../support/database/postgres.ts';
import { createApiClient } from '../support/installation/api-client.ts';
import { platformOn } from '../support/installation/platform.ts';
import { startReceiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const KEY = 'key-of-the-image-test';
const TIMEOUT_MS = 120_000;

test(
  'what is copied into the image is all that a server loads: it serves and delivers from there',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-image-'));
    const database = await createEmptyDatabase();
    const receiver = await startReceiver();
    await promisify(execFile)(process.execPath, ['scripts/trace-image.mjs', folder], {
      cwd: PROJECT,
    });
    const server = spawn(process.execPath, ['dist/server/main.js'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        SECRET_KEY: randomBytes(32).toString('base64'),
        BOOTSTRAP_API_KEY: KEY,
        PORT: '0',
        DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
        DELIVERY_HTTPS_ONLY: 'false',
      },
    });
    try {
      let said = '';
      server.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
      const address = await waitFor(async () => /Address\s+(http:\S+)/.exec(said)?.[1]);
      const platform = platformOn(createApiClient(address ?? '', KEY));
      await platform.createWebhook({ url: receiver.url('/image') });
      await platform.trigger();
      const [request] = await receiver.waitForRequests('/image', 1);
      expect(request?.headers['x-webhook-event']).toBe('user.created');
      const page = await fetch(`${address}/`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      const graphiql = await fetch(`${address}/graphql`, { headers: { accept: 'text/html' } });
      expect(await graphiql.text()).toContain('graphiql');
    } finally {
      server.kill('SIGKILL');
      await receiver.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  },
  TIMEOUT_MS,
);
