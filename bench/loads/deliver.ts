import { rawPost } from './baselines.ts';
import { createDriver } from '../stand/driver.ts';
import type { Figures } from '../figures.ts';
import { now } from '../percentiles.ts';
import { type Kind, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';

export interface DeliverLoad {
  kind: Kind;
  webhooks: number;
  /** Worker processes, where it is served. */
  workers: number;
}

export const DELIVER_LOADS: readonly DeliverLoad[] = [
  { kind: 'embedded', webhooks: 1, workers: 0 },
  { kind: 'embedded', webhooks: 10, workers: 0 },
  { kind: 'embedded', webhooks: 1_000, workers: 0 },
  { kind: 'served', webhooks: 1, workers: 1 },
  { kind: 'served', webhooks: 10, workers: 1 },
  { kind: 'served', webhooks: 10, workers: 2 },
  { kind: 'postgres', webhooks: 10, workers: 1 },
];

/** Of the triggers: a few are enough, for each carries many events. */
const CONNECTIONS = 4;
/** Deliveries that one call makes, as far as a batch of events allows. */
const DELIVERIES_A_CALL = 500;
/** So many to deliver for each second that a run should take, or some more. */
const DELIVERIES_A_SECOND = 5_000;

/**
 * Events in batches, as many as a run of so many seconds delivers: from the first trigger until all
 * are on record. Nothing may be lost, come twice or be badly signed.
 */
export async function measureDeliver(
  { kind, webhooks, workers }: DeliverLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind' | 'workers'> = {},
): Promise<Figures> {
  const raw = await rawPost(Math.min(3, seconds));
  const stand = await startStand({ kind, workers, ...options });
  const endpoints = await makeWebhooks(stand, webhooks);
  const { address, key } = stand;
  const size = Math.max(1, Math.round(DELIVERIES_A_CALL / webhooks));
  const count = (duration: number) =>
    Math.max(1, Math.round((duration * DELIVERIES_A_SECOND) / webhooks));
  const [warm, events] = [count(Math.min(2, seconds)), count(seconds)];
  const warmUp = createDriver({ address, keys: [key], connections: CONNECTIONS, isWarmUp: true });
  await warmUp.inBatches(warm, size);
  await endpoints.received(warm * webhooks);
  await warmUp.close();

  const driver = createDriver({ address, keys: [key], connections: CONNECTIONS });
  const [before, walBefore, begun] = [await stand.cpu(), await stand.walBytes(), now()];
  await driver.inBatches(events, size);
  const triggeredAt = now();
  const deliveries = events * webhooks;
  const { lastAt } = await endpoints.received(warm * webhooks + deliveries);
  const [after, walAfter] = [await stand.cpu(), await stand.walBytes()];
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
    'triggered/s': (1_000 * deliveries) / (triggeredAt - begun),
    'own µs': each('own'),
    'PostgreSQL µs': each('postgres'),
    'Redis µs': each('redis'),
    'WAL bytes': (walAfter - walBefore) / deliveries,
    'peak MB': peak,
  };
}
