/**
 * What travels through the queue. A job holds ids only: the database decides what is
 * sent, a job merely says where to look (design: "the database decides, the queue hints").
 */

/** Deliveries of one webhook that have just become due. */
export interface WebhookDeliveries {
  webhookId: string;
  deliveryIds: string[];
}

/** "These deliveries were just made: look at them now." At most {@link CHUNK_SIZE} ids in all. */
export interface DeliverJob {
  webhooks: WebhookDeliveries[];
}

/** "This webhook has something due at this time." One job for a webhook and 100 ms of time. */
export interface DueJob {
  webhookId: string;
  /** Milliseconds since the epoch, by the database's clock. */
  dueAt: number;
}

/** How many delivery ids one {@link DeliverJob} carries at most. */
export const CHUNK_SIZE = 100;

/** Due times are rounded up to this many milliseconds, so that one job stands for many deliveries. */
export const DUE_SLOT_MS = 100;

/**
 * The side that hints. Never throws and never delays its caller by more than a
 * round trip: a hint that is lost is found by the sweep. Faults are logged once.
 */
export interface QueueProducer {
  deliver(jobs: readonly DeliverJob[]): Promise<void>;
  /** `now` is the database's clock in milliseconds, from the statement that set the due time. */
  due(jobs: readonly DueJob[], now: number): Promise<void>;
}

/** The side that looks. A handler ends when its claim has committed; it never waits for a receiver. */
export interface QueueHandlers {
  deliver(job: DeliverJob): Promise<void>;
  /** Returns how many milliseconds too early the hint came; 0 where it was in time. It is put back by that much. */
  due(job: DueJob): Promise<number>;
}

/** A running consumer. `close` takes no new jobs and waits at most `timeoutMs` for the running ones. */
export interface QueueConsumer {
  close(timeoutMs: number): Promise<void>;
}

/** What one worker has room for: so much may each process hand to it until it tells of its room again. */
export interface WorkerRoom {
  workerId: string;
  /** Deliveries in all; none where it is 0. */
  deliveries: number;
  /** Of these, of one webhook that is not among the busy ones. */
  perWebhook: number;
  /** Webhooks of which it has much in flight, each with the room that is left for it. */
  busy: readonly { webhookId: string; room: number }[];
}

/** Deliveries that were made as claimed by the worker that they are handed to. */
export interface HandedDeliveries {
  /** Of the claim. */
  token: string;
  webhooks: WebhookDeliveries[];
}

/**
 * The way past the queue, for deliveries that are made as claimed by a worker that has room: neither a job
 * nor a claim of its own. Nothing of it is kept: what a worker is not told of it finds by its lease.
 */
export interface Handover {
  /**
   * Tells all who make deliveries of a worker's room. Neither throws nor waits; returns false, and tells nobody,
   * while the worker cannot be handed anything.
   */
  tell(room: WorkerRoom): boolean;
  /** Hears of all workers' room. */
  hearRooms(onRoom: (room: WorkerRoom) => void): void;
  /** Takes what is handed to one worker, until the returned function has settled. */
  take(workerId: string, onHanded: (handed: HandedDeliveries) => void): () => Promise<void>;
  /** True where a worker has it, false where nobody has it or will have it, null where that is not known. Never throws. */
  hand(workerId: string, handed: HandedDeliveries): Promise<boolean | null>;
}

/** One of the two kinds of queue, opened. */
export interface Queue {
  readonly kind: 'redis' | 'postgres';
  readonly producer: QueueProducer;
  /** Null where jobs are the only way. */
  readonly handover: Handover | null;
  consume(handlers: QueueHandlers): Promise<QueueConsumer>;
  /** Whether the queue's server answers within `timeoutMs`; never throws. */
  isReady(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}
