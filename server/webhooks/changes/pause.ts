import { pauseOf } from '../../domain/delivery/hold.ts';
import { invalid, noSuchWebhook } from '../../domain/input-rules.ts';
import type { Outcome } from '../../domain/user-fault.ts';
import type { PrismaClient, Webhook } from '../../generated/prisma/client.ts';
import { withLockedWebhook } from './lock.ts';

/** Which webhook to pause, and when it resumes by itself: never, where `until` is left out. */
export interface PauseInput {
  webhookId: string;
  until?: Date | null | undefined;
}

/**
 * Holds a webhook: its deliveries are made and wait, in whatever process they come due. What is being
 * sent is not cut off. One that is paused already stays so since when it was, until the new end.
 */
export async function pauseWebhook(
  prisma: PrismaClient,
  tenantId: string,
  { webhookId, until = null }: PauseInput,
): Promise<Outcome<Webhook>> {
  const paused = await withLockedWebhook<Outcome<Webhook>>(
    prisma,
    tenantId,
    webhookId,
    async ({ tx, webhook, now }) => {
      if (until !== null && until <= now) {
        const message =
          'until must lie in the future; leave it out to pause until webhookResume is called.';
        return { faults: [invalid(['input', 'until'], message)] };
      }
      const before = pauseOf(webhook, now);
      if (before !== null && before.until?.getTime() === until?.getTime()) {
        return { value: webhook };
      }
      const data = { pausedAt: before?.at ?? now, pausedUntil: until, updatedAt: now };
      return { value: await tx.webhook.update({ where: { id: webhookId, tenantId }, data }) };
    },
  );
  return paused ?? { faults: [noSuchWebhook(['input', 'id'])] };
}

/** Ends a webhook's pause; of one that is not paused nothing changes. */
export async function resumeWebhook(
  prisma: PrismaClient,
  tenantId: string,
  webhookId: string,
): Promise<Outcome<{ webhook: Webhook; resumedAt: Date }>> {
  const resumed = await withLockedWebhook(prisma, tenantId, webhookId, async (locked) => {
    const { tx, webhook, now } = locked;
    if (pauseOf(webhook, now) === null) return { webhook, resumedAt: now };
    const data = { pausedAt: null, pausedUntil: null, updatedAt: now };
    const changed = await tx.webhook.update({ where: { id: webhookId, tenantId }, data });
    return { webhook: changed, resumedAt: now };
  });
  return resumed === null ? { faults: [noSuchWebhook(['input', 'id'])] } : { value: resumed };
}
