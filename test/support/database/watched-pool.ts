import type { Pool } from 'pg';

/** The same pool; `onQuery` is called with what each query is asked with, and may throw in its place. */
export function watchedPool(pool: Pool, onQuery: (...asked: unknown[]) => void): Pool {
  return new Proxy(pool, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...asked: unknown[]): unknown => {
        if (property === 'query') onQuery(...asked);
        return Reflect.apply(value, target, asked);
      };
    },
  });
}
