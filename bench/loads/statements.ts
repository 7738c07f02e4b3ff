import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Pool, QueryConfig } from 'pg';
import { pino } from 'pino';

import { startEmbeddedPostgres } from '../../server/database/embedded/postgres.ts';
import { migrate } from '../../server/database/migrations.ts';
import { openPool } from '../../server/database/pool.ts';
import { claimByIds } from '../../server/deliveries/changes/claim.ts';
import { recordAttemptsQuery } from '../../server/deliveries/changes/record.ts';
import { type EventRules, prepareEvent } from '../../server/events/trigger/event-input.ts';
import { insertEvents, type NewEvent } from '../../server/events/trigger/insert-events.ts';
import { attemptAt, newClaimer, PATIENT } from '../../test/support/database/claims.ts';
import {
  insertSubscription,
  insertTenant,
  insertWebhook,
} from '../../test/support/database/delivery-factory.ts';
import { PAYLOAD } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';

export interface StatementsLoad {
  /** Events of one statement. */
  batch: number;
  webhooks: number;
}

export const STATEMENTS_LOADS: readonly StatementsLoad[] = [
  { batch: 1, webhooks: 1 },
  { batch: 12, webhooks: 1 },
  { batch: 200, webhooks: 1 },
  { batch: 100, webhooks: 10 },
];

const TYPE = 'user.created';
const RULES: EventRules = {
  types: new Map([[TYPE, { id: '', name: TYPE, validation: 'NONE', schemaHash: null }]]),
  schemas: new Map(),
  payloadBytes: Infinity,
  refusesMisfits: false,
};

/** Deliveries that go before those that are measured: an empty table's indexes are cheaper. */
const WARM_UP = 10_000;
/** Deliveries that one statement claims or records. */
const MOST = 200;

/**
 * What the statements of a delivery's way cost PostgreSQL, one after the other on one connection:
 * microseconds of CPU of the backend that carries them out, and bytes of WAL, for each delivery. The
 * checkpointer and the WAL writer, and waiting for the disk, stay out.
 */
export async function measureStatements(
  { batch, webhooks }: StatementsLoad,
  seconds: number,
): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-'));
  const logger = pino({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir: folder, logger });
  const pool = openPool({ url: postgres.url, poolSize: 1 }, 'batches');
  try {
    await migrate(postgres.url, { logger });
    const tenantId = await insertTenant(pool);
    for (let n = 0; n < webhooks; n += 1) {
      await insertSubscription(pool, await insertWebhook(pool, tenantId));
    }
    const way = createWay(pool, tenantId, batch, webhooks);
    for (let made = 0; made < WARM_UP; made += batch * webhooks) await way.once();
    way.forget();
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) await way.once();
    return way.figures();
  } finally {
    await pool.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Step = 'insert' | 'claim' | 'record';

function createWay(pool: Pool, tenantId: string, batch: number, webhooks: number) {
  const claimer = newClaimer();
  const spent: Record<Step, { cpu: number; wal: number }> = {
    insert: { cpu: 0, wal: 0 },
    claim: { cpu: 0, wal: 0 },
    record: { cpu: 0, wal: 0 },
  };
  let deliveries = 0;

  async function state() {
    const { rows } = await pool.query<{ pid: number; wal: string }>({
      name: 'state',
      text: `SELECT pg_backend_pid() AS pid, pg_current_wal_insert_lsn() - '0/0' AS wal`,
    });
    const [row] = rows;
    if (!row) throw new Error('no state');
    return { cpu: nanosecondsOf(row.pid) / 1_000, wal: Number(row.wal) };
  }

  async function measured<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const before = await state();
    const value = await work();
    const after = await state();
    spent[step].cpu += after.cpu - before.cpu;
    spent[step].wal += after.wal - before.wal;
    return value;
  }

  return {
    async once() {
      const events = Array.from({ length: batch }, () => newEvent(tenantId));
      const made = await measured('insert', () => insertEvents(pool, events));
      const ids = [...made.values()].flatMap(({ deliveryIds }) => deliveryIds);
      for (let from = 0; from < ids.length; from += MOST) {
        const some = ids.slice(from, from + MOST);
        const { claimed } = await measured('claim', () => claimByIds(pool, claimer, some, 60));
        const attempts = claimed.map((each) => attemptAt(each, { status: 'SUCCESS' }));
        const query: QueryConfig = recordAttemptsQuery(attempts, PATIENT);
        const { rows } = await measured('record', () => pool.query(query));
        if (rows.length !== some.length) throw new Error('not all were recorded');
      }
      deliveries += ids.length;
      if (ids.length !== batch * webhooks) throw new Error('not all were made');
    },
    forget() {
      deliveries = 0;
      for (const each of Object.values(spent)) Object.assign(each, { cpu: 0, wal: 0 });
    },
    figures(): Figures {
      const figures: Figures = { deliveries };
      for (const [step, { cpu }] of Object.entries(spent)) figures[`${step} µs`] = cpu / deliveries;
      for (const [step, { wal }] of Object.entries(spent))
        figures[`${step} WAL`] = wal / deliveries;
      const sum = (what: 'cpu' | 'wal') =>
        Object.values(spent).reduce((total, each) => total + each[what], 0) / deliveries;
      return { ...figures, µs: sum('cpu'), WAL: sum('wal') };
    },
  };
}

/** Time on a processor so far (Linux, Documentation/scheduler/sched-stats.rst). */
const nanosecondsOf = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);

/** As the trigger makes it. */
function newEvent(tenantId: string): NewEvent {
  const { value } = prepareEvent(tenantId, { type: TYPE, payload: PAYLOAD }, [], RULES);
  if (value === undefined) throw new Error('the event is not good');
  return value;
}
