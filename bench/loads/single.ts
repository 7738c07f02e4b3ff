import type { Figures } from '../figures.ts';
import type { Kind, StandOptions } from '../stand/stand.ts';
import { measureDelivered } from './delivered.ts';

export interface SingleLoad {
  kind: Kind;
  webhooks: number;
}

export const SINGLE_LOADS: readonly SingleLoad[] = [
  { kind: 'served', webhooks: 1 },
  { kind: 'embedded', webhooks: 1 },
  { kind: 'served', webhooks: 10 },
  { kind: 'embedded', webhooks: 10 },
  { kind: 'replicas', webhooks: 1 },
  { kind: 'replicas', webhooks: 10 },
  { kind: 'postgres', webhooks: 1 },
];

const CONNECTIONS = 32;

/** One event a call, as fast as the calls are answered. */
export function measureSingle(
  { kind, webhooks }: SingleLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  return measureDelivered({
    stand: { kind, ...options },
    ...{ webhooks, connections: CONNECTIONS, seconds, warmUpSeconds: 3 },
    trigger: (driver, duration) => driver.flatOut(duration),
  });
}
