/** When a change was made, and when the server sent it: both by the database's clock. */
export interface ToldChange {
  readonly changedAt: string;
  readonly toldAt: string;
}

/** How far the page is behind, as far as its updates show. */
export interface FeedLag {
  /** Takes in an update that has just come. */
  observe(change: ToldChange): void;
  /**
   * Milliseconds from the last change that came to its being shown here; 0 where none has come for
   * a while, for then there is nothing to be behind of.
   */
  get(): number;
}

/** The quickest way from the server that was seen counts as none: for so long it is remembered. */
const REMEMBERED_MS = 600_000;
/** Without an update for so long the page has caught up. */
const QUIET_MS = 2_000;

/**
 * The server's own part is known, for it sends both times. What lies between it and the page is
 * measured by the page's clock, which may be set differently: the shortest that was seen stands for
 * what it is when nothing is held up.
 */
export function createFeedLag(now: () => number = () => performance.now()): FeedLag {
  let last = { at: -Infinity, lag: 0 };
  /** The quickest of this while, and of the one before: clocks drift apart, so it ends. */
  let quickest = { since: -Infinity, here: Infinity, before: Infinity };

  function wayOf(toldAt: number): number {
    const way = now() - toldAt;
    if (now() - quickest.since > REMEMBERED_MS) {
      quickest = { since: now(), here: way, before: quickest.here };
    }
    quickest.here = Math.min(quickest.here, way);
    return way - Math.min(quickest.here, quickest.before);
  }

  return {
    observe({ changedAt, toldAt }) {
      const told = Date.parse(toldAt);
      const lag = Math.max(0, told - Date.parse(changedAt)) + wayOf(told);
      last = { at: now(), lag };
    },
    get: () => (now() - last.at > QUIET_MS ? 0 : last.lag),
  };
}

/** That of all updates over the app's one socket. */
export const feedLag = createFeedLag();
