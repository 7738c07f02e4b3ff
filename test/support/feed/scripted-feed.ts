import type { FeedBackend } from '../../../server/feed/contract.ts';

/** A feed backend that announces only what the test says. */
export interface ScriptedFeed extends FeedBackend {
  /** Has an announcement heard for each of these, in this order, by all who listen to their tenants. */
  tell(changes: readonly { tenantId: string }[]): void;
}

export function scriptedFeed(): ScriptedFeed {
  const listening = new Map<() => void, string>();
  return {
    kind: 'redis',
    announce: () => {},
    async listen(tenantId, onChange) {
      const told = () => onChange();
      listening.set(told, tenantId);
      return () => listening.delete(told);
    },
    tell(changes) {
      for (const change of changes) {
        for (const [told, tenantId] of listening) {
          if (tenantId === change.tenantId) told();
        }
      }
    },
    close: async () => {},
  };
}
