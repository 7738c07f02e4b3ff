import { retireFilter } from '../../filters/kept-filter.ts';
import type { Outcome } from '../../domain/user-fault.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { noSuchWebhook } from '../../domain/input-rules.ts';
import { withLockedWebhook } from './lock.ts';

/**
 * Takes a webhook out of the tenant's sight, its subscriptions with it; its history stays until
 * retention. Deliveries that a worker finds afterwards end FAILED (WEBHOOK_DELETED).
 * A second time there is nothing to delete: NOT_FOUND.
 */
export async function deleteWebhook(
  { prisma }: { prisma: PrismaClient },
  tenantId: string,
  webhookId: string,
): Promise<Outcome<{ webhookId: string }>> {
  const deleted = await withLockedWebhook(
    prisma,
    tenantId,
    webhookId,
    async ({ tx, webhook, now }) => {
      await retireFilter(tx, webhook.filterId, now);
      await tx.eventSubscription.deleteMany({ where: { webhookId, tenantId } });
      await tx.webhook.update({
        where: { id: webhookId, tenantId },
        data: {
          deletedAt: now,
          updatedAt: now,
          revision: { increment: 1 },
          // Whoever reads its history must not take it for one that is on.
          ...(webhook.isActive
            ? { isActive: false, disabledAt: now, disabledReason: 'MANUAL' as const }
            : {}),
        },
      });
      return true;
    },
  );
  return deleted === null ? { faults: [noSuchWebhook(['input', 'id'])] } : { value: { webhookId } };
}
