import { rawPost } from './baselines.ts';
import { createDriver } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { now } from '../percentiles.ts';
import { type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface SingleLoad {
  kind: Kind;
  webhooks: number;
}

export const SINGLE_LOADS: readonly SingleLoad[] = [
  { kind: 'served', webhooks: 1 },
  { kind: 'embedded', webhooks: 1 },
  { kind: 'served', webhooks: 10 },
  { kind: 'embedded', webhooks: 10 },
  { kind: 'postgres', webhooks: 1 },
];

const CONNECTIONS = 32;

/**
 * One event a call, as fast as the calls are answered, until all deliveries have arrived and are on
 * record. Nothing may be lost, come twice or be badly signed.
 */
export async function measureSingle(
  { kind, webhooks }: SingleLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const raw = await rawPost(Math.min(3, seconds));
  const stand = await startStand({ kind, ...options });
  const endpoints = await makeWebhooks(stand, webhooks);
  const { address, key } = stand;
  const warmUp = createDriver({ address, keys: [key], connections: CONNECTIONS, isWarmUp: true });
  const warm = (await warmUp.flatOut(Math.min(3, seconds))) * webhooks;
  await endpoints.received(warm);
  await warmUp.close();

  const driver = createDriver({ address, keys: [key], connections: CONNECTIONS });
  const [before, begun] = [await stand.cpu(), now()];
  const events = await driver.flatOut(seconds);
  const deliveries = events * webhooks;
  const { lastAt } = await endpoints.received(warm + deliveries);
  const after = await stand.cpu();
  await driver.close();
  endpoints.end();
  const peak = stand.peakMemory();
  await stand.stop();

  const rate = (1_000 * deliveries) / (lastAt - begun);
  const each = (name: keyof typeof after) => (1e6 * (after[name] - before[name])) / deliveries;
  return {
    'deliveries/s': rate,
    'raw POST/s': raw,
    '÷ raw': rate / raw,
    'own µs': each('own'),
    'PostgreSQL µs': each('postgres'),
    'Redis µs': each('redis'),
    'peak MB': peak,
  };
}
