/**
 * Counts work that is under way, so that a stop can wait for it.
 *
 * It is counted, not kept. A Set or a Map that things come to and go from is copied each time that
 * it is full of gaps, and V8 lets no copy go, nor what was in it, before the next full collection:
 * what each send needs would pile up for seconds.
 */
export interface UnderWay {
  /** Counts until the promise has settled. */
  track(work: Promise<unknown>): void;
  begin(): void;
  /** Ends what one `begin` began. */
  end(): void;
  /** Settles when there is none; at once where there is none now. */
  none(): Promise<void>;
}

export function createUnderWay(): UnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];

  function end(): void {
    count -= 1;
    if (count > 0) return;
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  }

  return {
    track(work) {
      count += 1;
      work.then(end, end);
    },
    begin() {
      count += 1;
    },
    end,
    none() {
      if (count === 0) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
