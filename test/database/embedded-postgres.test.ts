import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../server/database/embedded/postgres.ts';
import { isAlive } from '../../server/database/embedded/process-life.ts';
import { StartupError } from '../../server/faults/startup-error.ts';
import { startChildNode, type ChildNodeOptions } from '../support/installation/child-node.ts';
import { waitFor } from '../support/wait.ts';

const logger = pino({ level: 'silent' });
const NOBODY = 65_534;
/** An ordinary user that every system has: initdb wants one that has a name. */
const DAEMON = 1;
const root = process.getuid?.() === 0;

/** As everywhere under the system's folder for them: for its owner alone (0700), as /root is. */
let parent: string;
let dataDir: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'nexus-embedded-'));
  dataDir = join(parent, 'postgres');
});

afterAll(async () => {
  await rm(parent, { recursive: true, force: true });
});

const start = (settings: Record<string, string> = {}) =>
  startEmbeddedPostgres({ dataDir, logger, settings: { fsync: 'off', ...settings } });

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts it in a process of its own, which prints the URL and, at each ^C, that it still answers. */
function startInChild(folder: string, options?: ChildNodeOptions) {
  return startChildNode(
    `import pg from 'pg';
     import { pino } from 'pino';
     import { startEmbeddedPostgres } from './server/database/embedded/postgres.ts';
     const postgres = await startEmbeddedPostgres({
       dataDir: ${JSON.stringify(folder)},
       logger: pino({ level: 'silent' }),
       settings: { fsync: 'off' },
     });
     process.on('SIGINT', async () => {
       const client = new pg.Client({ connectionString: postgres.url });
       await client.connect();
       await client.query('SELECT 1');
       await client.end();
       console.log('still there');
     });
     process.stdin.on('end', async () => {
       await postgres.stop();
       process.exit(0);
     }).resume();
     console.log(postgres.url);`,
    options,
  );
}

const serverPid = async (folder: string) =>
  Number.parseInt(await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8'), 10);

const parentOf = async (pid: number) =>
  Number((await readFile(`/proc/${pid}/status`, 'utf8')).match(/^PPid:\s*(\d+)/m)?.[1]);

const childrenOf = async (pid: number) =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);

test('keeps its data over a stop and a start, behind a password, on the loopback', async () => {
  const first = await start();
  const address = new URL(first.url);
  expect(address.hostname).toBe('127.0.0.1');
  expect(address.pathname).toBe('/nexus');
  await query(first.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
  const pid = await serverPid(dataDir);
  await first.stop();
  expect(isAlive(pid)).toBe(false);

  const second = await start();
  expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  address.port = new URL(second.url).port;
  address.password = 'guess';
  await expect(query(address.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  await second.stop();
});

test('is durable unless a test says otherwise', async () => {
  const postgres = await startEmbeddedPostgres({ dataDir, logger });
  const rows = await query(
    postgres.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
            current_setting('synchronous_commit') AS commit`,
  );
  expect(rows).toEqual([{ fsync: 'on', pages: 'on', commit: 'on' }]);
  await postgres.stop();
});

test('a start with a setting that makes no sense fails at once with what PostgreSQL said', async () => {
  const failed = start({ shared_buffers: 'plenty' });
  await expect(failed).rejects.toThrow(StartupError);
  await expect(failed).rejects.toThrow(/does not start .*shared_buffers.*plenty/);
});

test('ends with its parent after a kill -9, and comes back with all that was committed', async () => {
  const child = startInChild(dataDir);
  const url = await child.nextLine();
  await query(url, 'CREATE TABLE killed (n int); INSERT INTO killed VALUES (2)');
  const pid = await serverPid(dataDir);
  child.kill('SIGKILL');
  await child.exited;

  // At once: the first server may still be on its way down.
  const postgres = await start();
  await waitFor(() => !isAlive(pid));
  expect(await query(postgres.url, 'SELECT n FROM killed')).toEqual([{ n: 2 }]);
  await postgres.stop();
});

test('nothing is left running after a kill -9 that no start follows', async () => {
  const child = startInChild(dataDir);
  await child.nextLine();
  const pid = await serverPid(dataDir);
  child.kill('SIGKILL');
  await waitFor(() => !isAlive(pid));
});

test('^C in the terminal reaches the server alone, not its PostgreSQL', async () => {
  const child = startInChild(dataDir, { detached: true });
  await child.nextLine();
  process.kill(-child.pid, 'SIGINT');
  expect(await child.nextLine()).toBe('still there');
  child.endInput();
  expect(await child.exited).toBe(0);
});

test.runIf(process.platform === 'linux')(
  'stops a server that has lost its watchdog as well',
  async () => {
    const child = startInChild(dataDir);
    const url = await child.nextLine();
    await query(url, 'CREATE TABLE orphaned (n int); INSERT INTO orphaned VALUES (3)');
    const orphan = await serverPid(dataDir);
    const shell = await parentOf(orphan);
    const guards = (await childrenOf(shell)).filter((pid) => pid !== orphan);
    // Held still: it would end the server itself as soon as it saw that the watchdog is gone.
    child.kill('SIGSTOP');
    for (const pid of [shell, ...guards]) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await child.exited;
    expect(await query(url, 'SELECT n FROM orphaned')).toEqual([{ n: 3 }]);

    const postgres = await start();
    await waitFor(() => !isAlive(orphan));
    expect(await query(postgres.url, 'SELECT n FROM orphaned')).toEqual([{ n: 3 }]);
    await postgres.stop();
  },
);

test('a pid file that names some other process does not keep it from starting', async () => {
  const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
  await writeFile(pidFile, `${process.ppid}\n`);
  if (root) await chown(pidFile, NOBODY, NOBODY);
  const postgres = await start();
  await postgres.stop();
});

describe('onExit', () => {
  test('is called when it ends by itself, and not when it is stopped', async () => {
    const calls: string[] = [];
    const stopped = await start();
    stopped.onExit((how) => calls.push(how));
    await stopped.stop();
    expect(calls).toEqual([]);

    const killed = await start();
    killed.onExit((how) => calls.push(how));
    process.kill(await serverPid(dataDir), 'SIGKILL');
    await waitFor(() => calls.length > 0);
    expect(calls).toHaveLength(1);
    await killed.stop();
  });
});

test('a cluster of another version is left alone', async () => {
  const versionFile = join(dataDir, 'cluster', 'PG_VERSION');
  const version = await readFile(versionFile, 'utf8');
  await writeFile(versionFile, '12\n');
  await expect(start()).rejects.toThrow(/was made by PostgreSQL 12, but PostgreSQL 18/);
  await writeFile(versionFile, version);
});

test.runIf(root)('runs as an ordinary user, and as root on what that user made', async () => {
  const home = await mkdtemp(join(tmpdir(), 'nexus-embedded-user-'));
  try {
    await chown(home, DAEMON, DAEMON);
    const folder = join(home, 'postgres');
    const child = startInChild(folder, { uid: DAEMON, gid: DAEMON });
    await query(await child.nextLine(), 'CREATE TABLE theirs (n int)');
    child.endInput();
    expect(await child.exited).toBe(0);
    expect((await stat(join(folder, 'cluster'))).uid).toBe(DAEMON);

    const postgres = await startEmbeddedPostgres({ dataDir: folder, logger });
    expect(await query(postgres.url, 'SELECT * FROM theirs')).toEqual([]);
    await postgres.stop();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
