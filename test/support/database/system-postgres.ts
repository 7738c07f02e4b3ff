import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { spawnGuarded } from '../../../server/database/embedded/guarded-process.ts';
import { freePort } from '../free-port.ts';
import { waitFor } from '../wait.ts';

const run = promisify(execFile);

/** Where Debian keeps them, a folder for each version. */
const DEBIAN = '/usr/lib/postgresql';
/** Debian's nobody: PostgreSQL does not run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** A cluster of the machine's own PostgreSQL, which has the tools that the embedded one has not. */
export interface SystemPostgres {
  /** An empty database of it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs a program of PostgreSQL, `pg_dump` say. */
export async function runPostgresTool(name: string, args: readonly string[]): Promise<void> {
  await run(join(await toolsFolder(), name), [...args], { env: { LC_ALL: 'C' } });
}

async function toolsFolder(): Promise<string> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newest = versions.toSorted((one, other) => Number(other) - Number(one))[0];
  if (newest !== undefined) return join(DEBIAN, newest, 'bin');
  const { stdout } = await run('pg_config', ['--bindir']).catch(() => {
    throw new Error('The tests need PostgreSQL and its tools: "apt-get install postgresql"');
  });
  return stdout.trim();
}

/** Makes a cluster and starts it. */
export async function startSystemPostgres(): Promise<SystemPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-cluster-'));
  const user = process.getuid?.() === 0 ? NOBODY : null;
  if (user !== null) await chown(folder, user.uid, user.gid);
  const bin = await toolsFolder();
  const options = { cwd: folder, env: { LC_ALL: 'C' }, ...user };
  const cluster = join(folder, 'data');
  await run(
    join(bin, 'initdb'),
    ['-D', cluster, '-U', 'nexus', '--auth', 'trust', '--no-sync', '-E', 'UTF8'],
    options,
  );
  const port = await freePort();
  const server = spawnGuarded(
    join(bin, 'postgres'),
    [
      ...['-D', cluster, '-p', String(port), '-h', '127.0.0.1'],
      ...['-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    ],
    options,
  );
  server.stderr.resume();
  const admin = `postgresql://nexus@127.0.0.1:${port}/postgres`;
  await waitFor(async () => {
    const client = new pg.Client({ connectionString: admin });
    client.on('error', () => undefined);
    return client
      .connect()
      .then(() => client.query('CREATE DATABASE nexus'))
      .then(() => client.end())
      .then(
        () => true,
        () => false,
      );
  });
  return {
    url: `postgresql://nexus@127.0.0.1:${port}/nexus`,
    async stop() {
      server.end();
      await server.exited;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
