import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import { pino } from 'pino';

import { createTenant } from '../server/access/tenants.ts';
import { openDatabase } from '../server/database/open.ts';
import { createLauncher } from '../test/support/server-process.ts';

/** The built server, as `npm start` runs it: embedded, or as DATABASE_URL and REDIS_URL say. */
export interface Service {
  readonly address: string;
  readonly key: string;
  ask(query: string, variables?: object, key?: string): Promise<unknown>;
  /** Makes further tenants, and answers an admin key of each. */
  addTenants(count: number): Promise<string[]>;
  /** Seconds of CPU so far: of the server, and of the PostgreSQL that it brought up (else NaN). */
  cpu(): { server: number; postgres: number };
  /** Transactions that its database has committed; PostgreSQL tells them a second late. */
  transactions(): Promise<number>;
  stop(): Promise<void>;
}

export async function startService(): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-'));
  const key = randomBytes(24).toString('hex');
  const { DATABASE_URL, REDIS_URL } = process.env;
  const name = `nexus_bench_${randomBytes(6).toString('hex')}`;
  const served = DATABASE_URL === undefined ? null : await createDatabase(DATABASE_URL, name);
  const launcher = createLauncher();
  const server = await launcher.start({
    env: {
      ...(served !== null && { DATABASE_URL: served.url, QUEUE_PREFIX: name }),
      ...(REDIS_URL !== undefined && { REDIS_URL }),
      DATA_DIR: folder,
      BOOTSTRAP_API_KEY: key,
      DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
      DELIVERY_HTTPS_ONLY: 'false',
      RETRY_JITTER: '0',
      LOG_LEVEL: 'warn',
      SECRET_KEY: randomBytes(32).toString('base64'),
    },
  });
  const { address, pid } = server;
  const url = served?.url ?? (await readFile(join(folder, 'connection'), 'utf8')).trim();
  const database = new pg.Client({ connectionString: url });
  await database.connect();

  return {
    address,
    key,
    async ask(query, variables, asKey = key) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${asKey}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors }: { data?: unknown; errors?: unknown } = Object(await response.json());
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    async addTenants(count) {
      const logger = pino({ level: 'silent' });
      const { prisma, close } = await openDatabase({ url, poolSize: 2, logger });
      const keys: string[] = [];
      for (let n = 0; n < count; n += 1) keys.push((await createTenant(prisma, `bench ${n}`)).key);
      await close();
      return keys;
    },
    cpu() {
      const postmaster = postmasterOf(folder);
      return {
        server: cpuOf([pid]),
        postgres: postmaster === null ? Number.NaN : cpuOf([postmaster, ...childrenOf(postmaster)]),
      };
    },
    async transactions() {
      const { rows } = await database.query<{ count: string }>(
        'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(rows[0]?.count);
    },
    async stop() {
      await database.end();
      server.kill('SIGTERM');
      await server.waitForExit();
      await launcher.killAll();
      await served?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Linux counts in hundredths of a second (proc_pid_stat(5), utime and stime, and of ended children). */
function cpuOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(pid);
    ticks += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  }
  return ticks / 100;
}

/** The fields behind the name: state, parent … */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)[1] === String(parent));
}

function postmasterOf(folder: string): number | null {
  try {
    return Number.parseInt(
      readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8'),
      10,
    );
  } catch {
    return null;
  }
}

/** A database of its own on the server that a URL names: nothing that is there is touched. */
async function createDatabase(url: string, name: string) {
  const ask = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await ask(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) };
}
