import { byWebhook, idsOf } from '../../deliveries/by-webhook.ts';
import { CHUNK_SIZE, type DeliverJob, type QueueProducer } from '../../queue/contract.ts';
import { traceStep } from '../../steps.ts';
import type { InsertedEvent } from './insert-events.ts';

/**
 * Tells the workers where to look, in jobs of at most {@link CHUNK_SIZE} ids. What was made as
 * claimed is on its way; what waits for its turn in a line is not looked at.
 */
export async function enqueueMade(
  producer: QueueProducer,
  news: readonly { made: InsertedEvent }[],
): Promise<void> {
  const waiting = news.flatMap(({ made }) => {
    const inLine = new Set(made.inLine);
    return made.deliveryIds.flatMap((id, index) => {
      const webhookId = made.webhookIds[index];
      const isClaimed = made.claimedAtRevision[index] !== null;
      return webhookId === undefined || isClaimed || inLine.has(id) ? [] : [{ id, webhookId }];
    });
  });
  const jobs: DeliverJob[] = [];
  for (let from = 0; from < waiting.length; from += CHUNK_SIZE) {
    jobs.push({ webhooks: byWebhook(waiting.slice(from, from + CHUNK_SIZE)) });
  }
  if (jobs.length === 0) return;
  await producer.deliver(jobs);
  traceStep('hinted', () => jobs.flatMap(({ webhooks }) => idsOf(webhooks)));
}
