/**
 * Lets concurrent callers share one statement. An idle batch flushes at once; while flushes
 * are under way new items gather, and go out together when one of them ends. Callers resume
 * after the flush that carried their item.
 */
export interface MicroBatch<Item, Result> {
  add(item: Item): Promise<Result>;
  /** Settles when everything added so far has been flushed; never rejects. */
  drain(): Promise<void>;
}

export interface MicroBatchOptions<Item, Result> {
  /** Returns one result for each item, in order. Where it rejects, each item's caller gets the error. */
  flush(items: Item[]): Promise<Result[]>;
  /** Items in one flush at most. */
  maxItems: number;
  /** Flushes at the same time at most. */
  parallel: number;
  /**
   * From so many items on, waiting and in flushes, only a full batch goes out beside another: what comes
   * meanwhile then makes larger ones. Never if omitted.
   */
  aloneFrom?: number;
  /** How long a batch that is not full waits for company, in milliseconds; 0 if omitted. */
  lingerMs?(): number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export function createMicroBatch<Item, Result>(
  options: MicroBatchOptions<Item, Result>,
): MicroBatch<Item, Result> {
  const { maxItems, parallel, aloneFrom = Infinity } = options;
  let waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let flushing = 0;
  let scheduled = false;
  let timer: NodeJS.Timeout | null = null;
  const idle = new Set<() => void>();

  function mayFlush(): boolean {
    if (waiting.length === 0 || running >= parallel) return false;
    return running === 0 || waiting.length + flushing < aloneFrom || waiting.length >= maxItems;
  }

  function flushNow(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    scheduled = false;
    while (mayFlush()) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      running += 1;
      flushing += batch.length;
      void run(batch);
    }
  }

  async function run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await options.flush(batch.map((entry) => entry.item));
      if (results.length !== batch.length) {
        throw new Error('a batch answered more or fewer results than it was given items');
      }
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    } finally {
      running -= 1;
      flushing -= batch.length;
      if (waiting.length > 0) schedule();
      else if (running === 0) {
        for (const resolve of idle) resolve();
        idle.clear();
      }
    }
  }

  function schedule(): void {
    if (!mayFlush()) return;
    if (waiting.length >= maxItems) {
      flushNow();
      return;
    }
    if (scheduled) return;
    scheduled = true;
    const lingerMs = options.lingerMs?.() ?? 0;
    if (lingerMs > 0) timer = setTimeout(flushNow, lingerMs);
    // After this tick's I/O, so that what arrives together goes out together.
    else setImmediate(flushNow);
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      });
    },
    drain() {
      if (waiting.length === 0 && running === 0) return Promise.resolve();
      return new Promise((resolve) => {
        idle.add(resolve);
        if (timer !== null) flushNow();
      });
    },
  };
}
