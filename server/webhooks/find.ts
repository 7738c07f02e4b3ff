import type { Prisma, PrismaClient, Webhook } from '../generated/prisma/client.ts';

/** What an operation asks for of each row. */
export type WebhookFields = Pick<Prisma.WebhookFindManyArgs, 'select' | 'include'>;

/** A tenant's webhook that was not deleted. */
export function findWebhook(
  prisma: PrismaClient,
  { tenantId, id }: { tenantId: string; id: string },
  fields: WebhookFields,
): Promise<Webhook | null> {
  return prisma.webhook.findUnique({ ...fields, where: { id, tenantId, deletedAt: null } });
}

/** Those of these that were not deleted, in the order of the ids. */
export async function findWebhooksInOrder(
  prisma: PrismaClient,
  { tenantId, ids }: { tenantId: string; ids: readonly string[] },
  fields: WebhookFields,
): Promise<Webhook[]> {
  if (ids.length === 0) return [];
  const found = await prisma.webhook.findMany({
    ...fields,
    where: { id: { in: [...ids] }, tenantId, deletedAt: null },
  });
  const places = new Map(ids.map((id, place) => [id, place]));
  return found.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}

/** By their ids, deleted ones among them: what was sent to them is still there. */
export async function findWebhooks(
  prisma: PrismaClient,
  tenantId: string,
  ids: string[],
): Promise<Map<string, Webhook>> {
  const found = await prisma.webhook.findMany({ where: { id: { in: ids }, tenantId } });
  return new Map(found.map((webhook) => [webhook.id, webhook]));
}

/** The newest ids of webhooks from `first` to `last`, those deleted left out. */
export async function findWebhookIdsWithin(
  prisma: PrismaClient,
  tenantId: string,
  { first, last }: { first: string; last: string },
  most: number,
): Promise<string[]> {
  const found = await prisma.webhook.findMany({
    where: { tenantId, deletedAt: null, id: { gte: first, lte: last } },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: most,
  });
  return found.map(({ id }) => id);
}

/** The texts of filters by their ids, replaced ones among them. */
export async function findFilterTexts(
  prisma: PrismaClient,
  tenantId: string,
  ids: string[],
): Promise<Map<string, string>> {
  const found = await prisma.webhookFilter.findMany({ where: { id: { in: ids }, tenantId } });
  return new Map(found.map(({ id, filter }) => [id, filter]));
}
