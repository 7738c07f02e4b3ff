/**
 * Reads a histogram of latencies: `counts[n]` is the number that fell into bucket n. The buckets are
 * those of the SQL function latency_bucket: 0 holds all below 1 ms, n holds 1.08^(n-1) to 1.08^n ms.
 */
const GROWTH = 1.08;

/**
 * The latency in milliseconds below which a share `q` (0 to 1) of the values lies, taking those of a
 * bucket as evenly spread: off by 8 % at most. Null where there are no values.
 */
export function quantile(counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  const rank = q * total;
  let below = 0;
  let highest = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count <= 0) continue;
    highest = bucket;
    if (below + count >= rank) {
      const share = (rank - below) / count;
      return lowerBound(bucket) + share * (lowerBound(bucket + 1) - lowerBound(bucket));
    }
    below += count;
  }
  // Rounding of `rank` may leave it a hair above the sum.
  return lowerBound(highest + 1);
}

/** Milliseconds. */
function lowerBound(bucket: number): number {
  return bucket === 0 ? 0 : GROWTH ** (bucket - 1);
}
