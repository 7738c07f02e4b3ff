/** How long to wait before the next try: anything up to a bound that doubles with each failure. */
export function backoff(
  failures: number,
  { firstMs, mostMs }: { firstMs: number; mostMs: number },
): number {
  // Clients that lost the same server must not come back at the same moment: full jitter.
  return Math.random() * Math.min(mostMs, firstMs * 2 ** Math.min(failures, 30));
}
