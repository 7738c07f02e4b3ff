import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder, type TestDataFolder } from '../support/installation/data-folder.ts';
import { platformOn } from '../support/installation/platform.ts';
import { createEmptyDatabase } from '../support/database/postgres.ts';
import { createLauncher, type RunningServer } from '../support/installation/server-process.ts';

const FIRST_KEY = 'the-first-tenant-s-key';
const SIGHT = `{
  viewer { tenant { name } apiKey { role } }
  webhooks { totalCount } events { nodes { id } } deliveries { nodes { id } } apiKeys { nodes { id } }
  stats { total }
}`;

interface Sight {
  viewer: { tenant: { name: string }; apiKey: { role: string } };
  webhooks: { totalCount: number };
  events: { nodes: unknown[] };
  deliveries: { nodes: unknown[] };
  apiKeys: { nodes: unknown[] };
  stats: { total: number };
}

const servers = createLauncher();
afterAll(() => servers.killAll(), 60_000);

describe('tenant:create', () => {
  let folder: TestDataFolder;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await makeDataFolder();
    env = { DATA_DIR: folder.path, BOOTSTRAP_API_KEY: FIRST_KEY };
  });
  afterAll(async () => {
    await servers.killAll();
    await folder.remove();
  }, 60_000);

  async function createTenant(name: string): Promise<string> {
    const ended = await servers.run({
      by: 'npm',
      args: ['run', '--silent', 'tenant:create', '--', name],
      env,
    });
    const [, key] = /^Admin key (\S+)$/m.exec(ended.stdout) ?? [];
    if (ended.code !== 0 || key === undefined) throw new Error(ended.stdout + ended.stderr);
    expect(ended.stdout).toMatch(`Tenant ${name} (`);
    return key;
  }

  const whatIsSeen = (server: RunningServer, key: string) =>
    createApiClient(server.address, key).ask<Sight>(SIGHT);

  const nothingBut = (name: string): Sight => ({
    viewer: { tenant: { name }, apiKey: { role: 'ADMIN' } },
    webhooks: { totalCount: 0 },
    events: { nodes: [] },
    deliveries: { nodes: [] },
    apiKeys: { nodes: [expect.anything()] },
    stats: { total: 0 },
  });

  test('makes a tenant beside a running server, and beside none, that sees its own alone', async () => {
    const first = await servers.start({ env });
    const platform = platformOn(createApiClient(first.address, FIRST_KEY));
    await platform.createWebhook({ url: 'http://127.0.0.1:4/' });
    await platform.trigger();

    const second = await createTenant('Second Tenant');
    expect(await whatIsSeen(first, second)).toEqual(nothingBut('Second Tenant'));
    first.kill('SIGTERM');
    expect((await first.waitForExit()).code).toBe(0);

    const third = await createTenant('Third');
    expect(await folder.processes()).toEqual([]);
    const again = await servers.start({ env });
    expect(await whatIsSeen(again, third)).toEqual(nothingBut('Third'));
    expect(await whatIsSeen(again, second)).toEqual(nothingBut('Second Tenant'));
    const own = await whatIsSeen(again, FIRST_KEY);
    expect(own.webhooks.totalCount).toBe(1);
    expect(own.events.nodes).toHaveLength(1);
    again.kill('SIGTERM');
    await again.waitForExit();
  }, 150_000);
});

test('migrate brings a database up to date, and says what it did', async () => {
  const database = await createEmptyDatabase();
  try {
    const env = { DATABASE_URL: database.url, SECRET_KEY: Buffer.alloc(32).toString('base64') };
    const first = await servers.run({ env, args: ['migrate'] });
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Applied: \d+_init/) });
    const second = await servers.run({ env, args: ['migrate'] });
    expect(second).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
    const { rows } = await database.pool.query('SELECT count(*)::int AS tenants FROM "Tenant"');
    expect(rows).toEqual([{ tenants: 0 }]);
  } finally {
    await database.drop();
  }
}, 60_000);

describe('migrate and migrate:back', () => {
  test('take the last migration back beside a database that is kept, and apply it again', async () => {
    const folder = await makeDataFolder();
    const command = async (name: string) => {
      const ended = await servers.run({
        by: 'npm',
        args: ['run', '--silent', name],
        env: { DATA_DIR: folder.path },
      });
      expect(ended).toMatchObject({ code: 0 });
      return ended.stdout.trim();
    };
    expect(await command('migrate')).toMatch(/^Applied: 20261123000000_init, /);
    const [, last] = /^Taken back: (\S+)\. /.exec(await command('migrate:back')) ?? [];
    expect(await command('migrate')).toBe(`Applied: ${last}`);
    expect(await command('migrate')).toBe('The database is up to date.');
    await folder.remove();
  });
});
