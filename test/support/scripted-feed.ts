import type { ChangeListener, DeliveryChange, FeedBackend } from '../../server/feed/topics.ts';

/** A feed backend that says only what the test tells it to. */
export interface ScriptedFeed extends FeedBackend {
  /** Has these announcements heard, in this order, by all who listen to their tenants. */
  tell(changes: readonly DeliveryChange[]): void;
}

export function scriptedFeed(): ScriptedFeed {
  const listeners = new Map<ChangeListener, string>();
  return {
    kind: 'redis',
    announce: async () => {},
    async listen(tenantId, listener) {
      listeners.set(listener, tenantId);
      return () => listeners.delete(listener);
    },
    tell(changes) {
      for (const change of changes) {
        for (const [listener, tenantId] of listeners) {
          if (tenantId === change.tenantId) listener(change);
        }
      }
    },
    close: async () => {},
  };
}
