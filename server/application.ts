import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createSignInCode, oldestAdmin, type SignInCode } from './access/sign-in-code.ts';
import { ensureFirstTenant, forgetTenant, type FirstTenant } from './access/tenants.ts';
import { openDataFolder, POSTGRES_FOLDER } from './database/embedded/data-folder.ts';
import { startEmbeddedPostgres } from './database/embedded/postgres.ts';
import { migrate } from './database/migrations.ts';
import { openDatabase, type Database } from './database/open.ts';
import { StartupError } from './faults/startup-error.ts';
import type { OfferClaim } from './deliveries/changes/claim-at-once.ts';
import { createHandingOver } from './deliveries/handing-over.ts';
import { createAddressRule } from './domain/address/address-rule.ts';
import type { Configuration } from './env.ts';
import { openFeed } from './feed/open.ts';
import { openPostgresFeed } from './feed/backends/postgres.ts';
import { openRedisFeed } from './feed/backends/redis.ts';
import { forgetRestoredChanges } from './feed/log/restored-log.ts';
import type { FeedBackend } from './feed/contract.ts';
import { startHttpServer } from './http/server.ts';
import type { Queue } from './queue/contract.ts';
import { hintingHere } from './queue/hinting-here.ts';
import { openPostgresQueue } from './queue/open-postgres.ts';
import { openRedisQueue } from './queue/open-redis.ts';
import { readVersion } from './version.ts';
import { fillSearchTexts } from './webhooks/fill-search-texts.ts';
import { opensKeptSecrets } from './webhooks/secrets/secret-key-check.ts';
import type { Worker } from './worker/worker.ts';
import type { SecretKeys } from './domain/sealed-secret.ts';

const HTTP_GRACE_MS = 3_000;
/** Where embedded mode leaves its database's address, for commands beside the server. */
export const CONNECTION_FILE = 'connection';

/** A process of this installation, up and running. */
export interface Application {
  /** Where it listens, e.g. http://127.0.0.1:4000. */
  readonly address: string;
  /** The admin key to show: on the first start only, and where none was given. */
  readonly newKey: string | null;
  /** Signs in to the web app once, within an hour; null outside of embedded mode. */
  readonly signInCode: string | null;
  /** Calls back once if what it stands on ends and it cannot go on. */
  onFatal(callback: (reason: string) => void): void;
  /** Stops the roles, then closes what they stand on, in reverse order. May be called again. */
  stop(): Promise<void>;
}

export interface ApplicationOptions {
  configuration: Configuration;
  logger: Logger;
  /** Stand between the backends and their users: the tests' way to lose hints and announcements. */
  wrapQueue?: (queue: Queue) => Queue;
  wrapFeed?: (backend: FeedBackend) => FeedBackend;
}

/**
 * Opens what the configuration asks for, in order, and starts the roles. Where a step fails, what
 * was opened before it is closed again.
 * @throws StartupError
 */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { configuration, logger } = options;
  const { mode, role, delivery } = configuration;
  const version = readVersion();
  const userAgent = `NEXUS-Webhooks/${version}`;
  const runsApi = role !== 'worker';
  const runsWorker = role !== 'api';
  const opened: (() => Promise<void>)[] = [];
  let isUp = false;
  let fatal: string | null = null;
  let reportFatal = (reason: string) => {
    fatal ??= reason;
  };

  async function closeAll(): Promise<void> {
    for (const close of opened.splice(0).reverse()) {
      await close().catch((error: unknown) => {
        logger.warn({ err: error }, 'process.part_not_closed');
      });
    }
  }

  async function openStore(): Promise<{ url: string; secretKeys: SecretKeys }> {
    if (configuration.databaseUrl !== null) {
      const { databaseUrl: url, secretKeys } = configuration;
      if (secretKeys === null) throw new StartupError('SECRET_KEY is required with DATABASE_URL.');
      return { url, secretKeys };
    }
    const folder = await openDataFolder(configuration.dataDir, {
      givenKeys: configuration.secretKeys,
    });
    opened.push(() => folder.close());
    const postgres = await startEmbeddedPostgres({
      dataDir: join(folder.path, POSTGRES_FOLDER),
      logger,
    });
    opened.push(() => postgres.stop());
    postgres.onExit((how) => reportFatal(`the embedded PostgreSQL ended (${how})`));
    await writeFile(join(folder.path, CONNECTION_FILE), postgres.url, { mode: 0o600 });
    return { url: postgres.url, secretKeys: folder.secretKeys };
  }

  async function openQueue(url: string): Promise<Queue> {
    const { redisUrl, queuePrefix: prefix } = configuration;
    const queue =
      redisUrl === null
        ? await openPostgresQueue({ url, prefix, logger })
        : await openRedisQueue({ url: redisUrl, prefix, logger });
    opened.push(() => queue.close());
    return options.wrapQueue?.(queue) ?? queue;
  }

  async function openBackend(url: string, database: Database): Promise<FeedBackend> {
    const { redisUrl, queuePrefix: prefix } = configuration;
    const backend =
      redisUrl === null
        ? await openPostgresFeed({ pool: database.pool, connectionString: url, logger })
        : await openRedisFeed({ url: redisUrl, prefix, logger });
    return options.wrapFeed?.(backend) ?? backend;
  }

  try {
    const { url, secretKeys } = await openStore();
    await migrate(url, { logger });
    const database = await openDatabase({ url, poolSize: configuration.databasePoolSize, logger });
    opened.push(() => database.close());
    const { pool, batches, prisma } = database;

    if (!(await opensKeptSecrets(pool, secretKeys))) {
      throw new StartupError(
        'SECRET_KEY is not the key that the secrets in this database are encrypted with: set it to that of the other processes.',
      );
    }
    await fillSearchTexts(pool);
    await forgetRestoredChanges(pool);
    const first = await readyFirstTenant(options, database);
    const newKey = first?.newKey ?? null;
    // A start that fails must leave the key to be made, and shown, by one that does not.
    if (first !== null && newKey !== null) {
      opened.push(async () => {
        if (!isUp) await forgetTenant(prisma, first.tenantId);
      });
    }
    const queue = await openQueue(url);
    const feed = openFeed({
      backend: await openBackend(url, database),
      pool,
      secretKeys,
      logger,
    });
    opened.push(() => feed.close());
    const { announcer } = feed;
    const rule = createAddressRule(delivery.allowedCidrs);

    /** Until there is a worker here, nobody sends. */
    let worker: Worker | null = null;
    const handing =
      queue.handover === null || runsWorker
        ? null
        : createHandingOver({
            ...{
              pool: batches,
              handover: queue.handover,
              producer: queue.producer,
              announcer,
              logger,
            },
          });
    if (handing !== null) opened.push(() => handing.drain());
    const offerClaim: OfferClaim = (count) =>
      worker?.offerClaim(count) ?? handing?.offerClaim(count) ?? null;
    const signIn = first === null ? null : await offerSignIn(options, database, first.tenantId);
    const opensApi = runsApi ? (await import('./open-api.ts')).openApiOn : null;
    const served = opensApi?.({
      ...{
        database,
        feed,
        configuration,
        secretKeys,
        rule,
        version,
        userAgent,
        logger,
        offerClaim,
      },
      producer:
        mode === 'embedded'
          ? hintingHere(queue.producer, () => worker)
          : (handing?.producer ?? queue.producer),
      signInCode: signIn?.code ?? null,
    });
    if (served !== undefined) opened.push(() => served.drain());
    const http = await startHttpServer({
      api: served?.api ?? null,
      host: configuration.host,
      port: configuration.port,
      keepAliveSeconds: configuration.keepAliveSeconds,
      probes: {
        database: (timeoutMs) => database.isReady(timeoutMs),
        queue: (timeoutMs) => queue.isReady(timeoutMs),
      },
      logger,
    });
    opened.push(() => http.close(HTTP_GRACE_MS));

    if (runsWorker) {
      const { startWorker } = await import('./worker/worker.ts');
      const started = await startWorker({
        pool,
        batches,
        queue,
        announcer,
        rule,
        secretKeys,
        delivery,
        isAlone: mode === 'embedded',
        userAgent,
        logger,
      });
      worker = started;
      // The API goes down meanwhile: what it still accepts is kept, and delivered after the next start.
      opened.push(async () => {
        await Promise.all([started.stop(), http.close(HTTP_GRACE_MS)]);
      });
    }

    isUp = true;
    let stopped: Promise<void> | null = null;
    return {
      address: http.address,
      newKey,
      signInCode: signIn?.text ?? null,
      onFatal(callback) {
        reportFatal = callback;
        // It may have ended before anybody asked.
        if (fatal !== null) callback(fatal);
      },
      stop: () => (stopped ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A worker makes no key of its own accord: nobody would look for it in a worker's output. */
async function readyFirstTenant(
  { configuration, logger }: ApplicationOptions,
  database: Database,
): Promise<FirstTenant | null> {
  const { bootstrapApiKey, role } = configuration;
  if (role === 'worker' && bootstrapApiKey === null) return null;
  const first = await ensureFirstTenant(database.prisma, { bootstrapApiKey }).catch(
    (cause: unknown) => {
      if (bootstrapApiKey === null || !(cause instanceof Error)) throw cause;
      throw new StartupError(cause.message, { cause });
    },
  );
  if (!first.bootstrapKeyWorks) {
    logger.warn('access.bootstrap_key_revoked');
  }
  return first;
}

/** On the machine of whoever starts it, alone: null in other modes, and where no key is left. */
async function offerSignIn(
  { configuration: { mode } }: ApplicationOptions,
  { prisma }: Database,
  tenantId: string,
): Promise<{ text: string; code: SignInCode } | null> {
  const callerNow = () => oldestAdmin(prisma, tenantId);
  if (mode !== 'embedded' || (await callerNow()) === null) return null;
  return createSignInCode({ callerNow });
}
