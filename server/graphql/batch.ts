import DataLoader from 'dataloader';

/** Statements stay of a bounded size, however many ask at once. */
const MAX_BATCH = 1_000;

/**
 * A function whose calls share one read with all calls of the same tick that belong to the same
 * group. It keeps nothing: a subscription, which lives for hours, reads anew with each change.
 */
export function batched<Key, Value>(options: {
  /** Calls with the same text share a read. */
  groupOf(key: Key): string;
  /** Answers a value for each key, in their order. */
  read(keys: readonly [Key, ...Key[]]): Promise<readonly Value[]>;
}): (key: Key) => Promise<Value> {
  const loader = new DataLoader<Key, Value>(
    async (keys) => {
      const groups = Map.groupBy(keys.map((key, index) => ({ key, index })), ({ key }) =>
        options.groupOf(key),
      );
      return keys as never;
    },
    { cache: false, maxBatchSize: MAX_BATCH },
  );
  return (key) => loader.load(key);
}
