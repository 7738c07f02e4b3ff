/** How often something is done at most: a few times in a row at once, then evenly. */
export interface Pace {
  /** Milliseconds until it is to be done; 0 where that is now. To be asked once for each step. */
  wait(): number;
  /** It is being done. */
  step(): void;
  /** The next comes no sooner than so many milliseconds after the last. */
  holdBack(ms: number): void;
}

export interface PaceOptions {
  /** In the long run. */
  perSecond: number;
  /** How many may come in a row after a rest. */
  burst: number;
  /** Between two of those, in milliseconds. */
  gapMs: number;
  /** How long the first after a rest waits for what comes in its wake, in milliseconds; 0 if omitted. */
  lingerMs?: number;
}

/** Without a step for so long it has rested. */
const REST_MS = 30;

export function createPace({ perSecond, burst, gapMs, lingerMs = 0 }: PaceOptions): Pace {
  const everyMs = 1_000 / perSecond;
  /** When all steps that were taken would be over, had they been taken evenly. */
  let paidUntil = -Infinity;
  let last = -Infinity;
  let leastGapMs = gapMs;
  return {
    wait() {
      const now = performance.now();
      const rested = now - last > REST_MS ? lingerMs : 0;
      return Math.max(rested, last + leastGapMs - now, paidUntil - (burst - 1) * everyMs - now);
    },
    step() {
      last = performance.now();
      leastGapMs = gapMs;
      paidUntil = Math.max(paidUntil, last) + everyMs;
    },
    holdBack(ms) {
      leastGapMs = Math.max(gapMs, ms);
    },
  };
}
