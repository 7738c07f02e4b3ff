import type { Figures } from '../figures.ts';
import { now } from '../percentiles.ts';
import { createDriver, type Driver } from '../stand/driver.ts';
import { costs, type Stand, type StandOptions, startStand } from '../stand/stand.ts';
import { makeWebhooks } from '../stand/webhooks.ts';
import { rawPost } from './baselines.ts';

/** Events that are triggered in one way or another, and all of their deliveries. */
export interface DeliveredRun {
  stand: StandOptions;
  webhooks: number;
  /** Of the triggers. */
  connections: number;
  seconds: number;
  /** Seconds of the same before it, at most. */
  warmUpSeconds: number;
  /** What comes before, once the webhooks are there; its figures are told with the others. */
  prepare?(stand: Stand): Promise<Figures>;
  /** Triggers for so many seconds, or as much as takes so long; returns how many events. */
  trigger(driver: Driver, seconds: number): Promise<number>;
}

/**
 * From the first trigger until all deliveries have arrived and are on record. Nothing may be lost, come
 * twice or be badly signed.
 */
export async function measureDelivered(run: DeliveredRun): Promise<Figures> {
  const { webhooks, connections, seconds } = run;
  const raw = await rawPost(Math.min(3, seconds));
  const stand = await startStand(run.stand);
  const endpoints = await makeWebhooks(stand, webhooks);
  const prepared = await run.prepare?.(stand);
  const { addresses, key } = stand;
  const warmUp = createDriver({ addresses, keys: [key], connections, isWarmUp: true });
  const warm = (await run.trigger(warmUp, Math.min(run.warmUpSeconds, seconds))) * webhooks;
  await endpoints.received(warm);
  await warmUp.close();

  const driver = createDriver({ addresses, keys: [key], connections });
  const [before, walBefore, begun] = [await stand.cpu(), await stand.walBytes(), now()];
  const deliveries = (await run.trigger(driver, seconds)) * webhooks;
  const triggeredAt = now();
  const { lastAt } = await endpoints.received(warm + deliveries);
  const [after, walAfter] = [await stand.cpu(), await stand.walBytes()];
  await driver.close();
  endpoints.end();
  const peak = stand.peakMemory();
  await stand.stop();

  const rate = (1_000 * deliveries) / (lastAt - begun);
  return {
    'deliveries/s': rate,
    'raw POST/s': raw,
    '÷ raw': rate / raw,
    'triggered/s': (1_000 * deliveries) / (triggeredAt - begun),
    ...costs(before, after, deliveries),
    'WAL bytes': (walAfter - walBefore) / deliveries,
    'peak MB': peak,
    ...prepared,
  };
}
