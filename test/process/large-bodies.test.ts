import { Pool } from 'undici';
import { afterAll, expect, test } from 'vitest';

import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder } from '../support/installation/data-folder.ts';
import { createLauncher } from '../support/installation/server-process.ts';

const KEY = 'the-key-of-a-caller-with-large-bodies';
const TIMEOUT_MS = 120_000;
/** Of which what is under way at once would take two, were all of it let in. */
const HEAP_MB = 600;
const REQUESTS = 64;

const servers = createLauncher();
afterAll(() => servers.killAll());

const TRIGGER = `mutation ($input: EventTriggerBatchInput!) {
  eventTriggerBatch(input: $input) { results { isDuplicate } userErrors { message } }
}`;
/** Fifteen events as large as they may be, of what takes most memory for its bytes. */
const payload = { list: Array.from({ length: 28_000 }, () => ({ b: {} })) };
const events = Array.from({ length: 15 }, () => ({ type: 'user.created', payload }));
const body = JSON.stringify({ query: TRIGGER, variables: { input: { events } } });

test(
  'many of the largest requests at once do not end a process: those that find no room are told so',
  async () => {
    const folder = await makeDataFolder();
    const env = {
      DATA_DIR: folder.path,
      BOOTSTRAP_API_KEY: KEY,
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    };
    const server = await servers.start({ by: 'node', env });
    const pool = new Pool(server.address, { connections: REQUESTS });
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, async () => {
        const { statusCode, body: answer } = await pool.request({
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
          body,
        });
        const text = await answer.text();
        return { statusCode, isTaken: text.includes('"userErrors":[]') };
      }),
    );
    expect(answers.some(({ isTaken }) => isTaken)).toBe(true);
    for (const { statusCode, isTaken } of answers) if (!isTaken) expect(statusCode).toBe(503);

    const { eventTriggerBatch } = await createApiClient(server.address, KEY).ask<{
      eventTriggerBatch: { userErrors: unknown[] };
    }>(TRIGGER, { input: { events: [{ type: 'user.created', payload: { n: 1 } }] } });
    expect(eventTriggerBatch.userErrors).toEqual([]);
    await pool.close();
    server.kill('SIGTERM');
    expect(await server.waitForExit()).toMatchObject({ code: 0 });
    await folder.remove();
  },
  TIMEOUT_MS,
);
