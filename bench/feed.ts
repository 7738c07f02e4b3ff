import { setTimeout as pause } from 'node:timers/promises';

import { Pool } from 'undici';

import { startChild } from './child.ts';
import type { FeedReport } from './feed-sockets.ts';
import { median, now, percentiles } from './percentiles.ts';
import { startService } from './service.ts';

/** One load: events a second, one a call, and sockets that follow them. */
export interface FeedLoad {
  rate: number;
  sockets: number;
  /** Over how many both are spread; 1 where left out. */
  tenants?: number;
}

export interface FeedOptions {
  loads: readonly FeedLoad[];
  /** Of each load; medians are told. */
  runs: number;
  seconds: number;
}

/** Those of the promises: idle, and busy without and with readers. */
export const USUAL_LOADS: readonly FeedLoad[] = [
  { rate: 20, sockets: 1 },
  { rate: 200, sockets: 0 },
  { rate: 200, sockets: 1 },
  { rate: 200, sockets: 100 },
  { rate: 67, sockets: 500, tenants: 50 },
  { rate: 1_000, sockets: 0 },
  { rate: 1_000, sockets: 1 },
];

type Figures = Record<string, number>;

/**
 * How soon deliveries arrive, and how soon the feed tells of them. The loads take turns, so that
 * what slows the machine down for a while slows them all; medians are told.
 */
export async function benchFeed({ loads, runs, seconds }: FeedOptions): Promise<void> {
  const measured = loads.map((): Figures[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, load] of loads.entries()) {
      const figures = await measure(load, seconds);
      measured[index]?.push(figures);
      console.log(JSON.stringify({ run, ...load, ...rounded(figures) }));
    }
  }
  console.table(
    loads.map(({ rate, sockets, tenants = 1 }, index) => ({
      'events/s': rate,
      sockets,
      tenants,
      ...rounded(mediansOf(measured[index] ?? [])),
    })),
  );
}

function mediansOf(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  const medianOf = (name: string) => median(runs.map((each) => each[name] ?? Number.NaN));
  return Object.fromEntries(names.map((name) => [name, medianOf(name)]));
}

function rounded(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(10 * value) / 10]),
  );
}

/** A server of its own for each run: none begins with what another has left. */
async function measure(
  { rate, sockets, tenants = 1 }: FeedLoad,
  seconds: number,
): Promise<Figures> {
  const service = await startService();
  const receiver = await startChild<number[]>('receiver.ts');
  const keys = [service.key, ...(await service.addTenants(tenants - 1))];
  for (const key of keys) {
    await service.ask(
      `mutation ($url: String!) { webhookCreate(input: { name: "bench", url: $url, eventTypes: ["user.created"] }) { userErrors { message } } }`,
      { url: `http://127.0.0.1:${String(receiver.ready)}/` },
      key,
    );
  }
  const feed =
    sockets === 0
      ? null
      : await startChild<FeedReport>('feed-sockets.ts', service.address, `${sockets}`, ...keys);
  // Compiled and connected before anything is measured.
  const { address } = service;
  await drive({ address, keys, rate, count: Math.max(20, rate * 2), isWarmUp: true });

  const [cpuBefore, transactionsBefore] = [service.cpu(), await service.transactions()];
  const count = rate * seconds;
  await drive({ address, keys, rate, count, isWarmUp: false });
  // What is still on its way; PostgreSQL tells its numbers a second late.
  await pause(3_000);
  const [cpu, transactions] = [service.cpu(), await service.transactions()];
  const arrived = percentiles((await receiver.report()).slice(-count));
  const told = feed && (await feed.report());
  const followed = told && percentiles(told.success);
  const sinceChange = told && percentiles(told.fromChange);
  await service.stop();
  return {
    'receiver p50': arrived.p50,
    'receiver p95': arrived.p95,
    'feed p50': followed?.p50 ?? Number.NaN,
    'feed p95': followed?.p95 ?? Number.NaN,
    'feed p99': followed?.p99 ?? Number.NaN,
    'change p50': sinceChange?.p50 ?? Number.NaN,
    'change p95': sinceChange?.p95 ?? Number.NaN,
    'SENDING seen %': told === null ? Number.NaN : (100 * told.sendings) / told.success.length,
    'server CPU %': (100 * (cpu.server - cpuBefore.server)) / seconds,
    'PostgreSQL CPU %': (100 * (cpu.postgres - cpuBefore.postgres)) / seconds,
    'transactions/s': (transactions - transactionsBefore) / seconds,
  };
}

const PAYLOAD = { user_id: 12_345, text: 'x'.repeat(400) };
const TRIGGER =
  'mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) { isDuplicate userErrors { message } } }';

/** Triggers at even distances, whether or not those before have been answered. */
async function drive({
  address,
  keys,
  rate,
  count,
  isWarmUp,
}: {
  address: string;
  keys: readonly string[];
  rate: number;
  count: number;
  isWarmUp: boolean;
}): Promise<void> {
  const pool = new Pool(address, { connections: 64 });
  const answers: Promise<void>[] = [];
  const trigger = async (n: number) => {
    const eventId = `${now().toFixed(2)}-${isWarmUp ? 'w' : ''}${n}`;
    const variables = { input: { type: 'user.created', eventId, payload: PAYLOAD } };
    const { statusCode, body } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${keys[n % keys.length]}`,
      },
      body: JSON.stringify({ query: TRIGGER, variables }),
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('"userErrors":[]')) throw new Error(text);
  };
  const begun = performance.now();
  for (let n = 0; n < count; n += 1) {
    const wait = begun + (n * 1_000) / rate - performance.now();
    if (wait > 1) await pause(wait);
    answers.push(trigger(n));
  }
  await Promise.all(answers);
  await pool.close();
}
