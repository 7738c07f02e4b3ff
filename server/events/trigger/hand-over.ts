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
    const waiting = new Set(made.inLine);
    made.deliveryIds.forEach((deliveryId, index) => {
      const webhookId = made.webhookIds[index];
      if (webhookId === undefined || made.claimedAtRevision[index] !== null) return;
      if (waiting.has(deliveryId)) return;
      const ids = chunk.get(webhookId);
      if (ids === undefined) chunk.set(webhookId, [deliveryId]);
      else ids.push(deliveryId);
      size += 1;
      if (size === CHUNK_SIZE) close();
    });
  }
  close();
  if (jobs.length === 0) return;
  await producer.deliver(jobs);
  traceStep('hinted', () =>
    jobs.flatMap(({ webhooks }) => webhooks.flatMap(({ deliveryIds }) => deliveryIds)),
  );
}
