import { CHUNK_SIZE, type DeliverJob, type QueueProducer } from '../queue/contract.ts';
import type { Announcer, DeliveryChange } from '../feed/topics.ts';
import type { InsertedEvent, NewEvent } from './insert-events.ts';

interface Made {
  event: NewEvent;
  made: InsertedEvent;
  isTest?: boolean;
}

/** Announces the first change of each delivery that was made. */
export function announceMade(announcer: Announcer, news: readonly Made[]): void {
  const changes: DeliveryChange[] = [];
  for (const { event, made, isTest } of news) {
    made.deliveryIds.forEach((deliveryId, index) => {
      const webhookId = made.webhookIds[index];
      if (webhookId === undefined) return;
      changes.push({
        tenantId: event.tenantId,
        deliveryId,
        version: 1,
        xid: made.xid,
        previousXid: null,
        status: 'PENDING',
        previousStatus: null,
        webhookId,
        eventType: event.type,
        eventId: event.eventId,
        isTest: isTest ?? false,
        createdAt: event.createdAt.getTime(),
      });
    });
  }
  if (changes.length > 0) announcer.announce(changes);
}

/** Tells the workers where to look, in jobs of at most {@link CHUNK_SIZE} ids. */
export async function enqueueMade(producer: QueueProducer, news: readonly Made[]): Promise<void> {
  const jobs: DeliverJob[] = [];
  let chunk = new Map<string, string[]>();
  let size = 0;
  const close = () => {
    if (size > 0) {
      jobs.push({
        webhooks: [...chunk].map(([webhookId, deliveryIds]) => ({ webhookId, deliveryIds })),
      });
    }
    chunk = new Map();
    size = 0;
  };
  for (const { made } of news) {
    made.deliveryIds.forEach((deliveryId, index) => {
      const webhookId = made.webhookIds[index];
      if (webhookId === undefined) return;
      const ids = chunk.get(webhookId);
      if (ids === undefined) chunk.set(webhookId, [deliveryId]);
      else ids.push(deliveryId);
      size += 1;
      if (size === CHUNK_SIZE) close();
    });
  }
  close();
  if (jobs.length > 0) await producer.deliver(jobs);
}
