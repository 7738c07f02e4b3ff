/**
 * Brings the value at once and again after changes, at most once in `everyMs` however many there
 * are. Ends when its reader leaves, also while that waits.
 *
 * @param watch calls its argument at each change, until what it answers is called.
 */
export async function pacedChanges<Value>(
  value: Value,
  watch: (onChange: () => void) => Promise<() => void>,
  everyMs: number,
): Promise<AsyncGenerator<Value, undefined, undefined>> {
  let isDue = true;
  let hasEnded = false;
  let takenAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const waiting: ((result: IteratorResult<Value, undefined>) => void)[] = [];

  function give(): void {
    if (!isDue || waiting.length === 0) return;
    clearTimeout(timer);
    const wait = takenAt + everyMs - performance.now();
    if (wait > 0) {
      timer = setTimeout(give, wait);
      return;
    }
    isDue = false;
    takenAt = performance.now();
    waiting.shift()?.({ value, done: false });
  }

  function end(): void {
    hasEnded = true;
    clearTimeout(timer);
    stop();
    for (const resolve of waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  const stop = await watch(() => {
    isDue = true;
    give();
  });

  const generator: AsyncGenerator<Value, undefined, undefined> = {
    next() {
      return new Promise((resolve) => {
        if (hasEnded) return resolve({ value: undefined, done: true });
        waiting.push(resolve);
        give();
      });
    },
    return() {
      end();
      return Promise.resolve({ value: undefined, done: true });
    },
    throw(error: unknown) {
      end();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]: () => generator,
  };
  return generator;
}
