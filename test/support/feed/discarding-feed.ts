import type { FeedBackend } from '../../../server/feed/contract.ts';

/** The feed at its worst: every announcement is lost, and only the tail of the log is left. */
export function discardingFeed(inner: FeedBackend): FeedBackend {
  return {
    kind: inner.kind,
    announce: () => {},
    listen: (tenantId, onChange) => inner.listen(tenantId, onChange),
    close: () => inner.close(),
  };
}
