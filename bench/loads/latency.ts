import { setTimeout as pause } from 'node:timers/promises';

import { createDrivers } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { percentiles } from '../percentiles.ts';
import { type Cpu, type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface LatencyLoad {
  kind: Kind;
  /** Events a second, one a call. */
  rate: number;
}

export const LATENCY_LOADS: readonly LatencyLoad[] = [
  { kind: 'served', rate: 200 },
  { kind: 'embedded', rate: 200 },
  { kind: 'replicas', rate: 200 },
  { kind: 'served', rate: 50 },
  { kind: 'replicas', rate: 50 },
  { kind: 'served', rate: 5 },
  { kind: 'served', rate: 500 },
  { kind: 'served', rate: 1_000 },
  { kind: 'embedded', rate: 1_000 },
];

const CONNECTIONS = 64;
/** For what a start leaves to do. */
const SETTLE_MS = 2_000;
/** At low rates: enough to tell a percentile from a single one. */
const FEWEST = 100;
/** A server that has run for a while: its code has been compiled by use. Less before a short run. */
const WARM_UP = { events: 5_000, rate: 500, shortEvents: 200, shortSeconds: 2 };

/**
 * How long after its trigger an event is answered, arrives and is on record, in milliseconds; and
 * what it costs, at this load and with none.
 */
export async function measureLatency(
  { kind, rate }: LatencyLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const stand = await startStand({ kind, ...options });
  const endpoints = await makeWebhooks(stand, 1);
  const { addresses, key, database } = stand;
  const { warmUp, driver } = createDrivers({ addresses, keys: [key], connections: CONNECTIONS });
  const warm = seconds < WARM_UP.shortSeconds ? WARM_UP.shortEvents : WARM_UP.events;
  await warmUp.atRate(WARM_UP.rate, warm);
  await endpoints.received(warm);
  await pause(SETTLE_MS);

  const idleBefore = await stand.cpu();
  await pause(1_000 * seconds);
  const before = await stand.cpu();
  const count = Math.max(FEWEST, rate * seconds);
  const begun = performance.now();
  const answers = percentiles(await driver.atRate(rate, count));
  const { latencies } = await endpoints.received(warm + count);
  const tookSeconds = (performance.now() - begun) / 1_000;
  const after = await stand.cpu();
  const arrived = percentiles(latencies);
  const { rows } = await database.query<{ ms: number }>(
    `SELECT extract(epoch FROM "updatedAt")::float8 * 1000 - split_part("eventId", '-', 1)::float8 AS ms
     FROM "Delivery" WHERE split_part("eventId", '-', 2) NOT LIKE 'w%'`,
  );
  const recorded = percentiles(rows.map(({ ms }) => ms));
  for (const each of [warmUp, driver]) await each.close();
  endpoints.end();
  const peak = stand.peakMemory();
  await stand.stop();

  const spent = (from: Cpu, to: Cpu) =>
    to.own - from.own + to.postgres - from.postgres + to.redis - from.redis;
  return {
    'answer p50': answers.p50,
    'answer p95': answers.p95,
    'receiver p50': arrived.p50,
    'receiver p95': arrived.p95,
    'receiver p99': arrived.p99,
    'record p50': recorded.p50,
    'record p95': recorded.p95,
    'CPU ms': (1_000 * spent(before, after)) / count,
    'own CPU ms': (1_000 * (after.own - before.own)) / count,
    'CPU %': (100 * spent(before, after)) / tookSeconds,
    'idle CPU %': (100 * spent(idleBefore, before)) / seconds,
    'peak MB': peak,
  };
}
