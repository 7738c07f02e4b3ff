import { createTenantsHeard } from '../../../server/feed/backends/tenants-heard.ts';
import type { FeedBackend } from '../../../server/feed/contract.ts';

/** Pub/sub within this process: for tests of what stands above a feed. */
export function localFeedBackend(): FeedBackend {
  const heard = createTenantsHeard();
  return {
    kind: 'postgres',
    announce(tenantIds) {
      for (const tenantId of tenantIds) heard.tell(tenantId);
    },
    listen: async (tenantId, onChange) => heard.add(tenantId, onChange),
    close: async () => {},
  };
}
