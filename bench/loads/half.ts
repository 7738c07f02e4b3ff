import { startChild } from '../children/child.ts';
import type { FeedReport } from '../children/feed-sockets.ts';
import { createDrivers } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { percentiles } from '../percentiles.ts';
import { type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface HalfLoad {
  kind: Kind;
  webhooks: number;
}

export const HALF_LOADS: readonly HalfLoad[] = [
  { kind: 'served', webhooks: 1 },
  { kind: 'embedded', webhooks: 1 },
  { kind: 'served', webhooks: 10 },
  { kind: 'embedded', webhooks: 10 },
];

const CONNECTIONS = 32;
/** The pieces of a run: what is held after the first is compared with what is held after the last. */
const PIECES = 10;

/**
 * At half of what the product takes, one event a call: how late deliveries arrive and are told as SUCCESS over a
 * socket, and what the processes hold from the first tenth of the run, `seconds` in all, to the last. What grows is
 * a leak, or waits for a collection: run it for ten minutes.
 */
export async function measureHalf(
  { kind, webhooks }: HalfLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const stand = await startStand({ kind, ...options });
  const endpoints = await makeWebhooks(stand, webhooks);
  const { address, addresses, key } = stand;
  const { warmUp, driver } = createDrivers({ addresses, keys: [key], connections: CONNECTIONS });
  const flatOutSeconds = Math.min(5, seconds);
  let events = await warmUp.flatOut(flatOutSeconds);
  await endpoints.received(events * webhooks);
  const begun = performance.now();
  const most = await warmUp.flatOut(flatOutSeconds);
  events += most;
  await endpoints.received(events * webhooks);
  const perSecond = (1_000 * most) / (performance.now() - begun);
  const flatOut = stand.peakMemory();

  const feed = await startChild<FeedReport>('feed-sockets.ts', address, '1', key);
  const rate = perSecond / 2;
  const held: number[] = [];
  for (let piece = 0; piece < PIECES; piece += 1) {
    const count = Math.max(1, Math.round((rate * seconds) / PIECES));
    await driver.atRate(rate, count);
    events += count;
    held.push(stand.memory());
  }
  const { latencies } = await endpoints.received(events * webhooks);
  const told = percentiles((await feed.report()).success);
  feed.end();
  const arrived = percentiles(latencies);
  const peak = stand.peakMemory();
  for (const each of [warmUp, driver]) await each.close();
  endpoints.end();
  await stand.stop();
  return {
    'deliveries/s': rate * webhooks,
    'receiver p50': arrived.p50,
    'receiver p95': arrived.p95,
    'receiver p99': arrived.p99,
    'told p50': told.p50,
    'told p95': told.p95,
    'told p99': told.p99,
    'first MB': held[0] ?? Number.NaN,
    'halfway MB': held[PIECES / 2 - 1] ?? Number.NaN,
    'last MB': held.at(-1) ?? Number.NaN,
    'flat out, peak MB': flatOut,
    'peak MB': peak,
  };
}
