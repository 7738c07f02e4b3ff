import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger } from 'pino';
import { createTenant } from './access/tenants.ts';
import { CONNECTION_FILE } from './application.ts';
import { openDataFolder, POSTGRES_FOLDER } from './database/embedded/data-folder.ts';
import { startEmbeddedPostgres } from './database/embedded/postgres.ts';
import { migrate, migrateBack } from './database/migrations.ts';
import { openDatabase } from './database/open.ts';
import { StartupError } from './faults/startup-error.ts';
import type { SecretKeys } from './domain/sealed-secret.ts';
import { resealSecrets } from './webhooks/secrets/reseal.ts';
import { encodeGlobalId } from './domain/global-id.ts';
import type { Configuration } from './env.ts';

/** Brings the database to this version's schema, and returns what it did. */
export async function migrateByHand(configuration: Configuration, logger: Logger): Promise<string> {
  return withStore(configuration, logger, async (url) => {
    const applied = await migrate(url, { logger });
    return applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`;
  });
}

/** Takes the last migration back, and returns what it did. */
export async function migrateBackByHand(
  configuration: Configuration,
  logger: Logger,
): Promise<string> {
  return withStore(configuration, logger, async (url) => {
    const taken = await migrateBack(url, { logger });
    return taken === null
      ? 'There is no migration to take back.'
      : `Taken back: ${taken}. The next start of this version applies it again.`;
  });
}

/** Makes a tenant, and returns its admin key, which is shown this once. */
export async function createTenantByHand(
  configuration: Configuration,
  logger: Logger,
  words: readonly string[],
): Promise<string> {
  const name = words.join(' ').trim();
  if (name === '' || name.length > 200 || name.startsWith('-')) {
    throw new StartupError(
      'Name the tenant, in 1 to 200 characters: npm run tenant:create -- NAME',
    );
  }
  return withStore(configuration, logger, async (url) => {
    await migrate(url, { logger });
    const database = await openDatabase({ url, poolSize: 2, logger });
    try {
      const { tenant, key } = await createTenant(database.prisma, name);
      return `Tenant ${tenant.name} (${encodeGlobalId('Tenant', tenant.id)})\nAdmin key ${key}\nKeep the admin key: it is shown this once.`;
    } finally {
      await database.close();
    }
  });
}

/**
 * Encrypts all secrets anew under the first key of SECRET_KEY, and returns what it did; in embedded mode, with none
 * given, under a new one that it makes and keeps.
 */
export async function rotateSecretsByHand(
  configuration: Configuration,
  logger: Logger,
): Promise<string> {
  const { databaseUrl: url, secretKeys } = configuration;
  if (url !== null) {
    if (secretKeys === null) throw new StartupError('SECRET_KEY is required with DATABASE_URL.');
    return resealAll(url, secretKeys, logger);
  }
  // A server that runs has read the key: it would open nothing more.
  const folder = await openDataFolder(configuration.dataDir, { givenKeys: secretKeys });
  try {
    const keys = await folder.changedKeys();
    const told = await withPostgres(folder.path, logger, (own) => resealAll(own, keys, logger));
    await folder.adopt(keys[0]);
    return told;
  } finally {
    await folder.close();
  }
}

/** @throws StartupError where there are secrets that no key opens: then the former keys are needed still. */
async function resealAll(url: string, keys: SecretKeys, logger: Logger): Promise<string> {
  const database = await openDatabase({ url, poolSize: 2, logger });
  try {
    const { resealed, current, unopened } = await resealSecrets(database.pool, keys);
    const told = `Webhooks encrypted anew: ${resealed}; under the current key already: ${current}.`;
    if (unopened.length === 0) return told;
    const ids = unopened.map((id) => encodeGlobalId('Webhook', id)).join(', ');
    throw new StartupError(
      `${told}\nNone of the keys in SECRET_KEY opens the secrets of ${unopened.length}: add the key that they are encrypted with. They are ${ids}`,
    );
  } finally {
    await database.close();
  }
}

/** In embedded mode uses the running server's database, or brings it up for the while. */
async function withStore<T>(
  configuration: Configuration,
  logger: Logger,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (configuration.databaseUrl !== null) return work(configuration.databaseUrl);
  const running = await findRunning(configuration.dataDir);
  if (running !== null) return work(running);
  const folder = await openDataFolder(configuration.dataDir, {
    givenKeys: configuration.secretKeys,
  });
  try {
    return await withPostgres(folder.path, logger, work);
  } finally {
    await folder.close();
  }
}

async function withPostgres<T>(
  folder: string,
  logger: Logger,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, POSTGRES_FOLDER), logger });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

async function findRunning(dataDir: string): Promise<string | null> {
  const url = await readFile(join(dataDir, CONNECTION_FILE), 'utf8').catch(() => null);
  if (url === null) return null;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return url;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
