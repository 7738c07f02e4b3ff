import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';
import pg from 'pg';
import { pino } from 'pino';

import { createTenant } from '../../server/access/tenants.ts';
import { startEmbeddedPostgres } from '../../server/database/embedded/postgres.ts';
import { openDatabase } from '../../server/database/open.ts';
import { startRedisServer } from '../../test/support/queue/redis-server.ts';
import {
  createLauncher,
  type RunningServer,
} from '../../test/support/installation/server-process.ts';
import { cpuOf, familyOf, memoryOf, peakMemoryOf } from './processes.ts';

/**
 * How the product runs: in one process on embedded parts, as `npm start` does it; API and worker
 * in a process each, on a PostgreSQL and a Redis, or on a PostgreSQL alone; or as replicas, processes
 * that each do both on a PostgreSQL and a Redis.
 */
export type Kind = 'embedded' | 'served' | 'postgres' | 'replicas';

/** Seconds of CPU so far. */
export interface Cpu {
  /** The product's own processes. */
  own: number;
  postgres: number;
  redis: number;
}

/** Microseconds of CPU between two readings for each of so many. */
export function costs(before: Cpu, after: Cpu, count: number) {
  const each = (name: keyof Cpu) => (1e6 * (after[name] - before[name])) / count;
  return { 'own µs': each('own'), 'PostgreSQL µs': each('postgres'), 'Redis µs': each('redis') };
}

/** The built product on parts that were started for it. */
export interface Stand {
  /** Of the first server that answers. */
  readonly address: string;
  /** Of all that do. */
  readonly addresses: readonly string[];
  readonly key: string;
  readonly database: pg.Client;
  readonly databaseUrl: string;
  /** Its own processes, the API first. */
  readonly servers: readonly RunningServer[];
  ask(query: string, variables?: object, key?: string): Promise<unknown>;
  /** Makes further tenants, and returns an admin key of each. */
  addTenants(count: number): Promise<string[]>;
  cpu(): Promise<Cpu>;
  /** Bytes of WAL that were written so far. */
  walBytes(): Promise<number>;
  /** The most that one of its own processes has held, in MB. */
  peakMemory(): number;
  /** What the largest of them holds now, in MB. */
  memory(): number;
  /** Transactions that its database has committed; PostgreSQL updates them a second late. */
  transactions(): Promise<number>;
  stop(): Promise<void>;
}

export interface StandOptions {
  kind: Kind;
  /** Worker processes beside the API's, where it is served; replicas beside the first. 1 if omitted. */
  workers?: number;
  /** For all of the product's processes. */
  env?: Readonly<Record<string, string>>;
  /** Prints at its end which statements took most time; not where the product brings its PostgreSQL up. */
  showsStatements?: boolean;
}

/** As `npm start` and the image have it. */
const SHIPPED_OPTIONS = '--max-semi-space-size=16 --max-old-space-size=1024';

export async function startStand({
  kind,
  workers = 1,
  env = {},
  showsStatements = false,
}: StandOptions): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-'));
  const logger = pino({ level: 'silent' });
  const key = randomBytes(24).toString('hex');
  const launcher = createLauncher();
  const isServed = kind !== 'embedded';
  const parts = isServed
    ? await startParts(folder, { withRedis: kind !== 'postgres', showsStatements })
    : null;
  const shared = {
    ...parts?.env,
    DATA_DIR: folder,
    BOOTSTRAP_API_KEY: key,
    DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
    DELIVERY_HTTPS_ONLY: 'false',
    RETRY_JITTER: '0',
    LOG_LEVEL: 'warn',
    SECRET_KEY: randomBytes(32).toString('base64'),
    ...env,
    NODE_OPTIONS: `${SHIPPED_OPTIONS} ${env['NODE_OPTIONS'] ?? ''}`,
  };
  const roles = rolesOf(kind, workers);
  const servers: RunningServer[] = [];
  for (const role of roles) {
    servers.push(await launcher.start({ by: 'node', env: { ...shared, ROLE: role } }));
  }
  const addresses = servers
    .filter((_, index) => roles[index] !== 'worker')
    .map(({ address }) => address);
  const [api] = servers;
  if (api === undefined) throw new Error('nothing was started');
  const url = parts?.url ?? (await readFile(join(folder, 'connection'), 'utf8')).trim();
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  if (parts !== null && showsStatements) {
    await database.query('CREATE EXTENSION pg_stat_statements');
  }
  const pids = servers.map(({ pid }) => pid);

  return {
    address: api.address,
    addresses,
    key,
    database,
    databaseUrl: url,
    servers,
    async ask(query, variables, asKey = key) {
      const response = await fetch(`${api.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${asKey}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors }: { data?: unknown; errors?: unknown } = Object(await response.json());
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    async addTenants(count) {
      const { prisma, close } = await openDatabase({ url, poolSize: 2, logger });
      const keys: string[] = [];
      for (let n = 0; n < count; n += 1) keys.push((await createTenant(prisma, `bench ${n}`)).key);
      await close();
      return keys;
    },
    async cpu() {
      return {
        own: cpuOf(pids),
        postgres: cpuOf(familyOf(postmasterOf(parts?.postgresFolder ?? join(folder, 'postgres')))),
        redis: (await parts?.redisCpu()) ?? 0,
      };
    },
    async walBytes() {
      const { rows } = await database.query<{ bytes: string }>(
        `SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes`,
      );
      return Number(rows[0]?.bytes);
    },
    peakMemory: () => Math.max(...pids.map(peakMemoryOf)),
    memory: () => Math.max(...pids.map(memoryOf)),
    async transactions() {
      const { rows } = await database.query<{ count: string }>(
        'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(rows[0]?.count);
    },
    async stop() {
      if (parts !== null && showsStatements) await printStatements(database);
      await database.end();
      for (const server of servers) server.kill('SIGTERM');
      await Promise.all(servers.map((server) => server.waitForExit()));
      await launcher.killAll();
      await parts?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What each process does; the first one answers. */
function rolesOf(kind: Kind, workers: number): string[] {
  if (kind === 'embedded') return ['all'];
  const others = Array.from({ length: workers }, () => (kind === 'replicas' ? 'all' : 'worker'));
  return [kind === 'replicas' ? 'all' : 'api', ...others];
}

/** A PostgreSQL of the embedded binaries, and a Redis that keeps what it takes, as operators run it. */
async function startParts(
  folder: string,
  { withRedis, showsStatements }: { withRedis: boolean; showsStatements: boolean },
) {
  const postgresFolder = join(folder, 'served-postgres');
  const postgres = await startEmbeddedPostgres({
    dataDir: postgresFolder,
    logger: pino({ level: 'silent' }),
    settings: showsStatements ? STATEMENTS : {},
  });
  const redis = withRedis ? await startRedisServer(folder, { appendOnly: true }) : null;
  const client = redis && new Redis(redis.url);
  return {
    url: postgres.url,
    postgresFolder,
    env: { DATABASE_URL: postgres.url, ...(redis !== null && { REDIS_URL: redis.url }) },
    async redisCpu() {
      const told = (await client?.info('cpu')) ?? '';
      const [user, system] = ['used_cpu_user', 'used_cpu_sys'].map((name) =>
        Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(told)?.[1] ?? 0),
      );
      return (user ?? 0) + (system ?? 0);
    },
    async stop() {
      client?.disconnect();
      await redis?.stop();
      await postgres.stop();
    },
  };
}

function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8'), 10);
}

const STATEMENTS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
};

async function printStatements(database: pg.Client): Promise<void> {
  const { rows } = await database.query(
    `SELECT calls::int, rows::int, round(total_plan_time::numeric, 1)::float8 AS "planned ms",
       round(total_exec_time::numeric, 1)::float8 AS "executed ms",
       round((1000 * (total_plan_time + total_exec_time) / greatest(calls, 1))::numeric)::int AS "µs each",
       left(regexp_replace(query, '[[:space:]]+', ' ', 'g'), 70) AS statement
     FROM pg_stat_statements ORDER BY total_plan_time + total_exec_time DESC LIMIT 15`,
  );
  console.table(rows);
}
