import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  spawnGuarded,
  type GuardedProcess,
} from '../../server/database/embedded/guarded-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { freePort } from '../support/free-port.ts';
import { createLauncher } from '../support/installation/server-process.ts';
import { waitFor } from '../support/wait.ts';

const servers = createLauncher();
let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-pooler-'));
  await chmod(folder, 0o755);
  database = await createTestDatabase();
});
afterAll(async () => {
  await servers.killAll();
  await database.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A PgBouncer before the test's database, which shares out its connections by transaction. */
async function startPooler(settings: string): Promise<{ url: string; pooler: GuardedProcess }> {
  const target = new URL(database.url);
  const port = await freePort();
  const name = target.pathname.slice(1);
  const path = join(folder, `${port}.ini`);
  await writeFile(
    path,
    `[databases]
${name} = host=${target.hostname} port=${target.port} user=${target.username} password=${target.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
${settings}
`,
  );
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const pooler = spawnGuarded('pgbouncer', [...asNobody, path], {
    cwd: folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  pooler.stderr.resume();
  target.port = String(port);
  await waitFor(async () => {
    const client = new pg.Client({ connectionString: target.href });
    client.on('error', () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return { url: target.href, pooler };
}

test.each([
  ['that refuses the settings of sessions', '', 'refuses'],
  ['that drops them', 'ignore_startup_parameters = options,extra_float_digits', 'drops'],
])(
  'a start through a connection pooler %s is refused, with the reason',
  { timeout: 90_000 },
  async (_name, settings, why) => {
    const { url, pooler } = await startPooler(settings);
    try {
      const env = { DATABASE_URL: url, SECRET_KEY: randomBytes(32).toString('base64') };
      for (const args of [[], ['migrate']]) {
        const ended = await servers.run({ env, args });
        expect(ended.complaints).toEqual([
          expect.stringMatching(
            new RegExp(
              `^Between us and PostgreSQL, at 127\\.0\\.0\\.1:\\d+, stands a connection pooler \\(it ${why} .*DATABASE_URL to PostgreSQL itself`,
            ),
          ),
        ]);
        expect(ended.code).toBe(1);
      }
    } finally {
      pooler.end();
      await pooler.exited;
    }
  },
);
