import { newId } from '../../domain/identifiers.ts';
import type { Outcome } from '../../domain/user-fault.ts';
import type { Prisma, Webhook } from '../../generated/prisma/client.ts';
import { eventTypeFaults } from '../../event-types/subscribed-types.ts';
import { noSuchWebhook } from '../../domain/input-rules.ts';
import type { WebhookChangeParts } from './change-parts.ts';
import { type LockedWebhook, withLockedWebhook } from './lock.ts';

export type SubscribeParts = Pick<WebhookChangeParts, 'prisma' | 'catalogue'>;

export interface SubscribeInput {
  webhookId: string;
  eventTypes: readonly string[];
}

/** Adds to what a webhook subscribes to; what it has already stays as it is. */
export function subscribe(
  parts: SubscribeParts,
  tenantId: string,
  input: SubscribeInput,
): Promise<Outcome<Webhook>> {
  return change(parts, tenantId, input, ({ tx, webhook }) =>
    addSubscriptions(tx, webhook, input.eventTypes),
  );
}

/** Takes from what a webhook subscribes to; deliveries already made still go out. */
export function unsubscribe(
  parts: SubscribeParts,
  tenantId: string,
  input: SubscribeInput,
): Promise<Outcome<Webhook>> {
  return change(parts, tenantId, input, async ({ tx, webhook }) => {
    const { count } = await tx.eventSubscription.deleteMany({
      where: { webhookId: webhook.id, tenantId, eventType: { in: [...input.eventTypes] } },
    });
    return count;
  });
}

/**
 * Makes `eventTypes` the whole of what a webhook subscribes to; the rows that stay keep their ids.
 * @returns how many were added or taken away.
 */
export async function replaceSubscriptions(
  tx: Prisma.TransactionClient,
  webhook: Webhook,
  eventTypes: readonly string[],
): Promise<number> {
  const { count } = await tx.eventSubscription.deleteMany({
    where: {
      webhookId: webhook.id,
      tenantId: webhook.tenantId,
      eventType: { notIn: [...eventTypes] },
    },
  });
  return count + (await addSubscriptions(tx, webhook, eventTypes));
}

async function addSubscriptions(
  tx: Prisma.TransactionClient,
  { id: webhookId, tenantId, customerId }: Webhook,
  eventTypes: readonly string[],
): Promise<number> {
  const { count } = await tx.eventSubscription.createMany({
    data: eventTypes.map((eventType) => ({
      id: newId(),
      tenantId,
      webhookId,
      customerId,
      eventType,
    })),
    skipDuplicates: true,
  });
  return count;
}

async function change(
  { prisma, catalogue }: SubscribeParts,
  tenantId: string,
  { webhookId, eventTypes }: SubscribeInput,
  apply: (locked: LockedWebhook) => Promise<number>,
): Promise<Outcome<Webhook>> {
  const types = await catalogue.including(tenantId, eventTypes);
  const faults = eventTypeFaults(types, eventTypes, ['input', 'eventTypes']);
  const changed = await withLockedWebhook(prisma, tenantId, webhookId, async (locked) => {
    if (faults.length > 0 || (await apply(locked)) === 0) return locked.webhook;
    return locked.tx.webhook.update({
      where: { id: webhookId, tenantId },
      data: { updatedAt: locked.now },
    });
  });
  if (changed === null) return { faults: [noSuchWebhook(['input', 'webhookId'])] };
  return faults.length > 0 ? { faults } : { value: changed };
}
