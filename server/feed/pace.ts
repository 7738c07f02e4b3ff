/** How often something is done at most: a few times in a row at once, then evenly. */
export interface Pace {
  /** Milliseconds until it may be done; 0 where that is now. */
  wait(): number;
  /** It is being done. */
  step(): void;
}

export interface PaceOptions {
  /** In the long run. */
  perSecond: number;
  /** How many may come in a row after a rest. */
  burst: number;
  /** Between two of those, in milliseconds. */
  gapMs: number;
}

export function createPace({ perSecond, burst, gapMs }: PaceOptions): Pace {
  const everyMs = 1_000 / perSecond;
  /** When all steps that were taken would be over, had they been taken evenly. */
  let paidUntil = -Infinity;
  let last = -Infinity;
  return {
    wait() {
      const now = performance.now();
      return Math.max(0, last + gapMs - now, paidUntil - (burst - 1) * everyMs - now);
    },
    step() {
      last = performance.now();
      paidUntil = Math.max(paidUntil, last) + everyMs;
    },
  };
}
