/**
 * What tells one process that another has changed deliveries. The log of changes in the database
 * says what changed and in what order; a hint says no more than where to look.
 */

/** What those who change deliveries need of the feed. */
export interface Announcer {
  /**
   * Tells all who follow these tenants, in this process and in others, that their deliveries have
   * changed; to be called once the change has committed. Never throws, waits for nothing, and
   * gathers what comes at the same time.
   */
  announce(tenantIds: readonly string[]): void;
}

/**
 * Pub/sub for speed. Neither method throws for a server that is away: that is logged once, and
 * reading the log each second makes up for it.
 */
export interface FeedBackend extends Announcer {
  readonly kind: 'redis' | 'postgres';
  /**
   * Hears of one tenant's changes until the returned function is called. Settles once it hears, or
   * the server is known to be away.
   */
  listen(tenantId: string, onChange: () => void): Promise<() => void>;
  /** Hands over what was announced, for a second at most, and closes its connections. */
  close(): Promise<void>;
}
