import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'graphql-ws';
import { pino } from 'pino';
import { startApplication, type Application } from '../../../server/application.ts';
import { readConfiguration } from '../../../server/env.ts';
import { createApiClient, createSocket, postOperation, type Answer } from './api-client.ts';
import { discardingFeed } from '../feed/discarding-feed.ts';
import { discardingQueue } from '../queue/discarding-queue.ts';
import { someOf } from '../some-of.ts';
import { createTestDatabase, type TestDatabase } from '../database/postgres.ts';
import { testQueuePrefix, testRedisUrl } from '../queue/redis.ts';
import type { SecretKeys } from '../../../server/domain/sealed-secret.ts';

/** A way of running the whole system that every behaviour must survive. */
export interface Variant {
  name: string;
  redis: boolean;
  /**
   * API and worker in processes of their own: deliveries are handed over, and come by the queue where that is
   * not possible. In one process they are claimed as they are made.
   */
  split?: true;
  /** A producer that throws every job away, and no handover: the sweep finds everything. */
  losesHints?: true;
  /** No handover: all comes by the queue. */
  byJobs?: true;
  /** A feed backend that throws every announcement away: the tail finds everything. */
  losesAnnouncements?: true;
}

const BACKENDS: readonly Variant[] = [
  { name: 'Redis', redis: true, split: true },
  { name: 'PostgreSQL alone', redis: false },
];

/** Both kinds of backend. */
export const VARIANTS = someOf(BACKENDS);

/** For what stands on a hint: when something is sent. Without hints the sweep finds it. */
export const SENDING_VARIANTS = someOf<Variant>([
  ...BACKENDS,
  { name: 'Redis, by jobs', redis: true, split: true, byJobs: true },
  { name: 'every hint lost', redis: true, split: true, losesHints: true },
]);

/** For what stands on an announcement: what the feed tells. Without them the tail of the log finds it. */
export const FEED_VARIANTS = someOf<Variant>([
  ...BACKENDS,
  { name: 'every announcement lost', redis: true, losesAnnouncements: true },
]);

export interface Installation {
  readonly database: TestDatabase;
  /** Under which its secrets are sealed. */
  readonly secretKeys: SecretKeys;
  /** The first tenant's ADMIN key. */
  readonly key: string;
  /** Of the first process that serves the API. */
  readonly address: string;
  readonly applications: readonly Application[];
  /** One more process of this installation. */
  addProcess(env?: Record<string, string>): Promise<Application>;
  /** Sends an operation and returns `data`; fails on any top-level error. */
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** The same, with the errors, by any key (null: none) at any process. */
  request<Data>(
    query: string,
    variables?: Record<string, unknown>,
    options?: { key?: string | null; address?: string },
  ): Promise<Answer<Data>>;
  /** A graphql-ws client, which is disposed of with the installation. */
  socket(options?: { key?: string; address?: string }): Client;
  stop(): Promise<void>;
}

/** Settings that make tests quick: short waits, loopback receivers. */
const QUICK = {
  HOST: '127.0.0.1',
  PORT: '0',
  DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
  DELIVERY_HTTPS_ONLY: 'false',
  RETRY_JITTER: '0',
  INITIAL_RETRY_DELAY: '0.2',
  LOG_LEVEL: 'silent',
};

/** Starts a new installation, with a database of its own: one process, or one of each role. */
export async function startInstallation(
  variant: Variant,
  env: Record<string, string> = {},
): Promise<Installation> {
  const database = await createTestDatabase();
  const secretKeys: SecretKeys = [randomBytes(32)];
  const key = `test-key-${randomUUID()}`;
  const shared = {
    ...QUICK,
    DATABASE_URL: database.url,
    SECRET_KEY: secretKeys[0].toString('base64'),
    BOOTSTRAP_API_KEY: key,
    QUEUE_PREFIX: testQueuePrefix(),
    ...(variant.redis ? { REDIS_URL: testRedisUrl() } : {}),
  };
  const applications: Application[] = [];
  const clients: Client[] = [];

  async function addProcess(own: Record<string, string> = {}): Promise<Application> {
    const configuration = readConfiguration({ ...shared, ...env, ...own });
    const application = await startApplication({
      configuration,
      logger: pino({ level: configuration.logLevel }),
      ...(variant.losesHints ? { wrapQueue: discardingQueue } : {}),
      ...(variant.byJobs ? { wrapQueue: (queue) => ({ ...queue, handover: null }) } : {}),
      ...(variant.losesAnnouncements ? { wrapFeed: discardingFeed } : {}),
    });
    applications.push(application);
    return application;
  }

  const first = await addProcess(variant.split ? { ROLE: 'api' } : {});
  if (variant.split) await addProcess({ ROLE: 'worker' });

  function request<Data>(
    query: string,
    variables: Record<string, unknown> = {},
    options: { key?: string | null; address?: string } = {},
  ): Promise<Answer<Data>> {
    const used = options.key === undefined ? key : options.key;
    return postOperation<Data>(options.address ?? first.address, used, query, variables);
  }

  return {
    database,
    secretKeys,
    key,
    address: first.address,
    applications,
    addProcess,
    request,
    ask: createApiClient(first.address, key).ask,
    socket(options = {}) {
      const client = createSocket(options.address ?? first.address, options.key ?? key);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) void client.dispose();
      await Promise.all(applications.map((application) => application.stop()));
      await database.drop();
    },
  };
}
