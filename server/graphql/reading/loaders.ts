import { findApiKeys } from '../../access/find.ts';
import { findCustomers } from '../../customers/find.ts';
import { findEventTypes } from '../../event-types/find.ts';
import { findFilterTexts, findWebhooks } from '../../webhooks/find.ts';
import {
  findNewestAttempts,
  findAttemptTexts,
  type AttemptKey,
  type AttemptRow,
  type AttemptText,
} from '../../deliveries/attempts.ts';
import type { CustomerRow } from '../../customers/row.ts';
import { findWaitedFor } from '../../deliveries/changes/order.ts';
import { findDeliveries } from '../../deliveries/find.ts';
import {
  listDeliveriesOf,
  type DeliveryList,
  type DeliveryParents,
} from '../../deliveries/list.ts';
import { countDue } from '../../deliveries/due-count.ts';
import { findFullWindows } from '../../deliveries/rate-windows.ts';
import { findOldestDue } from '../../deliveries/oldest-due.ts';
import type { DeliveryRow } from '../../deliveries/row.ts';
import { type EventTypeUses, findEventTypeUses } from '../../event-types/uses.ts';
import type { EventTypeRow } from '../../event-types/row.ts';
import { findEventBodies, findEvents } from '../../events/find.ts';
import { findFanOut, type FanOutRow } from '../../events/fan-out.ts';
import type { EventRow } from '../../events/row.ts';
import { type HeldAgainst, type MissedClause, missedClauses } from '../../filters/missed-clause.ts';
import type { ApiKey, Recovery, Webhook } from '../../generated/prisma/client.ts';
import { batched } from './batch.ts';
import type { GraphQLContext, Services } from '../schema/context.ts';
import { answerTooLarge } from '../errors/errors.ts';
import { createStatsLoaders, type StatsLoaders } from '../stats/loaders.ts';

/** A row of a tenant. */
interface RowKey {
  tenantId: string;
  id: string;
}

/**
 * Reads that fields share: what a list's rows ask for one by one goes out as one statement a
 * level, and so does what several operations, or sockets, ask at the same time. Every read is
 * within its key's tenant.
 */
export interface Loaders {
  stats: StatsLoaders;
  delivery(key: RowKey): Promise<DeliveryRow | null>;
  event(key: RowKey): Promise<EventRow | null>;
  /** Null for the nil uuid, and for one that was erased. */
  customer(key: RowKey): Promise<CustomerRow | null>;
  /** The text of a filter that a webhook has or had. */
  filter(key: RowKey): Promise<string | null>;
  /** What became of an event for each webhook that subscribed to it, newest first. */
  fanOut(key: RowKey): Promise<FanOutRow[] | null>;
  /** What of a filter a body does not meet; null where it meets it. */
  missedClause(key: HeldAgainst): Promise<MissedClause | null>;
  /** A type by its name, in the place of an id. */
  eventType(key: RowKey): Promise<EventTypeRow | null>;
  /** How much the type of this name is used. */
  eventTypeUses(key: RowKey): Promise<EventTypeUses | null>;
  /** The body that is signed and sent, of the event with this id. */
  eventBody(key: RowKey): Promise<string | null>;
  /** Deleted ones among them, for deliveries go on naming them. */
  webhook(key: RowKey): Promise<Webhook | null>;
  /** Since when the longest waiting delivery of this webhook has been due; null where none waits. */
  oldestDueAt(key: RowKey): Promise<Date | null>;
  /** When its rate limit lets the next attempt begin; null where one may now, or it has none. */
  rateFullUntil(key: RowKey): Promise<Date | null>;
  /** How many of its deliveries are due and not being sent. */
  dueCount(key: RowKey): Promise<number | null>;
  /** The delivery that must end before this one may begin. */
  waitsFor(key: RowKey): Promise<string | null>;
  recovery(key: RowKey): Promise<Recovery | null>;
  apiKey(key: RowKey): Promise<ApiKey | null>;
  /** The newest `last` attempts of a delivery, oldest first. */
  attempts(key: RowKey & { last: number }): Promise<AttemptRow[]>;
  /** Null where the attempt has none, or retention has just removed it. */
  attemptText: Record<
    AttemptText,
    (key: AttemptKey & { tenantId: string }) => Promise<string | null>
  >;
  /** A page of the deliveries of one event or one webhook. */
  deliveriesOf(
    key: DeliveryList & { kind: DeliveryParents['kind']; parentId: string },
  ): Promise<DeliveryRow[]>;
}

const loadersByServices = new WeakMap<Services, Loaders>();

/** One set of loaders for each set of services: they keep nothing between two ticks. */
export function loadersOf({ services }: GraphQLContext): Loaders {
  const known = loadersByServices.get(services);
  if (known !== undefined) return known;
  const made = createLoaders(services);
  loadersByServices.set(services, made);
  return made;
}

/** All that one operation may ask for: its answer is bounded as a whole. */
const BODIES_IN_READ = 100_000;

function createLoaders({ pool, prisma, configuration, recoveries }: Services): Loaders {
  const { answerBytes } = configuration.limits.answer;
  const attemptTexts = (which: AttemptText) =>
    batched<AttemptKey & { tenantId: string }, string | null>({
      groupOf: ({ tenantId }) => tenantId,
      maxBatch: BODIES_IN_READ,
      async read(keys) {
        const wanted = { which, mostBytes: answerBytes };
        const found = await findAttemptTexts(pool, keys[0].tenantId, keys, wanted);
        return found.map((text) => (text === undefined ? answerTooLarge(answerBytes) : text));
      },
    });
  return {
    stats: createStatsLoaders(pool),
    delivery: rows((tenantId, ids) => findDeliveries(pool, tenantId, ids)),
    event: rows((tenantId, ids) => findEvents(pool, tenantId, ids)),
    customer: rows((tenantId, ids) => findCustomers(prisma, tenantId, ids)),
    filter: rows((tenantId, ids) => findFilterTexts(prisma, tenantId, ids)),
    fanOut: rows((tenantId, ids) => findFanOut(pool, tenantId, ids)),
    missedClause: batched<HeldAgainst, MissedClause | null>({
      groupOf: () => '',
      read: (keys) => missedClauses(pool, keys),
    }),
    eventType: rows((tenantId, names) => findEventTypes(prisma, tenantId, names)),
    eventTypeUses: rows((tenantId, names) => findEventTypeUses(pool, tenantId, names)),
    eventBody: batched<RowKey, string | null>({
      groupOf: ({ tenantId }) => tenantId,
      maxBatch: BODIES_IN_READ,
      async read(keys) {
        const ids = [...new Set(keys.map(({ id }) => id))];
        const found = await findEventBodies(pool, keys[0].tenantId, ids, answerBytes);
        return keys.map(({ id }) => {
          const body = found.get(id);
          return body === null ? answerTooLarge(answerBytes) : (body ?? null);
        });
      },
    }),
    webhook: rows((tenantId, ids) => findWebhooks(prisma, tenantId, ids)),
    oldestDueAt: rows((_tenantId, webhookIds) => findOldestDue(pool, webhookIds)),
    rateFullUntil: rows((_tenantId, webhookIds) => findFullWindows(prisma, webhookIds)),
    dueCount: rows((_tenantId, webhookIds) => countDue(pool, webhookIds)),
    recovery: rows(async (tenantId, ids) => byId(await recoveries.find(tenantId, ids))),
    apiKey: rows(async (tenantId, ids) => byId(await findApiKeys(prisma, tenantId, ids))),
    waitsFor: rows((_tenantId, ids) => findWaitedFor(pool, ids)),
    attempts: batched({
      groupOf: ({ tenantId }) => tenantId,
      async read(keys) {
        const most = new Map<string, number>();
        for (const { id, last } of keys) most.set(id, Math.max(last, most.get(id) ?? 0));
        const found = await findNewestAttempts(pool, keys[0].tenantId, most);
        return keys.map(({ id, last }) => {
          const newest = found.get(id) ?? [];
          return newest.slice(Math.max(0, newest.length - last));
        });
      },
    }),
    attemptText: {
      requestHead: attemptTexts('requestHead'),
      responseHead: attemptTexts('responseHead'),
      responseBody: attemptTexts('responseBody'),
    },
    deliveriesOf: batched({
      groupOf: ({ parentId: _each, ...shared }) => JSON.stringify(shared),
      async read(keys) {
        const [{ kind, parentId: _each, ...list }] = keys;
        const ids = [...new Set(keys.map(({ parentId }) => parentId))];
        const pages = await listDeliveriesOf(pool, { kind, ids }, list);
        return keys.map(({ parentId }) => pages.get(parentId) ?? []);
      },
    }),
  };
}

function byId<Row extends { id: string }>(found: readonly Row[]): Map<string, Row> {
  return new Map(found.map((row) => [row.id, row]));
}

/** A loader of rows by id. */
function rows<Row>(find: (tenantId: string, ids: string[]) => Promise<ReadonlyMap<string, Row>>) {
  return batched<RowKey, Row | null>({
    groupOf: ({ tenantId }) => tenantId,
    async read(keys) {
      const found = await find(keys[0].tenantId, [...new Set(keys.map(({ id }) => id))]);
      return keys.map(({ id }) => found.get(id) ?? null);
    },
  });
}
