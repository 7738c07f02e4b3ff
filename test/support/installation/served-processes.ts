import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'graphql-ws';
import { createApiClient, type ApiClient } from './api-client.ts';
import { createTestDatabase, type TestDatabase } from '../database/postgres.ts';
import { testQueuePrefix, testRedisUrl } from '../queue/redis.ts';
import { createLauncher, type RunningServer, type ServerProcess } from './server-process.ts';

type ServedRole = 'all' | 'api' | 'worker';

/** An installation of real processes, on one database and, unless told otherwise, one Redis. */
export interface ServedProcesses {
  readonly database: TestDatabase;
  /** What they all share. */
  readonly env: Readonly<Record<string, string>>;
  /** @param main another version's program. */
  start(role: ServedRole, own?: Record<string, string>, main?: string): Promise<RunningServer>;
  /** Starts one and does not wait for it. */
  launch(role: ServedRole, own?: Record<string, string>): ServerProcess;
  /** The first tenant's administrator at this process. */
  clientOf(server: RunningServer): ApiClient;
  /** A graphql-ws client of the same, which is disposed of with the installation. */
  socketOf(server: RunningServer): Client;
  /** Ends what still runs, and drops the database. */
  stop(): Promise<void>;
}

export interface ServedOptions {
  /** The test run's if omitted; null for the queue and the feed on PostgreSQL. */
  redisUrl?: string | null;
  /** One of its own on the test run's PostgreSQL if omitted. */
  databaseUrl?: string;
  env?: Record<string, string>;
}

/** What an installation's queue and feed can be on. */
export const SERVED_BACKENDS: readonly { on: string; options: { redisUrl?: null } }[] = [
  { on: 'Redis', options: {} },
  { on: 'PostgreSQL alone', options: { redisUrl: null } },
];

/** Makes an installation, with no process yet. */
export async function makeServedProcesses(options: ServedOptions = {}): Promise<ServedProcesses> {
  const database = await createTestDatabase();
  const key = `test-key-${randomUUID()}`;
  const redisUrl = options.redisUrl === undefined ? testRedisUrl() : options.redisUrl;
  const env = {
    DATABASE_URL: options.databaseUrl ?? database.url,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    SECRET_KEY: randomBytes(32).toString('base64'),
    BOOTSTRAP_API_KEY: key,
    QUEUE_PREFIX: testQueuePrefix(),
    DATABASE_POOL_SIZE: '5',
    DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
    DELIVERY_HTTPS_ONLY: 'false',
    RETRY_JITTER: '0',
    INITIAL_RETRY_DELAY: '0.2',
    ...options.env,
  };
  const servers = createLauncher();
  const sockets: Client[] = [];

  return {
    database,
    env,
    launch: (role, own = {}) => servers.launch({ env: { ...env, ROLE: role, ...own } }),
    start: (role, own = {}, main) =>
      servers.start({
        env: { ...env, ROLE: role, ...own },
        ...(main === undefined ? {} : { main }),
      }),
    clientOf: (server) => createApiClient(server.address, key),
    socketOf(server) {
      const socket = createApiClient(server.address, key).socket();
      sockets.push(socket);
      return socket;
    },
    async stop() {
      for (const socket of sockets) void socket.dispose();
      await servers.killAll();
      await database.drop();
    },
  };
}
