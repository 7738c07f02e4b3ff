import { setTimeout as pause } from 'node:timers/promises';

import { startChild } from '../children/child.ts';
import { createDriver } from '../stand/driver.ts';
import type { FeedReport } from '../children/feed-sockets.ts';
import type { Figures } from '../figures.ts';
import { percentiles } from '../percentiles.ts';
import { type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

/** One load: events a second, one a call, and sockets that follow them. */
export interface FeedLoad {
  kind: Kind;
  rate: number;
  sockets: number;
  /** Over how many both are spread. */
  tenants: number;
}

const CONNECTIONS = 64;

/** Those of the promises: idle, and busy without and with readers. */
export const feedLoads = (kind: Kind): FeedLoad[] => [
  { kind, rate: 20, sockets: 1, tenants: 1 },
  { kind, rate: 200, sockets: 0, tenants: 1 },
  { kind, rate: 200, sockets: 1, tenants: 1 },
  { kind, rate: 200, sockets: 100, tenants: 1 },
  { kind, rate: 67, sockets: 500, tenants: 50 },
  { kind, rate: 1_000, sockets: 0, tenants: 1 },
  { kind, rate: 1_000, sockets: 1, tenants: 1 },
];

/** How soon deliveries arrive, and how soon the feed shows them. */
export async function measureFeed(
  { kind, rate, sockets, tenants }: FeedLoad,
  seconds: number,
  watched: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const stand = await startStand({ kind, ...watched });
  const keys = [stand.key, ...(await stand.addTenants(tenants - 1))];
  const endpoints = await makeWebhooks(stand, 1, keys);
  const { address, addresses } = stand;
  const feed =
    sockets === 0
      ? null
      : await startChild<FeedReport>('feed-sockets.ts', address, `${sockets}`, ...keys);
  const warmUp = createDriver({ addresses, keys, connections: CONNECTIONS, isWarmUp: true });
  const warm = Math.max(20, rate * 2);
  await warmUp.atRate(rate, warm);
  await endpoints.received(warm);

  const [before, transactionsBefore] = [await stand.cpu(), await stand.transactions()];
  const count = rate * seconds;
  const driver = createDriver({ addresses, keys, connections: CONNECTIONS });
  await driver.atRate(rate, count);
  const { latencies } = await endpoints.received(warm + count);
  // What is still to come; PostgreSQL updates its numbers a second late.
  await pause(3_000);
  const [after, transactions] = [await stand.cpu(), await stand.transactions()];
  const arrived = percentiles(latencies);
  const told = feed && (await feed.report());
  feed?.end();
  const followed = told && percentiles(told.success);
  const sinceChange = told && percentiles(told.fromChange);
  await Promise.all([warmUp.close(), driver.close()]);
  endpoints.end();
  await stand.stop();
  return {
    'receiver p50': arrived.p50,
    'receiver p95': arrived.p95,
    'feed p50': followed?.p50 ?? Number.NaN,
    'feed p95': followed?.p95 ?? Number.NaN,
    'feed p99': followed?.p99 ?? Number.NaN,
    'change p50': sinceChange?.p50 ?? Number.NaN,
    'change p95': sinceChange?.p95 ?? Number.NaN,
    'SENDING seen %': told === null ? Number.NaN : (100 * told.sendings) / told.success.length,
    'sockets CPU %': told === null ? Number.NaN : 100 * told.cpuShare,
    'own CPU %': (100 * (after.own - before.own)) / seconds,
    'PostgreSQL CPU %': (100 * (after.postgres - before.postgres)) / seconds,
    'transactions/s': (transactions - transactionsBefore) / seconds,
  };
}
