/** The database's clock, as this process knows it from the statements it ran. */
export interface DatabaseClock {
  /** Takes in the clock's reading of a statement that has just ended, in milliseconds. */
  observe(now: number): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Two machines' clocks differ; a due time is meant by the one that set it. */
export function createDatabaseClock(): DatabaseClock {
  let offset = 0;
  return {
    observe(now) {
      offset = now - Date.now();
    },
    now: () => Date.now() + offset,
  };
}
