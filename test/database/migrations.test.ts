import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, migrateBack } from '../../server/database/migrations.ts';
import { StartupError } from '../../server/faults/startup-error.ts';
import { insertTenant, insertWebhook } from '../support/database/delivery-factory.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database/postgres.ts';

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
    '20261201000000_event_types',
    '20261202000000_event_type_schemas',
    '20261203000000_customers',
    '20261204000000_filters',
    '20261205000000_pause_and_retry_policy',
    '20261206000000_rate_limit',
    '20261207000000_ordering',
    '20261208000000_recoveries',
    '20261209000000_deltas_by_webhook',
    '20261210000000_kept_heads',
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

describe('the way back', () => {
  /** All that a schema is made of, each thing with what it is defined by. */
  const schemaOf = async () => {
    const { rows } = await database.pool.query<{ kind: string; name: string; what: string }>(`
      SELECT 'column' AS kind, c.relname || '.' || a.attname AS name,
        format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS what
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL
      SELECT 'options', relname, reloptions::text FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
      UNION ALL
      SELECT 'type', t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t
      JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname
      UNION ALL
      SELECT 'function', p.proname, pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      ORDER BY 1, 2`);
    return rows.filter(({ name }) => !name.startsWith('_prisma_migrations'));
  };

  test("of the project's migrations leads to each schema before, and forth again to the same", async () => {
    const names = (await readdir(project, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
    await rm(folder, { recursive: true });
    /** The schema after each migration, the first being none. */
    const schemas = [await schemaOf()];
    for (const name of names) {
      await cp(join(project, name), join(folder, name), { recursive: true });
      expect(await run()).toEqual([name]);
      schemas.push(await schemaOf());
    }
    for (const [index, name] of [...names.entries()].toReversed()) {
      expect(await migrateBack(database.url, { logger, folder })).toBe(name);
      expect(await schemaOf()).toEqual(schemas[index]);
    }
    expect(await migrateBack(database.url, { logger, folder })).toBeNull();
    expect(await run()).toEqual(names);
    expect(await schemaOf()).toEqual(schemas.at(-1));
  });

  test('keeps the rows that the schema before has a place for', async () => {
    await migrate(database.url, { logger });
    const tenantId = await insertTenant(database.pool);
    await insertWebhook(database.pool, tenantId, { name: 'kept' });
    for (let step = 0; step < 5; step += 1) await migrateBack(database.url, { logger });
    await migrate(database.url, { logger });
    const { rows } = await database.pool.query('SELECT name, "failuresInRow" FROM "Webhook"');
    expect(rows).toEqual([{ name: 'kept', failuresInRow: 0 }]);
  });

  test('that is missing, or fails, changes nothing', async () => {
    await run();
    const back = () => migrateBack(database.url, { logger, folder });
    await expect(back()).rejects.toThrow(/20260101000000_first has no way back/);
    await writeFile(
      join(folder, '20260101000000_first', 'back.sql'),
      'DROP TABLE one; SELECT 1 / 0;',
    );
    await expect(back()).rejects.toThrow(/way back .* failed .* \(division by zero\)/);
    expect(await applied()).toEqual(['20260101000000_first']);
    await database.pool.query('SELECT n FROM one');
  });
});
