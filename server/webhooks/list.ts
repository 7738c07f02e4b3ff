import { literalInLike, searchForms } from '../domain/search-text.ts';
import { isEventTypePattern, patternsOf } from '../domain/event/event-type-pattern.ts';
import { isStorable } from '../domain/stored-text.ts';
import { keysetQuery, type KeysetPage } from '../database/keyset-page.ts';
import type { Prisma, PrismaClient, Webhook } from '../generated/prisma/client.ts';
import type { WebhookFields } from './find.ts';

/** Which webhooks of a tenant to list; what is null or left out does not narrow. */
export interface WebhookFilter {
  isActive?: boolean | null | undefined;
  /** Those that were deleted; all others where it is not true. */
  isDeleted?: boolean | null | undefined;
  /** Those that are paused, or those that are not. */
  isPaused?: boolean | null | undefined;
  /** Whether its rate limit is used up now. */
  isRateLimited?: boolean | null | undefined;
  /** Those whose circuit is open, or those whose is not. */
  hasOpenCircuit?: boolean | null | undefined;
  /** Those that fail and are held back or switched off for it; or all others. */
  needsAttention?: boolean | null | undefined;
  /** Those that events of this type go to, by its name or a pattern; of a pattern, those that subscribe by it. */
  eventType?: string | null | undefined;
  /** Ids of customers: those of one of them. */
  customerIds?: readonly string[] | null | undefined;
  /** Part of the name, description or URL, whatever the case (search-text.ts). */
  search?: string | null | undefined;
}

/** A page of the webhooks that fit `matching`, newest first. */
export function listWebhooks(
  prisma: PrismaClient,
  matching: Prisma.WebhookWhereInput,
  page: KeysetPage,
  fields: WebhookFields,
): Promise<Webhook[]> {
  const { id, orderBy, take } = keysetQuery(page);
  return prisma.webhook.findMany({ ...fields, where: { AND: [matching, { id }] }, orderBy, take });
}

/** How many fit, on whatever page. */
export function countWebhooks(
  prisma: PrismaClient,
  matching: Prisma.WebhookWhereInput,
): Promise<number> {
  return prisma.webhook.count({ where: matching });
}

/** The tenant's webhooks that fit the filter, as a condition for Prisma. */
export function webhooksMatching(
  tenantId: string,
  filter: WebhookFilter | null | undefined,
): Prisma.WebhookWhereInput {
  const { isActive, isDeleted, hasOpenCircuit, needsAttention, eventType, search } = filter ?? {};
  const { customerIds, isPaused, isRateLimited } = filter ?? {};
  const now = new Date();
  return {
    tenantId,
    deletedAt: isDeleted === true ? { not: null } : null,
    ...(isActive !== null && isActive !== undefined && { isActive }),
    ...(hasOpenCircuit !== null &&
      hasOpenCircuit !== undefined && { circuitOpenedAt: hasOpenCircuit ? { not: null } : null }),
    AND: [
      ...(typeof isPaused === 'boolean' ? [isPaused ? pausedAt(now) : { NOT: pausedAt(now) }] : []),
      ...(typeof isRateLimited === 'boolean'
        ? [isRateLimited ? rateLimitedAt(now) : { NOT: rateLimitedAt(now) }]
        : []),
    ],
    ...(needsAttention === true && UNREACHED),
    ...(needsAttention === false && REACHED),
    ...(eventType !== null &&
      eventType !== undefined && {
        subscriptions: { some: { tenantId, eventType: { in: subscribedBy(eventType) } } },
      }),
    ...(customerIds && { customerId: { in: [...customerIds] } }),
    ...(search !== null && search !== undefined && containing(search)),
  };
}

function subscribedBy(eventType: string): string[] {
  if (!isStorable(eventType)) return [];
  return isEventTypePattern(eventType) ? [eventType] : patternsOf(eventType);
}

/** A pause is over where its end has passed, though its row still has it. */
function pausedAt(now: Date): Prisma.WebhookWhereInput {
  return { pausedAt: { not: null }, OR: [{ pausedUntil: null }, { pausedUntil: { gt: now } }] };
}

function rateLimitedAt(now: Date): Prisma.WebhookWhereInput {
  return { rateAttempts: { not: null }, rateWindow: { fullUntil: { gt: now } } };
}

/** All of them fail, and Webhook_attention_idx holds those that do. */
const UNREACHED: Prisma.WebhookWhereInput = {
  failingSince: { not: null },
  OR: [{ circuitOpenedAt: { not: null } }, { disabledReason: { in: ['GONE', 'FAILING'] } }],
};

/** All others. Not a mere NOT: a reason that is null is no member of any set, nor of its rest. */
const REACHED: Prisma.WebhookWhereInput = {
  OR: [
    { failingSince: null },
    { circuitOpenedAt: null, disabledReason: null },
    { circuitOpenedAt: null, disabledReason: 'MANUAL' },
  ],
};

function containing(search: string): Prisma.WebhookWhereInput {
  if (!isStorable(search)) return { id: { in: [] } };
  return {
    OR: searchForms(search).map((form) => ({ searchText: { contains: literalInLike(form) } })),
  };
}
