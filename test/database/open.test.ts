import { randomUUID } from 'node:crypto';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database } from '../../server/database/open.ts';
import { CONNECT_TIMEOUT_MS } from '../../server/database/reach.ts';
import { isOutage } from '../../server/faults/database-faults.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { waitFor } from '../support/wait.ts';

let home: TestDatabase;
let database: Database;
let relay: Relay;
let log: { level: number; msg: string }[];

beforeEach(async () => {
  home = await createTestDatabase();
  relay = await startRelay(new URL(home.url));
  log = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => void log.push(JSON.parse(line)) },
  );
  database = await openDatabase({ url: relay.url, poolSize: 4, logger });
});

afterEach(async () => {
  await database.close();
  await relay.close();
  await home.drop();
});

/** Stands between us and PostgreSQL, and can be cut as a network can. */
interface Relay {
  readonly url: string;
  cut(): void;
  /** Leaves connections open and passes nothing on; takes new ones in the same way, or passes on what they say. */
  mute(options?: { withNew: boolean }): void;
  mend(): void;
  close(): Promise<void>;
}

async function startRelay(target: URL): Promise<Relay> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'mute' | 'shut' = 'open';
  const server: Server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
    }
    if (state === 'open') near.pipe(far).pipe(near);
    else if (state === 'shut') near.destroy();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const cut = () => {
    state = 'shut';
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const url = new URL(target);
  url.port = String(port);
  return {
    url: url.href,
    cut,
    mute({ withNew } = { withNew: false }) {
      if (withNew) state = 'mute';
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend: () => void (state = 'open'),
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

test('both ways lead to the same rows', async () => {
  const id = randomUUID();
  await database.prisma.tenant.create({ data: { id, name: 'Acme' } });
  const { rows } = await database.pool.query('SELECT name, "createdAt" FROM "Tenant"');
  expect(rows).toEqual([{ name: 'Acme', createdAt: expect.any(Date) }]);
});

test('64-bit numbers and transaction ids are bigint in the pool, in arrays too', async () => {
  const { rows } = await database.pool.query(
    `SELECT 9007199254740993 AS n, $1::bigint AS given, '18446744073709551615'::xid8 AS xid,
            ARRAY[1, NULL, 9007199254740993]::bigint[] AS many, '{}'::bigint[] AS none,
            ARRAY['7'::xid8] AS xids, 1 AS small`,
    [9_007_199_254_740_993n],
  );
  expect(rows).toEqual([
    {
      n: 9_007_199_254_740_993n,
      given: 9_007_199_254_740_993n,
      xid: 18_446_744_073_709_551_615n,
      many: [1n, null, 9_007_199_254_740_993n],
      none: [],
      xids: [7n],
      small: 1,
    },
  ]);
});

test('sessions are set up for batches, and what the URL asks for prevails', async () => {
  const show = `SELECT name, setting FROM pg_settings WHERE name IN
    ('jit', 'plan_cache_mode', 'statement_timeout', 'application_name') ORDER BY name`;
  const { rows } = await database.pool.query(show);
  expect(rows).toEqual([
    { name: 'application_name', setting: 'nexus' },
    { name: 'jit', setting: 'off' },
    { name: 'plan_cache_mode', setting: 'force_custom_plan' },
    { name: 'statement_timeout', setting: '30000' },
  ]);

  const url = new URL(home.url);
  url.searchParams.set('options', '-c statement_timeout=7s');
  const other = await openDatabase({
    url: url.href,
    poolSize: 2,
    logger: pino({ level: 'silent' }),
  });
  const asked = await other.pool.query(show);
  expect(asked.rows).toContainEqual({ name: 'statement_timeout', setting: '7000' });
  expect(asked.rows).toContainEqual({ name: 'plan_cache_mode', setting: 'force_custom_plan' });
  await other.close();
});

test('a PostgreSQL that is lost is told once, harms nobody, and is found again', async () => {
  expect(await database.isReady(1_000)).toBe(true);
  // Idle, checked out, busy, and under Prisma: each kind of connection breaks.
  const held = await database.pool.connect();
  await database.prisma.tenant.count();
  const busy = database.pool.query('SELECT pg_sleep(20)').catch((error: unknown) => error);
  await waitFor(async () => {
    const { rows } = await home.pool.query(
      `SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20)' AND state = 'active'`,
    );
    return rows.length === 1;
  });

  relay.cut();
  expect(isOutage(await busy)).toBe(true);
  for (let i = 0; i < 5; i += 1) expect(await database.isReady(500)).toBe(false);
  const fault = await database.prisma.tenant.count().catch((error: unknown) => error);
  expect(isOutage(fault)).toBe(true);
  held.release(true);
  expect(log.filter(({ level }) => level >= 40)).toHaveLength(1);

  relay.mend();
  await waitFor(() => database.isReady(500));
  expect(await database.prisma.tenant.count()).toBe(0);
  await toldOfBack();
});

const toldOfBack = async () => {
  await waitFor(() => log.length > 1);
  expect(log.map(({ msg }) => msg)).toEqual(['postgres.lost', 'postgres.back']);
};

test('connections on which nothing comes any more are ended, and made anew', async () => {
  expect(await database.isReady(2_000)).toBe(true);
  const held = await database.pool.connect();
  await database.pool.query('SELECT 1');
  relay.mute();
  const faults = await Promise.all(
    [held.query('SELECT 1'), database.pool.query('SELECT 1')].map((work) =>
      work.catch((error: unknown) => error),
    ),
  );
  expect(faults.map(isOutage)).toEqual([true, true]);
  held.release(true);
  await waitFor(() => database.isReady(500));
  expect((await database.pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  await toldOfBack();
});

test('a PostgreSQL from which nothing comes is not waited for', async () => {
  expect(await database.isReady(2_000)).toBe(true);
  relay.mute({ withNew: true });
  // Whoever is first finds out; then nobody waits.
  await database.pool.query('SELECT 1').catch(() => undefined);
  const began = performance.now();
  for (let n = 0; n < 20; n += 1) {
    expect(isOutage(await database.pool.query('SELECT 1').catch((error: unknown) => error))).toBe(
      true,
    );
  }
  expect(performance.now() - began).toBeLessThan(CONNECT_TIMEOUT_MS);
  expect(await database.isReady(100)).toBe(false);
  relay.mend();
  await waitFor(() => database.isReady(500));
  expect((await database.pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  await toldOfBack();
});

test('one that takes nothing is away, until one is found that does', async () => {
  const setReadOnly = (to: string) =>
    home.pool.query(
      `ALTER DATABASE ${new URL(home.url).pathname.slice(1)} SET default_transaction_read_only = ${to}`,
    );
  await setReadOnly('on');
  relay.cut();
  relay.mend();
  await waitFor(() => log.length > 0);
  const write = () =>
    database.pool.query(`INSERT INTO "Tenant" (id, name) VALUES ($1, 'Acme')`, [randomUUID()]);
  expect(isOutage(await write().catch((error: unknown) => error))).toBe(true);
  expect(await database.isReady(2_000)).toBe(false);
  expect((await database.pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);

  // Its connections stay as they are: they are made anew, as after a change of the primary.
  await home.pool.query('SET default_transaction_read_only = off');
  await setReadOnly('off');
  await waitFor(() => database.isReady(500));
  await write();
  await toldOfBack();
});

test('isReady answers in time, be the pool busy or PostgreSQL mute', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => database.pool.connect()));
  expect(await database.isReady(2_000)).toBe(true);
  for (const client of all) client.release();

  relay.mute();
  expect(await database.isReady(100)).toBe(false);
  relay.cut();
});

test('close lets statements end, and may be called twice', async () => {
  const slow = database.pool.query('SELECT pg_sleep(0.2), 5 AS n');
  await Promise.all([database.close(), database.close()]);
  expect((await slow).rows[0]).toMatchObject({ n: 5 });
  expect(await database.isReady(100)).toBe(false);
});
