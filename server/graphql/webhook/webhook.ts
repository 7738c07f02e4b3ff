import { queryFromInfo } from '@pothos/plugin-prisma';

import { COUNTED_UP_TO } from '../../deliveries/due-count.ts';
import { pauseOf } from '../../domain/delivery/hold.ts';
import { ownDelays } from '../../domain/delivery/retry-schedule.ts';
import { isUuid } from '../../domain/identifiers.ts';
import { RawJson } from '../../domain/json/raw-json.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { shownHeaders } from '../../webhooks/changes/headers.ts';
import { formerSecretsEnd } from '../../webhooks/secrets/previous-secrets.ts';
import { findWebhook } from '../../webhooks/find.ts';
import { builder } from '../schema/builder.ts';
import { Customer, customerOf } from '../customer/customer.ts';
import { callerOf } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { Header } from './header.ts';
import { RateLimit } from './rate-limit.ts';
import { WebhookOrdering } from './ordering.ts';
import { RetryPolicy } from './retry-policy.ts';
import { kept } from '../reading/kept.ts';
import { loadersOf } from '../reading/loaders.ts';

const WebhookDisabledReason = builder.enumType('WebhookDisabledReason', {
  description: 'Why a webhook is off.',
  values: {
    MANUAL: { description: 'Switched off by a caller.' },
    GONE: { description: 'Its endpoint answered 410 Gone.' },
    FAILING: { description: 'It failed for too long.' },
  },
});

const PAUSE = { pausedAt: true, pausedUntil: true } as const;

/**
 * The type may stand for a deleted webhook too: its deliveries go on naming it. So the condition
 * that it is not deleted belongs to the ways in (node, webhook, webhooks), not to the type.
 */
export const Webhook = builder.prismaObject('Webhook', {
  description: 'An endpoint that is sent the events it subscribes to.',
  findUnique: ({ id }, context) => ({ id, tenantId: callerOf(context).tenantId }),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called, for people.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What it is for, for people; null where nothing was written.',
    }),
    url: t.expose('url', {
      type: 'URL',
      description: 'Where deliveries are sent, by POST; redirects are not followed.',
    }),
    isActive: t.exposeBoolean('isActive', {
      description: 'Whether events go to it. Off, it is sent tests only.',
    }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is off; null where it is on.',
    }),
    disabledReason: t.expose('disabledReason', {
      type: WebhookDisabledReason,
      nullable: true,
      description: 'Why it is off; null where it is on.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was deleted; null while it is not. Its deliveries still have it, until retention removes the last of them, and so does webhooks(filter: { isDeleted: true }).',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when every attempt at it has failed, tests included; null where the last one succeeded, none was made yet, or it was changed since. Failing for AUTO_DISABLE_AFTER days switches it off.',
    }),
    circuitOpenedAt: t.expose('circuitOpenedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when its circuit is open: it failed so often in a row that what comes due is held back, by INITIAL_RETRY_DELAY seconds at most, while single attempts probe it. Null while the circuit is closed; the first success closes it.',
    }),
    nextProbeAt: t.expose('nextProbeAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'From when on the next attempt is let through an open circuit, if one is due; null while it is closed.',
    }),
    isPaused: t.boolean({
      select: PAUSE,
      description:
        'Whether it is held: events go on making deliveries for it, which wait (PENDING, heldBy PAUSED) until it is resumed. Unlike isActive: false, nothing is lost. Tests and retries by hand go out.',
      resolve: (webhook) => pauseOf(webhook, new Date()) !== null,
    }),
    pausedAt: t.field({
      type: 'DateTime',
      nullable: true,
      select: PAUSE,
      description: 'Since when it is paused; null where it is not.',
      resolve: (webhook) => pauseOf(webhook, new Date())?.at,
    }),
    pausedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      select: PAUSE,
      description: 'When it resumes by itself; null where only by hand, or where it is not paused.',
      resolve: (webhook) => pauseOf(webhook, new Date())?.until,
    }),
    heldCount: t.int({
      select: { id: true, tenantId: true },
      description: `Deliveries that are due and not being sent, whatever holds them back, counted up to ${COUNTED_UP_TO}.`,
      resolve: async ({ id, tenantId }, _args, context) =>
        kept(await loadersOf(context).dueCount({ id, tenantId })),
    }),
    rateLimit: t.field({
      type: RateLimit,
      nullable: true,
      select: { rateAttempts: true, ratePerSeconds: true },
      description: 'The most attempts begun in any window of time; null where there is no limit.',
      resolve: ({ rateAttempts: attempts, ratePerSeconds: perSeconds }) =>
        attempts === null || perSeconds === null ? null : { attempts, perSeconds },
    }),
    ordering: t.expose('ordering', {
      type: WebhookOrdering,
      description: 'In what order deliveries go out.',
    }),
    retryPolicy: t.field({
      type: RetryPolicy,
      nullable: true,
      select: { retryDelays: true },
      description: 'Its own schedule of retries; null where the installation’s applies.',
      resolve: ({ retryDelays }) => {
        const delays = ownDelays(retryDelays);
        return delays && { delays };
      },
    }),
    timeout: t.int({
      select: { timeout: true },
      description:
        "Seconds one attempt may take in all, from connecting to the response's last byte: 1 to 120. The installation's default where none was set.",
      resolve: ({ timeout }, _args, { services }) =>
        // The default may have fractions; what is shown is never less than what holds.
        timeout ?? Math.ceil(services.configuration.delivery.defaultTimeoutSeconds),
    }),
    headers: t.field({
      type: [Header],
      select: { headers: true },
      description: 'Extra request headers sent with each delivery, in their order.',
      resolve: (webhook) => shownHeaders(webhook.headers),
    }),
    customer: t.field({
      type: Customer,
      nullable: true,
      select: { customerId: true },
      description:
        'Whose webhook it is: it gets the events triggered for this customer, and no others. Null: it is the platform’s own, and gets every event.',
      resolve: (webhook, _args, context) => customerOf(context, webhook),
    }),
    filter: t.field({
      type: 'JSON',
      nullable: true,
      select: { filterId: true },
      description:
        'What the body of an event must be like to go to it; null where every event does that it subscribes to.',
      resolve: async ({ filterId }, _args, context) => {
        if (filterId === null) return null;
        const { tenantId } = callerOf(context);
        return new RawJson(kept(await loadersOf(context).filter({ tenantId, id: filterId })));
      },
    }),
    subscriptions: t.relation('subscriptions', {
      query: (_args, context) => ({
        where: { tenantId: callerOf(context).tenantId },
        orderBy: { eventType: 'asc' },
      }),
      description:
        'The event types it is sent, as names and patterns, in their order. None of a deleted webhook.',
    }),
    secretHint: t.exposeString('secretHint', {
      description:
        "The secret's first characters, to tell one from another. The secret itself is shown once, when made.",
    }),
    formerSecretsEndAt: t.field({
      type: 'DateTime',
      nullable: true,
      select: { previousSecrets: true },
      description:
        'When the last of its former secrets stops signing beside the current one; null where none does any more.',
      resolve: ({ previousSecrets }) => formerSecretsEnd(previousSecrets, new Date()),
    }),
    oldestDueAt: t.field({
      type: 'DateTime',
      nullable: true,
      select: { id: true, tenantId: true },
      description:
        'Since when the longest waiting of its deliveries has been due, whatever holds it back; null where none waits.',
      resolve: ({ id, tenantId }, _args, context) =>
        loadersOf(context).oldestDueAt({ id, tenantId }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it last changed: its settings, its subscriptions, or whether it is on.',
    }),
  }),
});

builder.nodeRef<WebhookRow, string, typeof Webhook>(Webhook, {
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, context, info) =>
    isUuid(id)
      ? findWebhook(
          context.services.prisma,
          { tenantId: callerOf(context).tenantId, id },
          queryFromInfo({ context, info, typeName: 'Webhook', include: {} }),
        )
      : null,
});

builder.queryField('webhook', (t) =>
  t.prismaField({
    type: Webhook,
    nullable: true,
    description: 'A webhook by its global id; null where the tenant has none such.',
    args: { id: t.arg.id({ required: true, description: "The webhook's global id." }) },
    resolve: (query, _root, args, context) => {
      const id = uuidOf('Webhook', args.id);
      if (id === null) return null;
      const { tenantId } = callerOf(context);
      return findWebhook(context.services.prisma, { tenantId, id }, query);
    },
  }),
);
