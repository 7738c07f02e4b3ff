import { createDrivers } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface MemoryLoad {
  kind: Kind;
  webhooks: number;
}

export const MEMORY_LOADS: readonly MemoryLoad[] = [
  { kind: 'served', webhooks: 10 },
  { kind: 'embedded', webhooks: 10 },
];

const CONNECTIONS = 32;
/** The pieces of a run: what is held after the first is compared with what is held after the last. */
const PIECES = 10;

/**
 * What the product's processes hold at half of what they take, one event a call: from the first tenth of
 * the run, `seconds` in all, to the last. What grows is a leak, or waits for a collection: run it for ten minutes.
 */
export async function measureMemory(
  { kind, webhooks }: MemoryLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const stand = await startStand({ kind, ...options });
  const endpoints = await makeWebhooks(stand, webhooks);
  const { addresses, key } = stand;
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

  const rate = perSecond / 2;
  const held: number[] = [];
  for (let piece = 0; piece < PIECES; piece += 1) {
    const count = Math.max(1, Math.round((rate * seconds) / PIECES));
    await driver.atRate(rate, count);
    events += count;
    held.push(stand.memory());
  }
  await endpoints.received(events * webhooks);
  const peak = stand.peakMemory();
  for (const each of [warmUp, driver]) await each.close();
  endpoints.end();
  await stand.stop();
  return {
    'deliveries/s': rate * webhooks,
    'first MB': held[0] ?? Number.NaN,
    'halfway MB': held[PIECES / 2 - 1] ?? Number.NaN,
    'last MB': held.at(-1) ?? Number.NaN,
    'flat out, peak MB': flatOut,
    'peak MB': peak,
  };
}
