import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../server/database/embedded/postgres.ts';
import { SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { testRedisUrl } from '../support/queue/redis.ts';
import { openTcpGate, type TcpGate } from '../support/receiver/tcp-gate.ts';
import { endure, tellOutage, type Outage } from './outage.ts';

interface Store {
  folder: string;
  postgres: EmbeddedPostgres;
  gate: TcpGate;
  start(): Promise<void>;
}

interface Case {
  name: string;
  lastsMs: number;
  /** Its files are on a disk of their own, so large. Only root can make one. */
  diskMegabytes?: number;
  outage(store: Store): Omit<Outage, 'lastsMs'>;
}

const cases: Case[] = [
  {
    name: 'is stopped and away for 60 s',
    lastsMs: 60_000,
    outage: (store) => ({
      async begin() {
        await store.gate.shut();
        await store.postgres.stop();
      },
      end: store.start,
    }),
  },
  {
    name: 'is killed and recovers from its log',
    lastsMs: 2_000,
    outage: (store) => ({
      async begin() {
        await crash(store.postgres.url);
      },
      end: () => Promise.resolve(),
    }),
  },
  {
    name: 'answers nothing any more, as behind a cut line',
    lastsMs: 20_000,
    outage: ({ gate }) => ({
      begin: () => Promise.resolve(gate.stall()),
      end: () => gate.reopen(),
    }),
  },
  {
    name: 'has no space left on its disk',
    lastsMs: 15_000,
    diskMegabytes: 300,
    outage: (store) => ({
      begin: () => fill(join(store.folder, 'filler')),
      async end() {
        await rm(join(store.folder, 'filler'));
        // It may have ended for want of space for its log.
        if (await run(store.postgres.url, 'SELECT 1').catch(() => null)) return;
        await store.postgres.stop();
        await store.start();
      },
    }),
  },
  {
    name: 'takes nothing any more, as a standby, or a managed one whose disk is full',
    lastsMs: 10_000,
    outage: ({ postgres }) => ({
      begin: () => setReadOnly(postgres.url, 'on'),
      end: () => setReadOnly(postgres.url, 'off'),
    }),
  },
];

/** A line for each part with connections of its own. */
const TOLD = new Set([
  'postgres.lost',
  'queue.postgres_lost',
  'queue.consumer_lost',
  'feed.postgres_lost',
  // What was claimed by a statement whose answer was cut off.
  'worker.claims_returned',
]);

const canMount = process.getuid?.() === 0 && process.platform === 'linux';

describe.each(SERVED_BACKENDS)('a PostgreSQL beside $on', ({ options }) => {
  const possible = cases.filter(({ diskMegabytes }) => canMount || diskMegabytes === undefined);
  test.each(possible)('that $name', { timeout: 400_000 }, async (tried) => {
    const { lastsMs, outage, diskMegabytes } = tried;
    const folder = await mkdtemp(join(tmpdir(), 'nexus-outage-'));
    if (diskMegabytes !== undefined) await mount(folder, diskMegabytes);
    const start = () =>
      startEmbeddedPostgres({
        dataDir: join(folder, 'postgres'),
        logger: pino({ level: 'silent' }),
      });
    const postgres = await start();
    const gate = await openTcpGate(postgres.url);
    const store: Store = {
      folder,
      postgres,
      gate,
      async start() {
        store.postgres = await start();
        await gate.reopen(store.postgres.url);
      },
    };
    try {
      const redisUrl = options.redisUrl === null ? null : testRedisUrl();
      const seen = await endure({ redisUrl, databaseUrl: gate.url }, { ...outage(store), lastsMs });
      tellOutage(seen);
      expect(seen.faults).toEqual([]);
      expect([...seen.refusals].filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual([]);
      expect(seen.slowestAnswerMs).toBeLessThan(6_000);
      expect(seen.wellAfterMs).toBeLessThan(10_000);
      for (const warnings of seen.warnings)
        expect(warnings.filter((each) => !TOLD.has(each))).toEqual([]);
      for (const warnings of seen.warnings) expect(warnings).toEqual([...new Set(warnings)]);
      expect(seen.notBack).toEqual([]);
      expect(seen.complaints).toEqual([]);
    } finally {
      await gate.shut();
      await store.postgres.stop();
      if (diskMegabytes !== undefined) await system('umount', [folder]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

const system = promisify(execFile);

async function mount(folder: string, megabytes: number): Promise<void> {
  await system('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
}

/** Writes until there is no space left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(64 * 1_024);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    await file.close();
  }
}

async function run(url: string, ...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let last: pg.QueryResult | undefined;
    for (const statement of statements) last = await client.query(statement);
    if (last === undefined) throw new Error('nothing to run');
    return last;
  } finally {
    await client.end();
  }
}

/** PostgreSQL takes a killed backend for a crash: it drops all others and recovers from its log. */
async function crash(url: string): Promise<void> {
  const { rows } = await run(
    url,
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'nexus' LIMIT 1`,
  );
  process.kill(Number(rows[0].pid), 'SIGKILL');
}

async function setReadOnly(url: string, to: 'on' | 'off'): Promise<void> {
  await run(
    url,
    'SET default_transaction_read_only = off',
    `ALTER SYSTEM SET default_transaction_read_only = ${to}`,
    'SELECT pg_reload_conf()',
  );
}
