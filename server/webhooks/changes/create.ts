import { customerIdsOf, noSuchCustomer } from '../../customers/find.ts';
import { NO_CUSTOMER } from '../../customers/row.ts';
import { insertFilter, type KeptFilter, keptFilter } from '../../filters/kept-filter.ts';
import { newId } from '../../domain/identifiers.ts';
import { webhookSearchText } from '../../domain/search-text.ts';
import { seal } from '../../domain/sealed-secret.ts';
import { generateSecret, secretHint } from '../../domain/delivery/signature.ts';
import { givenRateLimit, type RateLimitInput } from '../../domain/delivery/rate-limit.ts';
import type { Outcome } from '../../domain/user-fault.ts';
import type {
  Prisma,
  PrismaClient,
  Webhook,
  WebhookOrdering,
} from '../../generated/prisma/client.ts';
import { eventTypeFaults } from '../../event-types/subscribed-types.ts';
import { type HeaderInput, mergeHeaders, writeHeaders } from './headers.ts';
import {
  descriptionFaults,
  nameFaults,
  rateLimitFaults,
  retryDelayFaults,
  timeoutFaults,
} from '../../domain/input-rules.ts';
import type { WebhookWithSecret } from '../secrets/rotate-secret.ts';
import type { WebhookChangeParts } from './change-parts.ts';
import { checkUrl } from './url-rules.ts';
import { secretOf } from '../secrets/sealed-places.ts';

/** A webhook to be made; what is null counts as left out. */
export interface CreateWebhookInput {
  name: string;
  url: string;
  description?: string | null | undefined;
  /** None if omitted. */
  eventTypes?: readonly string[] | null | undefined;
  /** Seconds, 1 to 120; the installation's default if omitted. */
  timeout?: number | null | undefined;
  /** True if omitted. */
  isActive?: boolean | null | undefined;
  headers?: readonly HeaderInput[] | null | undefined;
  /** The key of the customer whose it is; the platform's own if omitted. */
  customer?: string | null | undefined;
  /** The installation's schedule if omitted. */
  retryPolicy?: { delays: readonly number[] } | null | undefined;
  /** None if omitted: as fast as they can go. */
  rateLimit?: RateLimitInput | undefined;
  /** NONE if omitted. */
  ordering?: WebhookOrdering | null | undefined;
  /** None if omitted: every event goes to it that it subscribes to. */
  filter?: unknown;
}

/** Makes a webhook with its subscriptions, all or nothing; returns its secret, this once. */
export async function createWebhook(
  { prisma, pool, secretKeys, urlRules, catalogue }: WebhookChangeParts,
  tenantId: string,
  input: CreateWebhookInput,
): Promise<Outcome<WebhookWithSecret>> {
  const description = input.description ?? null;
  const timeout = input.timeout ?? null;
  const isActive = input.isActive ?? true;
  const eventTypes = [...new Set(input.eventTypes ?? [])];
  const limit = givenRateLimit(input.rateLimit);
  const headers = mergeHeaders(input.headers ?? [], [], ['input', 'headers']);
  const url = await checkUrl(urlRules, input.url, ['input', 'url']);
  const types = await catalogue.including(tenantId, eventTypes);
  const [customerId] =
    typeof input.customer === 'string'
      ? await customerIdsOf(pool, tenantId, [input.customer])
      : [NO_CUSTOMER];
  const filter = keptFilter(input.filter, ['input', 'filter']);
  const faults = [
    ...nameFaults(input.name, ['input', 'name']),
    ...(url.faults ?? []),
    ...(description === null ? [] : descriptionFaults(description, ['input', 'description'])),
    ...eventTypeFaults(types, input.eventTypes ?? [], ['input', 'eventTypes']),
    ...(timeout === null ? [] : timeoutFaults(timeout, ['input', 'timeout'])),
    ...retryDelayFaults(input.retryPolicy?.delays ?? [], ['input', 'retryPolicy', 'delays']),
    ...(limit === null ? [] : rateLimitFaults(limit, ['input', 'rateLimit'])),
    ...(headers.faults ?? []),
    ...(filter.faults ?? []),
    ...(customerId === undefined ? [noSuchCustomer(CUSTOMER)] : []),
  ];
  if (faults.length > 0 || url.faults || headers.faults || customerId === undefined) {
    return { faults };
  }

  const id = newId();
  const secret = generateSecret();
  const data = {
    id,
    tenantId,
    customerId,
    name: input.name,
    description,
    url: url.value,
    searchText: webhookSearchText({ name: input.name, description, url: url.value }),
    isActive,
    ...(!isActive && { disabledAt: new Date(), disabledReason: 'MANUAL' }),
    timeout,
    ...(input.retryPolicy && { retryDelays: [...input.retryPolicy.delays] }),
    ...(limit && {
      rateAttempts: limit.attempts,
      ratePerSeconds: limit.perSeconds,
      rateWindow: { create: {} },
    }),
    ...(input.ordering && { ordering: input.ordering }),
    headers: writeHeaders(secretKeys, id, headers.value),
    secret: new Uint8Array(seal(secret, secretKeys, secretOf(id))),
    secretHint: secretHint(secret),
    subscriptions: {
      createMany: {
        data: eventTypes.map((eventType) => ({ id: newId(), tenantId, customerId, eventType })),
      },
    },
  } satisfies Prisma.WebhookUncheckedCreateInput;
  const webhook = await insert(prisma, data, filter.value ?? null);
  if (webhook === null) return { faults: [noSuchCustomer(CUSTOMER)] };
  return { value: { webhook, secret } };
}

const CUSTOMER = ['input', 'customer'];

/**
 * With its subscriptions and its filter, in one transaction; null where its customer is being erased, which would
 * not find it if it came after.
 */
async function insert(
  prisma: PrismaClient,
  data: Prisma.WebhookUncheckedCreateInput & { customerId: string },
  filter: KeptFilter | null,
): Promise<Webhook | null> {
  const { customerId } = data;
  if (customerId === NO_CUSTOMER && filter === null) return prisma.webhook.create({ data });
  return prisma.$transaction(async (tx) => {
    if (customerId !== NO_CUSTOMER) {
      const held = await tx.$queryRaw<unknown[]>`
        SELECT id FROM "Customer" WHERE id = ${customerId}::uuid AND "erasedAt" IS NULL FOR SHARE`;
      if (held.length === 0) return null;
    }
    const filterId = filter === null ? null : await insertFilter(tx, data, filter);
    return tx.webhook.create({ data: { ...data, filterId } });
  });
}
