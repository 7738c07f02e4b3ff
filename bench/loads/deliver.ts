import type { Figures } from '../figures.ts';
import type { Kind, StandOptions } from '../stand/stand.ts';
import { type DeliveredRun, measureDelivered } from './delivered.ts';

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

/** Events in batches, as many as a run of so many seconds delivers. */
export function measureDeliver(
  { kind, webhooks, workers }: DeliverLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind' | 'workers'> = {},
): Promise<Figures> {
  return measureDelivered({ stand: { kind, workers, ...options }, seconds, ...inBulk(webhooks) });
}

/** The run of events in batches, each to so many webhooks. */
export function inBulk(
  webhooks: number,
): Pick<DeliveredRun, 'webhooks' | 'connections' | 'warmUpSeconds' | 'trigger'> {
  const size = Math.max(1, Math.round(DELIVERIES_A_CALL / webhooks));
  return {
    ...{ webhooks, connections: CONNECTIONS, warmUpSeconds: 2 },
    async trigger(driver, duration) {
      const events = Math.max(1, Math.round((duration * DELIVERIES_A_SECOND) / webhooks));
      await driver.inBatches(events, size);
      return events;
    },
  };
}
