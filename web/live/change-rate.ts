/** How many changes come a second, over the last few seconds. */
export interface ChangeRate {
  /** A change has come. */
  count(): void;
  perSecond(): number;
}

const SECONDS = 5;

/** @param now milliseconds of a clock that only goes forward. */
export function createChangeRate(now: () => number = () => performance.now()): ChangeRate {
  /** By whole second, the last few. */
  let counts: { second: number; changes: number }[] = [];

  /** The running second is not over yet: it counts, and what is looked at begins with it. */
  function recent(): typeof counts {
    const from = Math.floor(now() / 1_000) - SECONDS + 1;
    counts = counts.filter(({ second }) => second >= from);
    return counts;
  }

  return {
    count() {
      const second = Math.floor(now() / 1_000);
      const last = counts.at(-1);
      if (last?.second === second) last.changes += 1;
      else recent().push({ second, changes: 1 });
    },
    perSecond() {
      const [first, ...others] = recent();
      if (first === undefined) return 0;
      const changes = others.reduce((sum, each) => sum + each.changes, first.changes);
      return changes / Math.max(1, now() / 1_000 - first.second);
    },
  };
}
