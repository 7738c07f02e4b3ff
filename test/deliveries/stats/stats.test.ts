import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldRollups } from '../../../server/deliveries/stats/rollup-fold.ts';
import { countDeliveries, ownerKey } from '../../../server/deliveries/stats/counts.ts';
import { latencyHistograms } from '../../../server/deliveries/stats/latency.ts';
import type { StatsRange } from '../../../server/deliveries/stats/range.ts';
import { topFailingWebhooks } from '../../../server/deliveries/stats/top-failing.ts';
import { countByInterval, fillTrend } from '../../../server/deliveries/stats/trend.ts';
import { FROM_COARSEST, INTERVAL_MS, startOf } from '../../../server/deliveries/stats/pieces.ts';
import { insertTenant, type MadeDelivery } from '../../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/postgres.ts';
import { createRandom } from '../../support/random.ts';
import { insertRandomDeliveries, type RandomDeliveries } from './random-deliveries.ts';

const FROM = Date.parse('2026-11-01T22:17:31.250Z');
const TO = Date.parse('2026-11-05T03:41:12.777Z');

let database: TestDatabase;
let made: RandomDeliveries;
let ranges: StatsRange[];

beforeAll(async () => {
  database = await createTestDatabase();
  const random = createRandom(7);
  made = await insertRandomDeliveries(database.pool, random, { from: FROM, to: TO, count: 3_000 });
  await insertRandomDeliveries(database.pool, random, { from: FROM, to: TO, count: 300 });
  ranges = [
    // All of it, from before the first year that PostgreSQL's calendar has.
    range(Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T00:00:00Z')),
    range(FROM, TO),
    // Exactly whole days, hours and minutes; a hair on either side of them.
    range(Date.parse('2026-11-02T00:00:00Z'), Date.parse('2026-11-04T00:00:00Z')),
    range(Date.parse('2026-11-02T00:00:00.001Z'), Date.parse('2026-11-04T00:00:00.001Z')),
    range(Date.parse('2026-11-01T23:59:59.999Z'), Date.parse('2026-11-03T23:59:59.999Z')),
    range(Date.parse('2026-11-02T05:00:00Z'), Date.parse('2026-11-02T06:00:00Z')),
    range(Date.parse('2026-11-02T05:01:00Z'), Date.parse('2026-11-02T05:02:00Z')),
    // Within one minute; over the border of two, with no whole one between.
    range(Date.parse('2026-11-03T00:00:00Z'), Date.parse('2026-11-03T00:00:00.002Z')),
    range(Date.parse('2026-11-02T23:59:59.998Z'), Date.parse('2026-11-03T00:00:00.002Z')),
    range(Date.parse('2026-12-01T00:00:00Z'), Date.parse('2026-12-02T00:00:00Z')),
    ...Array.from({ length: 40 }, () => {
      const from = random.integer(FROM - 3_600_000, TO);
      const length = random.pick([100, 60_000, 3_600_000, 86_400_000]);
      return range(from, from + random.integer(1, 3 * length));
    }),
  ];
});
afterAll(() => database.drop());

function range(from: number, to: number): StatsRange {
  return { from, to, countTo: to };
}

/** The deliveries that a range's numbers are of, counted one by one. */
function within({ from, to }: StatsRange, webhookId: string | null): MadeDelivery[] {
  return made.deliveries.filter(
    (delivery) =>
      !delivery.isTest &&
      (webhookId === null || delivery.webhookId === webhookId) &&
      delivery.createdAt.getTime() >= from &&
      delivery.createdAt.getTime() < to,
  );
}

function counted(deliveries: readonly MadeDelivery[]) {
  const inStatus = (status: string) =>
    deliveries.filter((delivery) => delivery.status === status).length;
  return {
    total: deliveries.length,
    pending: inStatus('PENDING'),
    sending: inStatus('SENDING'),
    retrying: inStatus('RETRYING'),
    success: inStatus('SUCCESS'),
    failed: inStatus('FAILED'),
  };
}

/** The buckets of a histogram that are not empty. */
const sparse = (counts: readonly number[] = []) =>
  Object.fromEntries([...counts.entries()].filter(([, count]) => count > 0));

const NONE = { total: 0, pending: 0, sending: 0, retrying: 0, success: 0, failed: 0 };

/** Runs with sums in all their places, and again with everything folded. */
async function folded(check: () => Promise<void>) {
  await check();
  while ((await foldRollups(database.pool, { limit: 500 })).moved > 0);
  await check();
}

describe('stats', () => {
  it('count as a count of the deliveries themselves does', async () => {
    await folded(async () => {
      for (const each of ranges) {
        const ofTenant = await countDeliveries(database.pool, made.tenantId, null, each);
        expect(ofTenant.get(ownerKey(null)) ?? NONE).toEqual(counted(within(each, null)));
        const ids = made.webhookIds;
        const of = { kind: 'webhooks', ids } as const;
        const ofWebhooks = await countDeliveries(database.pool, made.tenantId, of, each);
        for (const id of ids) {
          expect(ofWebhooks.get(id) ?? NONE).toEqual(counted(within(each, id)));
        }
      }
    });
  });

  it('know the spread of latencies as the deliveries themselves have it', async () => {
    const { rows } = await database.pool.query<{ buckets: number[] }>(
      'SELECT array_agg(latency_bucket(ms)) AS buckets FROM unnest($1::float8[]) AS ms',
      [made.deliveries.map((each) => Number(each.completedAt) - Number(each.createdAt))],
    );
    const bucketOf = new Map(
      made.deliveries.map((each, index) => [each.id, rows[0]?.buckets[index] ?? 0]),
    );
    const histogram = (deliveries: readonly MadeDelivery[]) => {
      const counts: Record<number, number> = {};
      for (const delivery of deliveries) {
        if (delivery.status !== 'SUCCESS') continue;
        const bucket = bucketOf.get(delivery.id) ?? -1;
        counts[bucket] = (counts[bucket] ?? 0) + 1;
      }
      return counts;
    };
    await folded(async () => {
      for (const each of ranges) {
        const ofTenant = await latencyHistograms(database.pool, made.tenantId, null, each);
        expect(sparse(ofTenant.get(ownerKey(null)))).toEqual(histogram(within(each, null)));
        const ids = made.webhookIds;
        const of = { kind: 'webhooks', ids } as const;
        const ofWebhooks = await latencyHistograms(database.pool, made.tenantId, of, each);
        for (const id of ids) {
          expect(sparse(ofWebhooks.get(id))).toEqual(histogram(within(each, id)));
        }
      }
    });
  });

  it.each(FROM_COARSEST)('have a trend by %s', async (interval) => {
    const fitting = ranges.filter(({ from, to }) => (to - from) / INTERVAL_MS[interval] < 1_000);
    expect(fitting.length).toBeGreaterThan(10);
    for (const each of fitting) {
      const found = await countByInterval(database.pool, made.tenantId, null, each, interval);
      const trend = fillTrend(found.get(ownerKey(null)), each, interval);
      const expected = [];
      const first = startOf(interval, each.from);
      for (let start = first; start < each.to; start += INTERVAL_MS[interval]) {
        const inside = within(each, null).filter(
          (delivery) => startOf(interval, delivery.createdAt.getTime()) === start,
        );
        const { total, success, failed } = counted(inside);
        expected.push({ start: new Date(start), total, success, failed });
      }
      expect(trend).toEqual(expected);
    }
  });

  it('rank webhooks by their failures, deleted ones left out', async () => {
    const kept = made.webhookIds.slice(0, -1);
    for (const each of ranges) {
      const failures = kept
        .map((id) => ({ id, failed: counted(within(each, id)).failed }))
        .filter(({ failed }) => failed > 0)
        .toSorted((a, b) => b.failed - a.failed || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id);
      expect(await topFailingWebhooks(database.pool, made.tenantId, each, 100)).toEqual(failures);
      expect(await topFailingWebhooks(database.pool, made.tenantId, each, 1)).toEqual(
        failures.slice(0, 1),
      );
    }
  });

  it('say nothing of another tenant, nor of its webhooks', async () => {
    const stranger = await insertTenant(database.pool, 'Stranger');
    const all = range(FROM, TO);
    for (const owners of [null, { kind: 'webhooks', ids: made.webhookIds } as const]) {
      expect(await countDeliveries(database.pool, stranger, owners, all)).toEqual(new Map());
      expect(await latencyHistograms(database.pool, stranger, owners, all)).toEqual(new Map());
      expect(await countByInterval(database.pool, stranger, owners, all, 'DAY')).toEqual(new Map());
    }
    expect(await topFailingWebhooks(database.pool, stranger, all, 100)).toEqual([]);
  });
});
