import type { Pool } from 'pg';

import { countDeliveries, ownerKey, type DeliveryCounts } from '../../deliveries/stats/counts.ts';
import { latencyHistograms } from '../../deliveries/stats/latency.ts';
import type { StatsInterval } from '../../deliveries/stats/pieces.ts';
import { meantRange, type AskedRange, type StatsRange } from '../../deliveries/stats/range.ts';
import { countByInterval, fillTrend, type TrendPoint } from '../../deliveries/stats/trend.ts';
import { batched } from '../schema/batch.ts';

/** Whose stats, over which range. */
export interface StatsKey {
  tenantId: string;
  /** Null: of all the tenant's webhooks. */
  webhookId: string | null;
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
        return keys.map(({ webhookId }) => found.get(ownerKey(webhookId)) ?? NONE);
      },
    }),
    latencies: batched({
      groupOf,
      async read(keys) {
        const found = await latencyHistograms(pool, ...questionOf(keys));
        return keys.map(({ webhookId }) => found.get(ownerKey(webhookId)) ?? []);
      },
    }),
    trend: batched<StatsKey & { interval: StatsInterval }, TrendPoint[]>({
      groupOf: (key) => `${key.interval} ${groupOf(key)}`,
      async read(keys) {
        const [{ interval }] = keys;
        const [tenantId, owners, range] = questionOf(keys);
        const found = await countByInterval(pool, tenantId, owners, range, interval);
        return keys.map(({ webhookId }) =>
          fillTrend(found.get(ownerKey(webhookId)), range, interval),
        );
      },
    }),
  };
}

/** A range that is open stays so in the key, or "now" would be another one for each webhook. */
function groupOf({ tenantId, webhookId, range }: StatsKey): string {
  return [tenantId, webhookId === null, range.from, range.to].join(' ');
}

/** What the keys of one group ask for together. */
function questionOf(
  keys: readonly [StatsKey, ...StatsKey[]],
): [tenantId: string, owners: string[] | null, range: StatsRange] {
  const [{ tenantId, webhookId, range }] = keys;
  const owners =
    webhookId === null ? null : [...new Set(keys.flatMap((key) => key.webhookId ?? []))];
  return [tenantId, owners, meantRange(range, Date.now())];
}
