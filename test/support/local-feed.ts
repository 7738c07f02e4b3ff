import type { ChangeListener, FeedBackend } from '../../server/feed/topics.ts';

/** Pub/sub within this process: for tests of what stands above a feed. */
export function localFeedBackend(): FeedBackend {
  const listeners = new Map<string, Set<ChangeListener>>();
  return {
    kind: 'postgres',
    async announce(changes) {
      for (const change of changes) {
        for (const listener of listeners.get(change.tenantId) ?? []) listener(change);
      }
    },
    async listen(tenantId, listener) {
      const own = listeners.get(tenantId) ?? new Set();
      listeners.set(tenantId, own.add(listener));
      return () => own.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
