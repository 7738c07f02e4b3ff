import type { PrismaClient } from '../generated/prisma/client.ts';

/** When the rate limit of each of these webhooks lets its next attempt begin; those left out that may begin one now. */
export async function findFullWindows(
  prisma: PrismaClient,
  webhookIds: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await prisma.rateWindow.findMany({
    where: { webhookId: { in: [...webhookIds] }, fullUntil: { not: null } },
    select: { webhookId: true, fullUntil: true },
  });
  return new Map(
    rows.flatMap(({ webhookId, fullUntil }) =>
      fullUntil === null ? [] : [[webhookId, fullUntil] as const],
    ),
  );
}
