import type { WebhookDeliveries } from '../queue/contract.ts';

/** Deliveries as jobs and handovers name them: their ids by webhook, in their order. */
export function byWebhook(
  deliveries: readonly { id: string; webhookId: string }[],
): WebhookDeliveries[] {
  const ids = new Map<string, string[]>();
  for (const { id, webhookId } of deliveries) {
    const present = ids.get(webhookId);
    if (present === undefined) ids.set(webhookId, [id]);
    else present.push(id);
  }
  return Array.from(ids, ([webhookId, deliveryIds]) => ({ webhookId, deliveryIds }));
}

/** The ids of all of them. */
export const idsOf = (webhooks: readonly WebhookDeliveries[]): string[] =>
  webhooks.flatMap(({ deliveryIds }) => deliveryIds);
