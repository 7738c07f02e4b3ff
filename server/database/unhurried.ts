import { setTimeout as wait } from 'node:timers/promises';

/** A rest for each millisecond of work: a quarter of one connection's time is what it takes. */
const REST = 3;
const LONGEST_REST_MS = 1_000;

/**
 * Runs a short transaction of work that has time, and rests three times as long as it took, a second at most:
 * where the database is busy it takes longer, and rests longer, and what people wait for goes on beside it. A
 * rest ends with the signal.
 */
export async function unhurried<Result>(
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const begun = performance.now();
  const result = await work();
  const restMs = Math.min(REST * (performance.now() - begun), LONGEST_REST_MS);
  // It is the caller's to look whether it goes on.
  await wait(restMs, undefined, signal && { signal }).catch(() => undefined);
  return result;
}
