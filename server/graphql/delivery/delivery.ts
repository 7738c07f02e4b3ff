import type { DeliveryRow } from '../../deliveries/row.ts';
import type { DeliveryFailureReason as FailureReason } from '../../domain/delivery/delivery-states.ts';
import {
  type DeliveryHold as Hold,
  holdOf,
  isInLine,
  type HoldingWebhook,
  shownDueTime,
} from '../../domain/delivery/hold.ts';
import { ownDelays } from '../../domain/delivery/retry-schedule.ts';
import { isUuid } from '../../domain/identifiers.ts';
import type { BriefEvent } from '../../events/row.ts';
import type { FollowedDelivery } from '../../feed/log/change-log.ts';
import type { Webhook as WebhookRow } from '../../generated/prisma/client.ts';
import { boundedInt } from '../limits/bounded-int.ts';
import { builder } from '../schema/builder.ts';
import { PAGE_SIZES } from '../schema/connection.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { DeliveryAttempt } from './attempt.ts';
import { DeliveryStatus } from './filter.ts';
import { Event, loadBody, loadEvent } from '../event/event.ts';
import { uuidOf } from '../schema/global-id.ts';
import { kept } from '../reading/kept.ts';
import { type Loaders, loadersOf } from '../reading/loaders.ts';
import { selectsOnly } from '../reading/selection.ts';
import { Webhook } from '../webhook/webhook.ts';

const DeliveryFailureReason = builder.enumType('DeliveryFailureReason', {
  description: 'Why a delivery was given up.',
  values: {
    ATTEMPTS_EXHAUSTED: { description: 'Every attempt of its schedule failed.' },
    GONE: { description: 'Its endpoint answered 410 Gone.' },
    WEBHOOK_DELETED: { description: 'The webhook was deleted before the delivery succeeded.' },
    WEBHOOK_INACTIVE: { description: 'The webhook was off when the attempt was due.' },
  } satisfies Record<FailureReason, { description: string }>,
});

const DeliveryHold = builder.enumType('DeliveryHold', {
  description: 'What keeps a delivery from going out although it is due.',
  values: {
    PAUSED: { description: 'Its webhook is paused: it goes out once that is resumed.' },
    CIRCUIT_OPEN: {
      description:
        'Every attempt at its webhook fails: what comes due waits, for INITIAL_RETRY_DELAY seconds (or the first delay of the webhook’s own policy, where that is shorter), while single attempts probe it.',
    },
    RATE_LIMITED: {
      description:
        'Its webhook’s rateLimit is used up: it goes out when an earlier attempt has left the window.',
    },
    ORDER: {
      description:
        'An earlier one of its orderingKey has not ended: it goes out once that has, in SUCCESS or FAILED.',
    },
  } satisfies Record<Hold, { description: string }>,
});

export const Delivery = builder.objectRef<DeliveryRow>('Delivery');

/** The tenant's delivery with this id, read together with all others of this tick. */
export function loadDelivery(context: GraphQLContext, id: string): Promise<DeliveryRow | null> {
  return loadersOf(context).delivery({ tenantId: callerOf(context).tenantId, id });
}

/*
 * The feed brings along what its readers ask for most, so that a change costs no statement.
 */
const OF_WEBHOOK = ['id', 'name', 'url'];

function eventBroughtWith(delivery: DeliveryRow | FollowedDelivery): BriefEvent | null {
  if (!('eventType' in delivery)) return null;
  const { eventRef: id, tenantId, customerId, eventType: type, eventId, isTest } = delivery;
  return { id, tenantId, customerId, type, eventId, isTest };
}

function webhookBroughtWith(delivery: DeliveryRow | FollowedDelivery): WebhookRow | null {
  if (!('webhookName' in delivery)) return null;
  const { webhookId: id, tenantId, webhookName: name, webhookUrl: url } = delivery;
  if (name === null || url === null) return null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asked for no more than this
  return { id, tenantId, name, url } satisfies Partial<WebhookRow> as WebhookRow;
}

/** What of its webhook decides when it goes out. */
function flowOf(
  delivery: DeliveryRow | FollowedDelivery,
  context: GraphQLContext,
): HoldingWebhook | Promise<HoldingWebhook> {
  if ('webhookFlow' in delivery && delivery.webhookFlow !== null) return delivery.webhookFlow;
  return flowFrom(loadersOf(context), { tenantId: delivery.tenantId, id: delivery.webhookId });
}

async function flowFrom(
  loaders: Loaders,
  key: { tenantId: string; id: string },
): Promise<HoldingWebhook> {
  const webhook = kept(await loaders.webhook(key));
  const rateFullUntil = webhook.rateAttempts === null ? null : await loaders.rateFullUntil(key);
  return { ...webhook, rateFullUntil };
}

builder.node(Delivery, {
  description: 'An event on its way to one webhook.',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, context) =>
    Promise.all(ids.map(async (id) => (isUuid(id) ? loadDelivery(context, id) : null))),
  fields: (t) => ({
    status: t.expose('status', { type: DeliveryStatus, description: 'Where it stands.' }),
    event: t.field({
      type: Event,
      description: 'The event that is delivered.',
      resolve: (delivery, _args, context) =>
        eventBroughtWith(delivery) ?? loadEvent(context, delivery.eventRef).then(kept),
    }),
    webhook: t.field({
      type: Webhook,
      description: 'The webhook it goes to, even one that was deleted since.',
      resolve: (delivery, _args, context, info) =>
        (selectsOnly(info, OF_WEBHOOK) ? webhookBroughtWith(delivery) : null) ??
        loadersOf(context)
          .webhook({ tenantId: delivery.tenantId, id: delivery.webhookId })
          .then(kept),
    }),
    attemptCount: t.exposeInt('attemptCount', {
      description: 'Attempts that ended since the delivery was made or last retried by hand.',
    }),
    maxAttempts: t.int({
      description:
        'How many attempts it gets before it is given up: by its webhook’s own policy, or else by the installation’s.',
      resolve: async (delivery, _args, context) => {
        const own = ownDelays((await flowOf(delivery, context)).retryDelays);
        const { retry } = context.services.configuration.delivery;
        return own === null ? retry.maxAttempts : own.length + 1;
      },
    }),
    attempts: t.field({
      type: [DeliveryAttempt],
      description: 'The newest `last` of its attempts (at most 100), oldest first.',
      args: {
        last: t.arg.int({ defaultValue: 20, description: 'How many at most: 0 to 100.' }),
      },
      resolve: ({ tenantId, id }, args, context) => {
        const last = boundedInt(args.last ?? 20, PAGE_SIZES, ['last']);
        return loadersOf(context).attempts({ tenantId, id, last });
      },
    }),
    lastAttempt: t.field({
      type: DeliveryAttempt,
      nullable: true,
      description: 'Its newest attempt; null where none has ended.',
      resolve: async ({ tenantId, id, attemptsMade }, _args, context) =>
        attemptsMade === 0
          ? null
          : ((await loadersOf(context).attempts({ tenantId, id, last: 1 }))[0] ?? null),
    }),
    requestBody: t.string({
      description: 'The bytes that are signed and sent at each attempt, which are ASCII.',
      resolve: ({ tenantId, eventRef }, _args, context) =>
        loadBody(context, { tenantId, id: eventRef }),
    }),
    heldBy: t.field({
      type: DeliveryHold,
      nullable: true,
      description: 'What keeps it from going out although it is due; null where nothing does.',
      resolve: async (delivery, _args, context) => {
        if (delivery.nextAttemptAt === null) return isInLine(delivery) ? 'ORDER' : null;
        const { holdSeconds } = context.services.configuration.delivery.health;
        return holdOf(delivery, await flowOf(delivery, context), holdSeconds, new Date());
      },
    }),
    waitsFor: t.field({
      type: Delivery,
      nullable: true,
      description:
        'The delivery that must end before this one begins, for it has the same orderingKey and comes before it; null where there is none.',
      resolve: async (delivery, _args, context) => {
        if (!isInLine(delivery)) return null;
        const { tenantId, id } = delivery;
        const earlier = await loadersOf(context).waitsFor({ tenantId, id });
        return earlier === null ? null : loadDelivery(context, earlier);
      },
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: shownDueTime,
      description:
        'When the next attempt is due; null while it is sent, once it has ended, and while it waits for an earlier one (heldBy ORDER).',
    }),
    failureReason: t.expose('failureReason', {
      type: DeliveryFailureReason,
      nullable: true,
      description: 'Why it was given up; null where it was not.',
    }),
    isTest: t.exposeBoolean('isTest', { description: 'Made by webhookTest.' }),
    version: t.exposeInt('version', {
      description:
        'Rises with each change: of two copies, the one with the higher version is the later.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, in SUCCESS or FAILED; null while it has not.',
    }),
  }),
});

builder.queryField('delivery', (t) =>
  t.field({
    type: Delivery,
    nullable: true,
    description: 'A delivery by its global id; null where the tenant has none such.',
    args: { id: t.arg.id({ required: true, description: "The delivery's global id." }) },
    resolve: (_root, args, context) => {
      const id = uuidOf('Delivery', args.id);
      return id === null ? null : loadDelivery(context, id);
    },
  }),
);
