import { describe, expect, it } from 'vitest';

import { quantile } from '../../server/domain/delivery/latency-histogram.ts';

/** As the SQL function latency_bucket of the first migration. */
function latencyBucket(ms: number): number {
  return ms < 1 ? 0 : Math.floor(Math.log(ms) / Math.log(1.08)) + 1;
}

function histogram(latencies: readonly number[]): number[] {
  const counts: number[] = [];
  for (const ms of latencies) {
    const bucket = latencyBucket(ms);
    while (counts.length <= bucket) counts.push(0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

describe('quantile', () => {
  it('is null where nothing was counted', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([0, 0], 0.5)).toBeNull();
  });

  it('interpolates inside a bucket', () => {
    expect(quantile([4], 0.5)).toBe(0.5);
    expect(quantile([0, 4], 0.5)).toBeCloseTo(1.04);
    expect(quantile([0, 2, 2], 0.75)).toBeCloseTo((1.08 + 1.08 ** 2) / 2);
    expect(quantile([3, 0, 0, 1], 1)).toBeCloseTo(1.08 ** 3);
  });

  it('is within a bucket of the true value', () => {
    const latencies = Array.from({ length: 10_000 }, (_, n) => 5 + n / 4);
    const counts = histogram(latencies);
    for (const q of [0, 0.01, 0.5, 0.95, 0.99, 1]) {
      const truth =
        latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? 0;
      const read = quantile(counts, q) ?? 0;
      expect(read / truth).toBeGreaterThan(1 / 1.08);
      expect(read / truth).toBeLessThan(1.08);
    }
  });

  it('stays in the highest bucket that holds anything', () => {
    expect(quantile([1, 0, 0, 0], 1)).toBe(1);
    expect(quantile(histogram([100]), 1)).toBeLessThanOrEqual(100 * 1.08);
    expect(
      quantile(
        Array.from({ length: 50 }, () => 1 / 3),
        1,
      ),
    ).toBeCloseTo(1.08 ** 49);
  });
});
