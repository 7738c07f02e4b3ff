import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../server/database/embedded/postgres.ts';
import { postOperation } from '../support/installation/api-client.ts';
import { countByStatus, waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { platformOn } from '../support/installation/platform.ts';
import { failTimes, startReceiver, type Receiver } from '../support/receiver/receiver.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { openTcpGate, type TcpGate } from '../support/receiver/tcp-gate.ts';
import { waitFor } from '../support/wait.ts';

/** Longer than the pause between any two tries, shorter than a lease. */
const AWAY_MS = 3_000;
const TRIGGER = `mutation ($n: Int!) {
  eventTrigger(input: { type: "user.created", payload: { n: $n } }) { event { id } }
}`;

let folder: string;
let postgres: EmbeddedPostgres;
let gate: TcpGate;
let receiver: Receiver;
let served: ServedProcesses;
let api: RunningServer;
let worker: RunningServer;

const startPostgres = () =>
  startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), logger: pino({ level: 'silent' }) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-restart-'));
  postgres = await startPostgres();
  gate = await openTcpGate(postgres.url);
  receiver = await startReceiver();
  served = await makeServedProcesses({ databaseUrl: gate.url });
  [api, worker] = await Promise.all([served.start('api'), served.start('worker')]);
  const platform = platformOn(served.clientOf(api));
  await platform.createWebhook({ url: receiver.url('/steady') });
  receiver.on('/shaky', failTimes(50));
  await platform.createWebhook({ url: receiver.url('/shaky') });
}, 120_000);

afterAll(async () => {
  await served.stop();
  await receiver.close();
  await gate.shut();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

const answers = async (server: RunningServer, path: string) =>
  (await fetch(`${server.address}${path}`)).status;

interface Load {
  /** Events whose triggers were answered. */
  readonly accepted: number;
  /** The codes of the errors that the others got. */
  readonly refusals: ReadonlySet<unknown>;
  /** Fails where the API did not answer at all. */
  end(): Promise<void>;
}

/** Triggers one event after the other. */
function triggerOn(server: RunningServer): Load {
  let accepted = 0;
  let isEnding = false;
  const refusals = new Set<unknown>();
  const triggering = (async () => {
    for (let n = 0; !isEnding; n += 1) {
      const { data, errors } = await postOperation<{
        eventTrigger: { event: { id: string } | null };
      } | null>(server.address, served.env['BOOTSTRAP_API_KEY'] ?? null, TRIGGER, { n });
      if (data?.eventTrigger.event) accepted += 1;
      else refusals.add(errors?.[0]?.extensions['code']);
      await pause(10);
    }
  })();
  // Where the test fails earlier, nobody asks for it.
  triggering.catch(() => undefined);
  return {
    get accepted() {
      return accepted;
    },
    refusals,
    async end() {
      isEnding = true;
      await triggering;
    },
  };
}

/** Waits for the end of all there is, and looks whether all of it was delivered, under its own id. */
async function expectAllDelivered(atLeast: number): Promise<void> {
  const deliveries = await waitUntilAllEnded(served.clientOf(api), 60_000);
  expect(deliveries.length).toBeGreaterThanOrEqual(atLeast);
  expect(countByStatus(deliveries)).toEqual({ SUCCESS: deliveries.length });
  const requests = ['/steady', '/shaky'].flatMap((path) => receiver.requests(path));
  const ids = new Set(requests.map(({ headers }) => headers['webhook-id']));
  expect(ids).toEqual(new Set(deliveries.map(({ id }) => id)));
}

test('a restart of PostgreSQL under load ends no process and loses nothing accepted', async () => {
  const load = triggerOn(api);
  await receiver.waitForRequests('/steady', 30, 20_000);

  // It comes back at another port, which the gate hides.
  await gate.shut();
  await postgres.stop();
  await waitFor(async () => (await answers(api, '/health/ready')) === 503);
  expect(await answers(api, '/health/live')).toBe(200);
  expect(await answers(worker, '/health/live')).toBe(200);
  await pause(AWAY_MS);
  const before = load.accepted;
  postgres = await startPostgres();
  await gate.reopen(postgres.url);
  await waitFor(
    async () => (await answers(worker, '/health/ready')) === 200 && load.accepted > before + 20,
  );
  await load.end();

  expect([...load.refusals]).toEqual(['SERVICE_UNAVAILABLE']);
  await expectAllDelivered(2 * load.accepted);
  for (const { warnings: warned, complaints } of [api, worker]) {
    expect(warned).toEqual([...new Set(warned)]);
    expect(warned).not.toEqual([]);
    expect(complaints).toEqual([]);
  }
}, 120_000);

test('so does a crash that costs all connections in the middle of their statements', async () => {
  const load = triggerOn(api);
  await waitFor(() => load.accepted > 30);
  // PostgreSQL takes a killed backend for a crash: it drops all others and recovers from its log.
  const { rows } = await queryOnce<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'nexus' AND pid <> pg_backend_pid() LIMIT 1`,
  );
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  const before = load.accepted;
  await waitFor(() => load.accepted > before + 50);
  await load.end();

  expect(load.refusals.size).toBeLessThanOrEqual(1);
  await expectAllDelivered(2 * load.accepted);
  for (const server of [api, worker]) {
    expect(server.complaints).toEqual([]);
    server.kill('SIGTERM');
    expect(await server.waitForExit()).toEqual({ code: 0, signal: null });
  }
}, 120_000);

async function queryOnce<Row extends pg.QueryResultRow>(sql: string) {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return await client.query<Row>(sql);
  } finally {
    await client.end();
  }
}
