import { createHmac } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeptHeader } from '../../server/domain/delivery/kept-head.ts';
import { migrate } from '../../server/database/migrations.ts';
import { createEmptyDatabase } from '../support/database/postgres.ts';
import { listDeliveries } from '../support/feed/delivery-list.ts';
import { startInstallation } from '../support/installation/installation.ts';
import { platformOn } from '../support/installation/platform.ts';
import { startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const DUMPS = fileURLToPath(new URL('versions', import.meta.url));
/** As versions/make.mjs has them. */
const SECRET_KEY = Buffer.alloc(32, 'of the dumps').toString('base64');
const KEY = 'the-key-of-the-dumps-of-all-versions';

const logger = pino({ level: 'silent' });
const migrations = (await readdir(MIGRATIONS)).filter((name) => /^\d/.test(name)).toSorted();

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

/** A database as a version left it: with all migrations up to this one, and its rows. */
async function databaseOf(version: string) {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-version-'));
  const database = await createEmptyDatabase();
  for (const name of migrations.filter((each) => each <= version)) {
    await cp(join(MIGRATIONS, name), join(folder, name), { recursive: true });
  }
  await migrate(database.url, { logger, folder });
  // What a migration itself inserts is in the dump too.
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  );
  await database.pool.query(`TRUNCATE ${rows.map(({ name }) => `"${name}"`).join(', ')}`);
  await database.pool.query(await readFile(join(DUMPS, `${version}.sql`), 'utf8'));
  await rm(folder, { recursive: true });
  return database;
}

describe('a database of each version', () => {
  test('is kept', async () => {
    const dumps = (await readdir(DUMPS)).filter((file) => file.endsWith('.sql'));
    expect(dumps.toSorted()).toEqual(migrations.map((name) => `${name}.sql`));
  });

  test.each(migrations)('%s: migrates, and goes on with what it had', async (version) => {
    const database = await databaseOf(version);
    const installation = await startInstallation(
      { name: 'PostgreSQL alone', redis: false },
      { DATABASE_URL: database.url, SECRET_KEY, BOOTSTRAP_API_KEY: KEY },
    );
    try {
      const client = {
        ask: async <Data>(query: string, variables: Record<string, unknown> = {}) => {
          const answer = await installation.request<Data>(query, variables, { key: KEY });
          if (answer.errors) throw new Error(JSON.stringify(answer.errors));
          return answer.data;
        },
      };
      const platform = platformOn(client);
      const { webhooks } = await client.ask<{
        webhooks: { nodes: { id: string; name: string; url: string }[] };
      }>('{ webhooks(first: 10) { nodes { id name url } } }');
      expect(webhooks.nodes.map(({ name }) => name).toSorted()).toEqual([
        ...['answers', 'fails', 'hangs'],
      ]);
      const failing = webhooks.nodes.find(({ name }) => name === 'fails');
      const before = await listDeliveries(client);
      const statuses = before.map(({ status }) => status).toSorted();
      expect(statuses.filter((status) => status === 'SUCCESS')).toHaveLength(3);
      expect(statuses.filter((status) => status === 'RETRYING')).toHaveLength(3);

      // A delivery that waited goes out, with the secret and the headers that were kept.
      const path = `/${version}`;
      await platform.mutate(
        'webhookUpdate',
        { id: failing?.id, url: receiver.url(path) },
        'webhook { id }',
      );
      const waiting = before.find(({ webhook }) => webhook.id === failing?.id);
      await platform.mutate('deliveryRetry', { id: waiting?.id }, 'delivery { id }');
      const [request] = await receiver.waitForRequests(path, 1);
      expect(request?.headers).toMatchObject({
        'webhook-id': waiting?.id,
        'x-token': 'of fails',
        'x-webhook-attempt': '2',
      });
      const rotated = await platform.mutate<{ secret: string }>(
        'webhookSecretRotate',
        { id: failing?.id },
        'secret',
      );
      // What is new goes out too, and what was is still known by its eventId.
      const { isDuplicate } = await platform.trigger({ eventId: 'event-1', payload: { n: 1 } });
      expect(isDuplicate).toBe(true);
      await platform.trigger({ eventId: 'event-4', payload: { n: 4 } });
      const [, second] = await receiver.waitForRequests(path, 2);
      const signature = createHmac('sha256', rotated.secret).update(second?.body ?? '');
      expect(second?.headers['x-webhook-signature']).toBe(`sha256=${signature.digest('hex')}`);
      // The heads of what it sent and of what is sent now, each as its version kept it.
      const { delivery } = await client.ask<{
        delivery: { attempts: { requestHeaders: KeptHeader[] }[] };
      }>(
        `query ($id: ID!) { delivery(id: $id) { attempts { requestHeaders { name value isSecret } } } }`,
        { id: waiting?.id },
      );
      const heads = delivery.attempts.map(({ requestHeaders }) => requestHeaders);
      for (const [index, head] of [heads[0], heads.at(-1)].entries()) {
        expect(head).toContainEqual({ name: 'X-Token', value: null, isSecret: true });
        const number = { name: 'X-Webhook-Attempt', value: String(index + 1), isSecret: false };
        expect(head).toContainEqual(number);
      }
      await waitFor(async () => {
        const after = await listDeliveries(client, { statuses: ['SUCCESS'] });
        // Three from before, the one that was retried, and the new one.
        return after.length === 5;
      });
    } finally {
      await installation.stop();
      await database.drop();
    }
  });
});
