import { isDeepStrictEqual } from 'node:util';

import { webhookSearchText } from '../../domain/search-text.ts';
import {
  givenRateLimit,
  type RateLimit,
  type RateLimitInput,
} from '../../domain/delivery/rate-limit.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import { Prisma, type Webhook, type WebhookOrdering } from '../../generated/prisma/client.ts';
import type { EventTypes } from '../../event-types/row.ts';
import { eventTypeFaults } from '../../event-types/subscribed-types.ts';
import {
  insertFilter,
  type KeptFilter,
  keptFilter,
  retireFilter,
} from '../../filters/kept-filter.ts';
import { type HeaderInput, mergeHeaders, readHeaders, writeHeaders } from './headers.ts';
import {
  descriptionFaults,
  nameFaults,
  noSuchWebhook,
  notNull,
  rateLimitFaults,
  retryDelayFaults,
  timeoutFaults,
} from '../../domain/input-rules.ts';
import { withLockedWebhook } from './lock.ts';
import { readPreviousSecrets, writePreviousSecrets } from '../secrets/previous-secrets.ts';
import { replaceSubscriptions } from './subscribe.ts';
import type { WebhookChangeParts } from './change-parts.ts';
import { checkUrl } from './url-rules.ts';

/** What to change; what is left out stays. Null clears or is refused, as each says. */
export interface UpdateWebhookInput {
  webhookId: string;
  name?: string | null | undefined;
  url?: string | null | undefined;
  /** Null: none. */
  description?: string | null | undefined;
  /** The whole new set. */
  eventTypes?: readonly string[] | null | undefined;
  /** Seconds, 1 to 120. Null: the installation's default. */
  timeout?: number | null | undefined;
  /** Null: the installation's schedule. */
  retryPolicy?: { delays: readonly number[] } | null | undefined;
  /** Null: none. */
  rateLimit?: RateLimitInput | undefined;
  ordering?: WebhookOrdering | null | undefined;
  /** False: off (MANUAL); true: on, whatever it was off for. */
  isActive?: boolean | null | undefined;
  /** The whole new set. */
  headers?: readonly HeaderInput[] | null | undefined;
  /** Null: none. */
  filter?: unknown;
}

/** Changes a webhook, all of it or nothing. What is given as it already is changes nothing. */
export async function updateWebhook(
  { prisma, secretKeys, urlRules, catalogue }: WebhookChangeParts,
  tenantId: string,
  input: UpdateWebhookInput,
): Promise<Outcome<Webhook>> {
  const { webhookId, eventTypes } = input;
  const types = await catalogue.including(tenantId, eventTypes ?? []);
  const faults = faultsOf(input, types);
  // Looking the host up takes time: it is done before the row is locked.
  const url =
    typeof input.url === 'string' ? await checkUrl(urlRules, input.url, ['input', 'url']) : null;
  if (url?.faults) faults.push(...url.faults);
  const filter = input.filter === undefined ? null : keptFilter(input.filter, ['input', 'filter']);
  if (filter?.faults) faults.push(...filter.faults);

  const updated = await withLockedWebhook<Outcome<Webhook>>(
    prisma,
    tenantId,
    webhookId,
    async ({ tx, webhook, now }) => {
      // Unsealed only where there is need, so that all else can be changed under a lost SECRET_KEY.
      const oldHeaders = input.headers ? readHeaders(secretKeys, webhookId, webhook.headers) : [];
      const headers = input.headers
        ? mergeHeaders(input.headers, oldHeaders, ['input', 'headers'])
        : null;
      if (headers?.faults) faults.push(...headers.faults);
      if (faults.length > 0) return { faults };

      const data: Prisma.WebhookUpdateInput = {};
      if (url?.value && url.value !== webhook.url) data.url = url.value;
      if (input.timeout !== undefined && input.timeout !== webhook.timeout) {
        data.timeout = input.timeout;
      }
      const delays = input.retryPolicy?.delays ?? null;
      if (input.retryPolicy !== undefined && !isDeepStrictEqual(delays, webhook.retryDelays)) {
        data.retryDelays = delays === null ? Prisma.DbNull : [...delays];
      }
      if (headers?.value && !isDeepStrictEqual(headers.value, oldHeaders)) {
        data.headers = writeHeaders(secretKeys, webhookId, headers.value);
      }
      if (typeof input.isActive === 'boolean' && input.isActive !== webhook.isActive) {
        Object.assign(data, switched(input.isActive, now));
      }
      // All of the above is what workers cache.
      if (Object.keys(data).length > 0) {
        data.revision = { increment: 1 };
        // What failed so far says nothing of it as it is now.
        Object.assign(data, UNTRIED);
      }

      if (input.name && input.name !== webhook.name) data.name = input.name;
      if (input.description !== undefined && input.description !== webhook.description) {
        data.description = input.description;
      }
      if (data.name !== undefined || data.description !== undefined || data.url !== undefined) {
        data.searchText = webhookSearchText({
          name: input.name ?? webhook.name,
          description: input.description === undefined ? webhook.description : input.description,
          url: url?.value ?? webhook.url,
        });
      }
      if (input.rateLimit !== undefined) {
        Object.assign(data, await limited(tx, webhook, givenRateLimit(input.rateLimit)));
      }
      if (input.ordering && input.ordering !== webhook.ordering) data.ordering = input.ordering;
      if (filter?.value !== undefined) {
        Object.assign(data, await changedFilter(tx, webhook, filter.value, now));
      }
      const resubscribed = eventTypes ? await replaceSubscriptions(tx, webhook, eventTypes) : 0;
      if (Object.keys(data).length === 0 && resubscribed === 0) return { value: webhook };

      data.previousSecrets = writePreviousSecrets(
        readPreviousSecrets(webhook.previousSecrets),
        now,
      );
      data.updatedAt = now;
      return { value: await tx.webhook.update({ where: { id: webhookId, tenantId }, data }) };
    },
  );
  return updated ?? { faults: [noSuchWebhook(['input', 'id'])] };
}

const UNTRIED = {
  failingSince: null,
  failuresInRow: 0,
  circuitOpenedAt: null,
  nextProbeAt: null,
} satisfies Prisma.WebhookUpdateInput;

/** What changes of the webhook where it is given this filter: nothing where it has it already. */
async function changedFilter(
  tx: Prisma.TransactionClient,
  webhook: Webhook,
  filter: KeptFilter | null,
  now: Date,
): Promise<Prisma.WebhookUpdateInput> {
  const { filterId } = webhook;
  const kept = filterId && (await tx.webhookFilter.findUnique({ where: { id: filterId } }));
  if ((kept ? kept.filter : null) === (filter?.text ?? null)) return {};
  await retireFilter(tx, filterId, now);
  return { filterId: filter === null ? null : await insertFilter(tx, webhook, filter) };
}

/**
 * What changes of the webhook where it is given this limit: nothing where it has it already. What its window
 * holds counts for another limit too.
 */
async function limited(
  tx: Prisma.TransactionClient,
  { id: webhookId, rateAttempts, ratePerSeconds }: Webhook,
  limit: RateLimit | null,
): Promise<Prisma.WebhookUpdateInput> {
  const { attempts = null, perSeconds = null } = limit ?? {};
  if (attempts === rateAttempts && perSeconds === ratePerSeconds) return {};
  if (limit === null) await tx.rateWindow.deleteMany({ where: { webhookId } });
  else {
    // Whether it is full is found out by the next claim.
    await tx.rateWindow.upsert({
      where: { webhookId },
      create: { webhookId },
      update: { paceAt: null, fullUntil: null },
    });
  }
  return { rateAttempts: attempts, ratePerSeconds: perSeconds };
}

/** Every fault that can be found without looking at the webhook or its host. */
function faultsOf(input: UpdateWebhookInput, types: EventTypes): UserFault[] {
  const faults: UserFault[] = [];
  for (const field of ['name', 'url', 'eventTypes', 'isActive', 'headers', 'ordering'] as const) {
    if (input[field] === null) faults.push(notNull(['input', field], field));
  }
  const { name, description, eventTypes, timeout } = input;
  if (typeof name === 'string') faults.push(...nameFaults(name, ['input', 'name']));
  if (typeof description === 'string') {
    faults.push(...descriptionFaults(description, ['input', 'description']));
  }
  const delays = input.retryPolicy?.delays ?? [];
  faults.push(...retryDelayFaults(delays, ['input', 'retryPolicy', 'delays']));
  const limit = givenRateLimit(input.rateLimit);
  if (limit !== null) faults.push(...rateLimitFaults(limit, ['input', 'rateLimit']));
  if (eventTypes) faults.push(...eventTypeFaults(types, eventTypes, ['input', 'eventTypes']));
  if (typeof timeout === 'number') faults.push(...timeoutFaults(timeout, ['input', 'timeout']));
  return faults;
}

function switched(isActive: boolean, now: Date): Prisma.WebhookUpdateInput {
  return isActive
    ? { isActive, disabledAt: null, disabledReason: null }
    : { isActive, disabledAt: now, disabledReason: 'MANUAL' };
}
