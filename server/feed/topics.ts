import type { DeliveryStatus } from '../domain/delivery-states.ts';

/**
 * One change of one delivery, as it is announced over pub/sub and as it is read back
 * from the DeliveryChange log. All but the status never changes in a delivery's life,
 * so a filter can be decided on the change alone.
 */
export interface DeliveryChange {
  tenantId: string;
  deliveryId: string;
  /** 1 for the change that made the delivery; rises by one with each change. */
  version: number;
  /** pg_current_xact_id() of the change's transaction. */
  xid: bigint;
  /** The same of the change before; null where version is 1. */
  previousXid: bigint | null;
  status: DeliveryStatus;
  previousStatus: DeliveryStatus | null;
  webhookId: string;
  eventType: string;
  /** The caller's id of the event. */
  eventId: string;
  isTest: boolean;
  /** When the delivery was made: milliseconds since the epoch. */
  createdAt: number;
}

/** Hears each announced change of one tenant; order and completeness are not promised. */
export type ChangeListener = (change: DeliveryChange) => void;

/**
 * Pub/sub for speed (the truth is the DeliveryChange log). Neither method throws for a
 * server that is away: faults are logged once, and the tail of the log makes up for them.
 */
export interface FeedBackend {
  readonly kind: 'redis' | 'postgres';
  /** Announces changes; those of one delivery stand in their order. Settles when handed over. */
  announce(changes: readonly DeliveryChange[]): Promise<void>;
  /** Hears one tenant's changes until the returned function is called. Settles once listening (or the server is known to be away). */
  listen(tenantId: string, listener: ChangeListener): Promise<() => void>;
  close(): Promise<void>;
}

/** What those who change deliveries need of the feed. Fire and forget: never throws, batches on its own. */
export interface Announcer {
  announce(changes: readonly DeliveryChange[]): void;
}
