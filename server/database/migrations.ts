import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Logger } from 'pino';
import { faultCode, StartupError } from '../faults/startup-error.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { connectAtStart } from './first-connection.ts';

const LOCK_TIMEOUT_MS = 60_000;

interface Migration {
  name: string;
  sql: string;
  /** The way back; null where there is none. */
  back: string | null;
  checksum: string;
  /** Checksums of the same text under either kind of line end. */
  accepted: readonly string[];
}

interface AppliedMigration {
  migration_name: string;
  checksum: string;
  finished: boolean;
}

export interface MigrateOptions {
  logger: Logger;
  /** Holds one folder a migration; the project's own if it is omitted. */
  folder?: string;
}

/**
 * Brings the database to this version's schema and returns the names of the migrations applied.
 *
 * Does what `prisma migrate deploy` does, without its CLI and its engine: each migration in one
 * transaction together with its row in `_prisma_migrations`, so that Prisma's own tools see the
 * database in step. Processes that start at once wait for each other, a minute at most.
 * @throws StartupError if the database can't be reached, is newer than the code, holds a migration
 * that was changed since or is half applied, or if a migration fails.
 */
export async function migrate(url: string, { logger, folder }: MigrateOptions): Promise<string[]> {
  return locked(url, folder, async (client, migrations, applied) => {
    const due = dueMigrations(migrations, applied);
    for (const migration of due) {
      await apply(client, migration);
      logger.info({ migration: migration.name }, 'database.migrated');
    }
    return due.map(({ name }) => name);
  });
}

/**
 * Takes back the database's last migration, with its back.sql, and returns its name; null where there
 * is none to take back. Rows are kept where the schema before has a place for them.
 * @throws StartupError as {@link migrate} does, and if the migration has no way back.
 */
export async function migrateBack(
  url: string,
  { logger, folder }: MigrateOptions,
): Promise<string | null> {
  return locked(url, folder, async (client, migrations, applied) => {
    dueMigrations(migrations, applied);
    const last = applied.at(-1)?.migration_name;
    const migration = migrations.find(({ name }) => name === last);
    if (migration === undefined) return null;
    const { name, back } = migration;
    if (back === null) {
      throw new StartupError(
        `The migration ${name} has no way back: write its back.sql, beside its migration.sql`,
      );
    }
    await inTransaction(client, `The way back of the migration ${name}`, async () => {
      await client.query(back);
      await client.query('DELETE FROM _prisma_migrations WHERE migration_name = $1', [name]);
    });
    logger.info({ migration: name }, 'database.migrated_back');
    return name;
  });
}

/** Works on a database whose migrations nobody else changes meanwhile. */
async function locked<Result>(
  url: string,
  folder: string | undefined,
  work: (
    client: pg.Client,
    migrations: readonly Migration[],
    applied: readonly AppliedMigration[],
  ) => Promise<Result>,
): Promise<Result> {
  const migrations = await readMigrations(folder ?? (await projectMigrations()));
  const client = await connectAtStart(url);
  try {
    await lock(client);
    return await work(client, migrations, await readApplied(client));
  } finally {
    // Ends the session, and its lock with it.
    await client.end().catch(() => undefined);
  }
}

/** Beside the code, which stands in server/database, or in dist/server/database once built. */
async function projectMigrations(): Promise<string> {
  const candidates = ['../../prisma/migrations', '../../../prisma/migrations'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  for (const path of candidates) {
    if (await stat(path).catch(() => null)) return path;
  }
  throw new StartupError(
    `The migrations are missing: put the project's folder prisma back to ${candidates[0]}`,
  );
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      const back = await readFile(join(folder, name, 'back.sql'), 'utf8').catch(() => null);
      const unix = sql.replaceAll('\r\n', '\n');
      const accepted = [unix, unix.replaceAll('\n', '\r\n')].map(sha256);
      return { name, sql, back, checksum: sha256(sql), accepted };
    }),
  );
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function lock(client: pg.Client): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
  } catch (cause) {
    if (faultCode(cause) !== '55P03') throw cause;
    throw new StartupError(
      'Another process has been migrating the database for a minute: wait until it is done, or stop it, and start again',
      { cause },
    );
  }
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  // As Prisma makes it.
  await client.query(`
    CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`);
  const { rows } = await client.query<AppliedMigration>(`
    SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations
    WHERE rolled_back_at IS NULL
    ORDER BY migration_name`);
  return rows;
}

function dueMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new StartupError(
        `The database is newer than this version of NEXUS Webhooks (it has the migration ${name}): start that newer version, or name another database`,
      );
    }
    if (!finished) {
      throw new StartupError(
        `The migration ${name} was left half done by prisma migrate: mend the database and run "npx prisma migrate resolve"`,
      );
    }
    if (!migration.accepted.includes(checksum)) {
      throw new StartupError(
        `The migration ${name} was changed after the database had it: put its migration.sql back as it was, and make the change in a new migration`,
      );
    }
  }
  const done = new Set(applied.map(({ migration_name: name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await inTransaction(client, `The migration ${name}`, async () => {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
  });
}

/** @throws StartupError that says what failed, with nothing of it done. */
async function inTransaction(
  client: pg.Client,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await client.query('BEGIN');
    await work();
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(
      `${what} failed and was rolled back (${why}): mend the database or the migration, and start again`,
      { cause },
    );
  }
}
