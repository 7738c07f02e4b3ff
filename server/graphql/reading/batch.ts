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
  /** Keys of one read at most; {@link MAX_BATCH} if omitted. */
  maxBatch?: number;
  /** Returns a value for each key, in their order, or why there is none. */
  read(keys: readonly [Key, ...Key[]]): Promise<readonly (Value | Error)[]>;
}): (key: Key) => Promise<Value> {
  const loader = new DataLoader<Key, Value>(
    async (keys) => {
      const groups = new Map<string, { keys: [Key, ...Key[]]; places: number[] }>();
      keys.forEach((key, place) => {
        const name = options.groupOf(key);
        const group = groups.get(name);
        if (group === undefined) groups.set(name, { keys: [key], places: [place] });
        else {
          group.keys.push(key);
          group.places.push(place);
        }
      });
      const answers = new Map<number, Value | Error>();
      const readGroup = async ({
        keys: asked,
        places,
      }: {
        keys: [Key, ...Key[]];
        places: number[];
      }) => {
        try {
          const values = await options.read(asked);
          values.forEach((value, index) => answers.set(places[index] ?? -1, value));
        } catch (error) {
          const fault = error instanceof Error ? error : new Error(String(error));
          for (const place of places) answers.set(place, fault);
        }
      };
      await Promise.all([...groups.values()].map(readGroup));
      const missing = new Error('a batch answered fewer values than it was given keys');
      return keys.map((_key, place) => {
        const answer = answers.get(place);
        return answer === undefined ? missing : answer;
      });
    },
    { cache: false, maxBatchSize: options.maxBatch ?? MAX_BATCH },
  );
  return (key) => loader.load(key);
}
