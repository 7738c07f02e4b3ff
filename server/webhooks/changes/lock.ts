import type { Prisma, PrismaClient, Webhook } from '../../generated/prisma/client.ts';

/** How long a change waits for a connection and for others' changes of the same webhook, in ms. */
const PATIENCE = { maxWait: 10_000, timeout: 15_000 };

/** A webhook that no one else changes until the transaction ends. */
export interface LockedWebhook {
  tx: Prisma.TransactionClient;
  webhook: Webhook;
  /** The database's clock, read once the lock was held: never earlier than the change before. */
  now: Date;
}

/**
 * Runs `change` in one transaction with the webhook's row locked, so that of two changes at once
 * neither is lost. What `change` throws rolls everything back.
 * @returns what `change` returns, or null where the tenant has no such webhook (or deleted it).
 */
export async function withLockedWebhook<T>(
  prisma: PrismaClient,
  tenantId: string,
  webhookId: string,
  change: (locked: LockedWebhook) => Promise<T>,
): Promise<T | null> {
  return prisma.$transaction(async (tx) => {
    // The clock is read above the lock: in one SELECT it could be read before the wait for it.
    const locked = await tx.$queryRaw<{ now: Date }[]>`
      WITH locked AS MATERIALIZED (
        SELECT id FROM "Webhook"
        WHERE id = ${webhookId}::uuid AND "tenantId" = ${tenantId}::uuid AND "deletedAt" IS NULL
        FOR UPDATE
      )
      SELECT clock_timestamp() AS now FROM locked`;
    const now = locked[0]?.now;
    if (now === undefined) return null;
    const webhook = await tx.webhook.findUniqueOrThrow({ where: { id: webhookId, tenantId } });
    return change({ tx, webhook, now });
  }, PATIENCE);
}
