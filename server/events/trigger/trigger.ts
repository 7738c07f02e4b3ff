import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import { createMicroBatch } from '../../database/micro-batch.ts';
import { inTransaction } from '../../database/transaction.ts';
import { noSuchCustomer } from '../../customers/find.ts';
import { retryTransient } from '../../faults/database-faults.ts';
import type { ClaimedDelivery, Claimer } from '../../deliveries/changes/claim.ts';
import type { ClaimAtOnce, OfferClaim } from '../../deliveries/changes/claim-at-once.ts';
import { giveTurns, type Line } from '../../deliveries/changes/order.ts';
import { newId } from '../../domain/identifiers.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import type { Announcer } from '../../feed/contract.ts';
import type { QueueProducer } from '../../queue/contract.ts';
import { traceStep } from '../../steps.ts';
import { createUnderWay } from '../../under-way.ts';
import { prepareEvent, type TriggerInput } from './event-input.ts';
import type { FindEventRules } from './event-rules.ts';
import { enqueueMade } from './hand-over.ts';
import {
  findKnownEvents,
  insertEvents,
  type InsertedEvent,
  type NewEvent,
} from './insert-events.ts';
import { insertTestEvent } from './insert-test-event.ts';

export type { TriggerInput } from './event-input.ts';

/** What a trigger is answered with. */
export interface Triggered {
  /** The event's row. */
  id: string;
  webhooksNotified: number;
  /** True where this eventId had been triggered before: nothing was made. */
  isDuplicate: boolean;
}

export interface EventTrigger {
  /**
   * Keeps an event and its deliveries; what is not sent from here, the workers are hinted at.
   * Concurrent calls share a statement. The same eventId with the same type and payload returns
   * with the first's event; with another: CONFLICT. One for a customer that there is not: NOT_FOUND.
   */
  trigger(
    tenantId: string,
    input: TriggerInput,
    path: readonly string[],
  ): Promise<Outcome<Triggered>>;
  /** The same for many, all of them or none; results in the order of the inputs. */
  triggerBatch(
    tenantId: string,
    inputs: readonly TriggerInput[],
    path: readonly string[],
  ): Promise<Outcome<Triggered[]>>;
  /** One delivery to one webhook, whatever it subscribes to, whether or not it is active, and whether or not the payload fits. */
  triggerTest(
    tenantId: string,
    webhookId: string,
    input: { type: string; payload: unknown },
    path: readonly string[],
  ): Promise<Outcome<{ deliveryId: string }>>;
  /** Settles when every hint and announcement of what was triggered has been handed over. */
  drain(): Promise<void>;
}

type Resolution =
  | { kind: 'made'; event: NewEvent; made: InsertedEvent }
  | { kind: 'known'; id: string; webhooksNotified: number }
  | { kind: 'conflict' }
  | { kind: 'no customer' };

export function createEventTrigger(parts: {
  pool: Pool;
  announcer: Announcer;
  producer: QueueProducer;
  offerClaim: OfferClaim;
  rulesOf: FindEventRules;
  limits: { batchEvents: number };
  logger: Logger;
}): EventTrigger {
  const { pool, rulesOf, limits } = parts;
  const hints = createUnderWay();

  /** Of what is kept now. */
  function tell(made: readonly Resolution[]): void {
    traceStep('inserted', () => made.flatMap(stepOf));
    const news = made.filter((resolution) => resolution.kind === 'made');
    parts.announcer.announce(
      news.flatMap(({ event, made }) => (made.deliveryIds.length > 0 ? event.tenantId : [])),
    );
    hints.track(
      enqueueMade(parts.producer, news).catch((error: unknown) =>
        parts.logger.warn({ err: error }, 'queue.hint_lost'),
      ),
    );
  }

  const batch = createMicroBatch<NewEvent, Resolution>({
    maxItems: 200,
    parallel: 3,
    aloneFrom: 10,
    async flush(events) {
      const resolved = await retryTransient(() => resolveAndClaim(events));
      tell(resolved);
      return resolved;
    },
  });

  async function resolveAndClaim(events: readonly NewEvent[]): Promise<Resolution[]> {
    const offer = parts.offerClaim(events.length);
    let claimed: ClaimedDelivery[] = [];
    try {
      const resolved = events.some(({ orderingKey }) => orderingKey !== null)
        ? await inTransaction(pool, (client) => resolveEvents(client, events, offer))
        : await resolveEvents(pool, events, offer);
      if (offer !== null) claimed = claimedOf(resolved, offer.claimer);
      return resolved;
    } finally {
      offer?.settle(claimed);
    }
  }

  return {
    async trigger(tenantId, input, path) {
      const rules = await rulesOf(tenantId, [input.type]);
      const prepared = prepareEvent(tenantId, input, path, rules);
      if (prepared.faults) return prepared;
      const resolution = await batch.add(prepared.value);
      return isTaken(resolution)
        ? { value: toTriggered(resolution) }
        : { faults: [refusal(resolution, path)] };
    },

    async triggerBatch(tenantId, inputs, path) {
      if (inputs.length > limits.batchEvents) {
        const message = `A batch has at most ${limits.batchEvents} events; this one has ${inputs.length}.`;
        return { faults: [{ field: [...path], code: 'TOO_LARGE', message }] };
      }
      const names = [...new Set(inputs.map(({ type }) => type))];
      const rules = await rulesOf(tenantId, names);
      const prepared = inputs.map((input, index) =>
        prepareEvent(tenantId, input, [...path, String(index)], rules),
      );
      const faults = prepared.flatMap((outcome) => outcome.faults ?? []);
      if (faults.length > 0) return { faults };
      const events = prepared.flatMap((outcome) => outcome.value ?? []);
      if (events.length === 0) return { value: [] };

      const resolved = await retryTransient(() =>
        inTransaction(
          pool,
          (client) => resolveEvents(client, events),
          (each) => each.every(isTaken),
        ),
      );
      const refusals = resolved.flatMap((resolution, index) =>
        isTaken(resolution) ? [] : [refusal(resolution, [...path, String(index)])],
      );
      if (refusals.length > 0) return { faults: refusals };
      tell(resolved);
      return { value: resolved.filter(isTaken).map(toTriggered) };
    },

    async triggerTest(tenantId, webhookId, input, path) {
      const rules = { ...(await rulesOf(tenantId, [input.type])), refusesMisfits: false };
      const test = { ...input, eventId: `test_${newId()}` };
      const prepared = prepareEvent(tenantId, test, path, rules);
      if (prepared.faults) return prepared;
      const made = await insertTestEvent(pool, prepared.value, webhookId);
      if (made === null) {
        const message = 'There is no webhook with this id.';
        return { faults: [{ field: [...path, 'id'], code: 'NOT_FOUND', message }] };
      }
      const [deliveryId] = made.deliveryIds;
      if (deliveryId === undefined) throw new Error('a test event was kept without its delivery');
      tell([{ kind: 'made', event: prepared.value, made }]);
      return { value: { deliveryId } };
    },

    async drain() {
      await batch.drain();
      await hints.none();
    },
  };
}

/** What was made, with whose turn it is in the lines that it stands in. In the transaction that made it. */
async function withTurns(
  database: Pool | PoolClient,
  events: readonly NewEvent[],
  made: ReadonlyMap<string, InsertedEvent>,
): Promise<void> {
  const lines: Line[] = [];
  for (const { id, orderingKey: key } of events) {
    const { deliveryIds = [], webhookIds = [], inLine = [] } = made.get(id) ?? {};
    const places = new Set(inLine);
    deliveryIds.forEach((deliveryId, index) => {
      const webhookId = webhookIds[index];
      if (key === null || webhookId === undefined || !places.has(deliveryId)) return;
      lines.push({ webhookId, key });
    });
  }
  if (lines.length === 0) return;
  if (!('release' in database)) throw new Error('lines are turned in a transaction');
  const turned = await giveTurns(database, lines);
  const turns = new Set(turned.map(({ id }) => id));
  for (const each of made.values()) each.inLine = each.inLine.filter((id) => !turns.has(id));
}

/** Keeps what is new; finds for the rest what their eventId stands for already. */
async function resolveEvents(
  database: Pool | PoolClient,
  events: readonly NewEvent[],
  claim: ClaimAtOnce | null = null,
): Promise<Resolution[]> {
  const made = await insertEvents(database, events, claim);
  await withTurns(database, events, made);
  const rest = events.filter((event) => !made.has(event.id));
  const found = await findKnownEvents(database, rest);
  const known = new Map(rest.map((event, index) => [event, found[index] ?? null]));
  return Promise.all(
    events.map(async (event): Promise<Resolution> => {
      const inserted = made.get(event.id);
      if (inserted !== undefined) return { kind: 'made', event, made: inserted };
      const winner = known.get(event) ?? null;
      if (winner === 'no customer') return { kind: 'no customer' };
      if (winner === null) {
        // Retention removed the winner between the two statements: the eventId is free again.
        const [again] = await resolveEvents(database, [event]);
        if (again === undefined) throw new Error('an event was resolved to nothing');
        return again;
      }
      if (!event.hash.equals(winner.hash)) return { kind: 'conflict' };
      return { kind: 'known', id: winner.id, webhooksNotified: winner.webhooksNotified };
    }),
  );
}

function stepOf(resolution: Resolution) {
  if (resolution.kind !== 'made') return [];
  const { event, made } = resolution;
  return [{ eventId: event.eventId, deliveryIds: made.deliveryIds }];
}

function claimedOf(resolved: readonly Resolution[], { token }: Claimer): ClaimedDelivery[] {
  return resolved.flatMap((resolution) => {
    if (resolution.kind !== 'made') return [];
    const { event, made } = resolution;
    return made.deliveryIds.flatMap((id, index): ClaimedDelivery[] => {
      const webhookId = made.webhookIds[index];
      const webhookRevision = made.claimedAtRevision[index] ?? null;
      if (webhookId === undefined || webhookRevision === null) return [];
      const { tenantId, type: eventType, body } = event;
      const attempts = { attemptCount: 0, attemptsMade: 0, orderingKey: null };
      return [{ id, tenantId, webhookId, webhookRevision, eventType, body, token, ...attempts }];
    });
  });
}

type Taken = Extract<Resolution, { kind: 'made' | 'known' }>;

const isTaken = (resolution: Resolution): resolution is Taken =>
  resolution.kind === 'made' || resolution.kind === 'known';

function refusal({ kind }: Exclude<Resolution, Taken>, path: readonly string[]): UserFault {
  return kind === 'conflict' ? conflict(path) : noSuchCustomer([...path, 'customer']);
}

function toTriggered(resolution: Taken): Triggered {
  const { id, webhooksNotified } = resolution.kind === 'made' ? resolution.made : resolution;
  return { id, webhooksNotified, isDuplicate: resolution.kind === 'known' };
}

function conflict(path: readonly string[]): UserFault {
  return {
    field: [...path, 'eventId'],
    code: 'CONFLICT',
    message:
      'This eventId was already used with a different type or payload; give a new event an eventId of its own.',
  };
}
