import type { Pool } from 'pg';

import {
  countDeliveries,
  type DeliveryCounts,
  ownerKey,
  type StatsOwners,
} from '../../deliveries/stats/counts.ts';
import { latencyHistograms } from '../../deliveries/stats/latency.ts';
import type { StatsInterval } from '../../deliveries/stats/pieces.ts';
import { meantRange, type AskedRange, type StatsRange } from '../../deliveries/stats/range.ts';
import { countByInterval, fillTrend, type TrendPoint } from '../../deliveries/stats/trend.ts';
import { batched } from '../reading/batch.ts';

/** A webhook or a customer. */
export interface StatsOwner {
  kind: 'webhooks' | 'customers';
  id: string;
}

/** Whose stats, over which range. */
export interface StatsKey {
  tenantId: string;
  /** Null: of all the tenant's deliveries. */
  owner: StatsOwner | null;
  range: AskedRange;
}

/** The stats of a page of webhooks over one range are one statement, and only what is selected is read. */
export interface StatsLoaders {
  counts(key: StatsKey): Promise<DeliveryCounts>;
  /** Latencies of successful deliveries: counts by bucket. */
  latencies(key: StatsKey): Promise<number[]>;
  /** Of at most 1,000 intervals. */
  trend(key: StatsKey & { interval: StatsInterval }): Promise<TrendPoint[]>;
}

const NONE: DeliveryCounts = {
  total: 0,
  pending: 0,
  sending: 0,
  retrying: 0,
  success: 0,
  failed: 0,
};

export function createStatsLoaders(pool: Pool): StatsLoaders {
  return {
    counts: batched({
      groupOf,
      async read(keys) {
        const found = await countDeliveries(pool, ...questionOf(keys));
        return keys.map(({ owner }) => found.get(ownerKey(owner)) ?? NONE);
      },
    }),
    latencies: batched({
      groupOf,
      async read(keys) {
        const found = await latencyHistograms(pool, ...questionOf(keys));
        return keys.map(({ owner }) => found.get(ownerKey(owner)) ?? []);
      },
    }),
    trend: batched<StatsKey & { interval: StatsInterval }, TrendPoint[]>({
      groupOf: (key) => `${key.interval} ${groupOf(key)}`,
      async read(keys) {
        const [{ interval }] = keys;
        const [tenantId, owners, range] = questionOf(keys);
        const found = await countByInterval(pool, tenantId, owners, range, interval);
        return keys.map(({ owner }) => fillTrend(found.get(ownerKey(owner)), range, interval));
      },
    }),
  };
}

/** A range that is open stays so in the key, or "now" would be another one for each webhook. */
function groupOf({ tenantId, owner, range }: StatsKey): string {
  return [tenantId, owner?.kind, range.from, range.to].join(' ');
}

/** What the keys of one group ask for together. */
function questionOf(
  keys: readonly [StatsKey, ...StatsKey[]],
): [tenantId: string, owners: StatsOwners, range: StatsRange] {
  const [{ tenantId, owner, range }] = keys;
  const ids = [...new Set(keys.flatMap((key) => key.owner?.id ?? []))];
  const owners = owner === null ? null : { kind: owner.kind, ids };
  return [tenantId, owners, meantRange(range, Date.now())];
}
