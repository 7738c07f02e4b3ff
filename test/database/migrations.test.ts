import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../server/database/migrations.ts';
import { StartupError } from '../../server/faults/startup-error.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts';

const logger = pino({ level: 'silent' });
const project = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'nexus-migrations-'));
  await addMigration('20260101000000_first', 'CREATE TABLE one (n int);');
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function addMigration(name: string, sql: string): Promise<string> {
  const file = join(folder, name, 'migration.sql');
  await mkdir(join(folder, name));
  await writeFile(file, sql);
  return file;
}

const run = () => migrate(database.url, { logger, folder });

const applied = async () =>
  (
    await database.pool.query<{ migration_name: string }>(
      'SELECT migration_name FROM _prisma_migrations ORDER BY migration_name',
    )
  ).rows.map((row) => row.migration_name);

test("applies the project's own migrations, once", async () => {
  expect(await migrate(database.url, { logger })).toContain('20261123000000_init');
  await database.pool.query('SELECT FROM "Delivery"');
  expect(await migrate(database.url, { logger })).toEqual([]);
});

test('applies what is new, in order of the names', async () => {
  await run();
  await addMigration('20260103000000_third', 'INSERT INTO two VALUES (3);');
  await addMigration('20260102000000_second', 'CREATE TABLE two (n int);');
  expect(await run()).toEqual(['20260102000000_second', '20260103000000_third']);
});

test('processes that start at once apply each migration once', async () => {
  await cp(project, folder, { recursive: true });
  const results = await Promise.all(Array.from({ length: 5 }, run));
  expect(results.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await applied()).toEqual([
    '20260101000000_first',
    '20261123000000_init',
    '20261124000000_sessions',
    '20261124120000_webhook_health',
    '20261128000000_search_text',
    '20261129000000_deleted_webhooks',
    '20261130000000_attention',
  ]);
});

test('a migration that fails leaves nothing behind, and is applied once it is mended', async () => {
  const file = await addMigration('20260102000000_bad', 'CREATE TABLE two (n int); SELECT 1 / 0;');
  await expect(run()).rejects.toThrow(/20260102000000_bad failed .* \(division by zero\)/);
  expect(await applied()).toEqual(['20260101000000_first']);
  await writeFile(file, 'CREATE TABLE two (n int);');
  expect(await run()).toEqual(['20260102000000_bad']);
});

test('refuses a migration that was changed since', async () => {
  const file = await addMigration('20260102000000_second', 'CREATE TABLE two (n int);\n');
  await run();
  // The same text, as a checkout on Windows writes it.
  await writeFile(file, 'CREATE TABLE two (n int);\r\n');
  expect(await run()).toEqual([]);
  await appendFile(file, 'CREATE TABLE three (n int);\n');
  const refused = run();
  await expect(refused).rejects.toThrow(StartupError);
  await expect(refused).rejects.toThrow(/20260102000000_second was changed/);
});

test('refuses a database that is newer than the code', async () => {
  await addMigration('20270101000000_later', 'CREATE TABLE later (n int);');
  await run();
  await rm(join(folder, '20270101000000_later'), { recursive: true });
  await expect(run()).rejects.toThrow(/newer than this version .* 20270101000000_later/);
});

test('refuses what prisma migrate left half done, and goes on once it is resolved', async () => {
  await run();
  await database.pool.query(`UPDATE _prisma_migrations SET finished_at = NULL`);
  await expect(run()).rejects.toThrow(/left half done/);
  await database.pool.query(`UPDATE _prisma_migrations SET rolled_back_at = now()`);
  await database.pool.query('DROP TABLE one');
  expect(await run()).toEqual(['20260101000000_first']);
});

test('a PostgreSQL that refuses us is told in one line without the password', async () => {
  const wrong = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return migrate(url.href, { logger, folder });
  };
  await expect(wrong((url) => (url.pathname = '/nowhere'))).rejects.toThrow(
    /has no database nowhere: create it, or mend DATABASE_URL$/,
  );
  await expect(wrong((url) => (url.password = 'hunter2'))).rejects.toThrow(
    /^(?!.*hunter2)PostgreSQL at .* refuses the user nexus .*DATABASE_URL$/,
  );
  await expect(wrong((url) => (url.port = '1'))).rejects.toThrow(
    /^PostgreSQL at 127.0.0.1:1 does not take our connection .*ECONNREFUSED.*DATABASE_URL$/,
  );
});
