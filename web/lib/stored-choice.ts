/** What a reader has chosen, kept in this browser and the same in all its tabs. */
export interface StoredChoice<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(listener: () => void): () => void;
}

export interface StoredChoiceOptions<Value> {
  /** Its name in the browser's storage. */
  key: string;
  /** What a stored text stands for; the choice of who has made none, for null and for nonsense. */
  read(text: string | null): Value;
  /** Null: nothing has to be kept. */
  write(value: Value): string | null;
}

/** Where the storage is closed to the page, a choice lasts as long as the page. */
export function createStoredChoice<Value>(
  options: StoredChoiceOptions<Value>,
): StoredChoice<Value> {
  const { key, read, write } = options;
  const listeners = new Set<() => void>();
  let known: { value: Value } | null = null;

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return;
    known = null;
    tell();
  };

  return {
    get() {
      known ??= { value: read(stored(key)) };
      return known.value;
    },
    set(value) {
      known = { value };
      store(key, write(value));
      tell();
    },
    subscribe(listener) {
      if (listeners.size === 0) window.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) window.removeEventListener('storage', onStorage);
      };
    },
  };
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Closed, or full.
  }
}
