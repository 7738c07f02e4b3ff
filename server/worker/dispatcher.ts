import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createMicroBatch } from '../database/micro-batch.ts';
import {
  claimByIds,
  claimDue,
  type Claim,
  type ClaimedDelivery,
  type Claimer,
  type Room,
} from '../deliveries/claim.ts';
import type { ClaimOffer, OfferClaim } from '../deliveries/claim-at-once.ts';
import type { Announcer } from '../feed/contract.ts';
import type { DeliverJob } from '../queue/contract.ts';
import { traceStep } from '../steps.ts';
import { createUnderWay } from '../under-way.ts';
import { makeAttempt, type AttemptParts } from './attempt.ts';
import type { Capacity } from './capacity.ts';
import type { DatabaseClock } from '../database/clock.ts';
import { AbortedSend } from './http-sender.ts';
import type { Persist } from './persistence.ts';
import type { Recorder } from './recorder.ts';
import type { WebhookDetails } from './webhook-details.ts';

/** Webhooks whose next deliveries one statement claims at most. */
const WEBHOOKS_PER_CLAIM = 200;
/** Larger batches of events go by the queue, which shares them out among the workers. */
const MOST_EVENTS_AT_ONCE = 8;
/** How long finished sends gather before their webhooks' next deliveries are claimed. */
const REFILL_AFTER_MS = 6;

/** Claims deliveries as far as there is room, and sends what it claimed. */
export interface Dispatcher {
  /** The tokens under which something is held, or being claimed. */
  heldTokens(): string[];
  /** Looks at deliveries that were just made. Settles when the claim has committed. */
  deliver(job: DeliverJob): Promise<void>;
  /** Looks at what these webhooks have due. Settles when a claim has committed, or there is no room. */
  lookAt(webhookIds: readonly string[]): Promise<void>;
  /** Room for what this process is just making; none where it has little left. */
  offerClaim: OfferClaim;
  /** Makes one attempt at each of these, whose circuits are open; settles when it is claimed. */
  probe(webhookIds: readonly string[]): Promise<void>;
  /** Claims nothing more; settles when all that is held is on record, at `signal` at the latest. */
  stop(signal: AbortSignal): Promise<void>;
}

export interface DispatcherParts {
  pool: Pool;
  workerId: string;
  announcer: Announcer;
  capacity: Capacity;
  /** How long past its time an attempt waits while its webhook's circuit is open. */
  holdSeconds: number;
  clock: DatabaseClock;
  details: WebhookDetails;
  recorder: Recorder;
  persist: Persist;
  attempt: AttemptParts;
  /** False while the database has not heard of this worker for so long that its claims may be void. */
  mayClaim: () => boolean;
  logger: Logger;
}

/** Deliveries to look at, with the room they would take. */
interface Candidates {
  ids: string[];
  rooms: Room[];
}

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { pool, capacity, holdSeconds } = parts;
  /** Webhooks that may have more due than could be claimed; the longest waiting first. */
  const backlog = new Set<string>();
  const aborting = new AbortController();
  const underWay = createUnderWay();
  const tokens = new Set<string>();
  /** Events under way to the database that room was offered for. */
  let offered = 0;
  let isStopping = false;
  let refilling: Promise<void> = Promise.resolve();
  let refillTimer: NodeJS.Timeout | null = null;

  const canClaim = () => !isStopping && parts.mayClaim();

  const claims = createMicroBatch<Candidates, null>({
    maxItems: 4,
    parallel: 2,
    async flush(candidates) {
      const ids = candidates.flatMap((candidate) => candidate.ids);
      const rooms = candidates.flatMap((candidate) => candidate.rooms);
      await claim(rooms, (claimer) => claimByIds(pool, claimer, ids, holdSeconds));
      return candidates.map(() => null);
    },
  });

  /**
   * Takes room for as many of a webhook's deliveries as there is, and answers how much that is.
   * At once, and not when the claim is made: claims that are asked for meanwhile must not count
   * on the same room.
   */
  function reserve(webhookId: string, wanted: number): number {
    const room = Math.max(0, Math.min(capacity.room(webhookId) - offered, wanted));
    if (room > 0) capacity.take(webhookId, room);
    return room;
  }

  /** Claims under a new token, in room that is reserved, and sends what came. */
  async function claim(
    rooms: readonly Room[],
    statement: (claimer: Claimer) => Promise<Claim>,
  ): Promise<Claim> {
    const token = randomUUID();
    tokens.add(token);
    let answer: Claim;
    try {
      answer = await statement({ workerId: parts.workerId, token });
    } finally {
      for (const { webhookId, room } of rooms) capacity.release(webhookId, room);
      tokens.delete(token);
      // What found no room while this was reserved.
      if (backlog.size > 0) refillSoon();
    }
    if (answer.changed.length === 0) return answer;
    parts.clock.observe(answer.now);
    parts.announcer.announce(answer.changed.map(({ tenantId }) => tenantId));
    if (answer.claimed.length > 0) startSending(answer.claimed, token);
    return answer;
  }

  function startSending(claimed: readonly ClaimedDelivery[], token: string): void {
    traceStep('claimed', () => claimed.map(({ id }) => id));
    tokens.add(token);
    for (const { webhookId } of claimed) capacity.take(webhookId, 1);
    underWay.track(send(claimed).finally(() => tokens.delete(token)));
  }

  function offerClaim(events: number): ClaimOffer | null {
    const most = events + offered;
    if (!canClaim() || events > MOST_EVENTS_AT_ONCE || capacity.share < most) return null;
    const token = randomUUID();
    tokens.add(token);
    offered += events;
    underWay.begin();
    return {
      claimer: { workerId: parts.workerId, token },
      room: capacity.share,
      crowded: capacity.crowded(most),
      settle(claimed) {
        offered -= events;
        tokens.delete(token);
        // Too late, after a stop that waited long enough: the claims are given back like all others.
        if (claimed.length > 0 && !aborting.signal.aborted) startSending(claimed, token);
        underWay.end();
        if (backlog.size > 0) refillSoon();
      },
    };
  }

  async function send(deliveries: readonly ClaimedDelivery[]): Promise<void> {
    const wanted = new Map(deliveries.map((d) => [d.webhookId, d.webhookRevision]));
    try {
      const webhooks = await parts.persist(() => parts.details.get(wanted));
      await Promise.all(
        deliveries.map(async (delivery) => {
          try {
            const webhook = webhooks.get(delivery.webhookId);
            // Its secrets do not open, which was told: the lease gives the claim back.
            if (webhook === undefined) return;
            const signal = aborting.signal;
            await parts.recorder.record(
              await makeAttempt(parts.attempt, delivery, webhook, signal),
            );
          } catch (error) {
            report(error);
          } finally {
            finish(delivery.webhookId);
          }
        }),
      );
    } catch (error) {
      for (const delivery of deliveries) finish(delivery.webhookId);
      report(error);
    }
  }

  function report(error: unknown): void {
    if (error instanceof AbortedSend || aborting.signal.aborted) return;
    parts.logger.error({ err: error }, 'an attempt could not be made or recorded');
  }

  function finish(webhookId: string): void {
    capacity.release(webhookId, 1);
    if (backlog.size > 0) refillSoon();
  }

  function refillSoon(): void {
    if (refillTimer !== null || isStopping) return;
    refillTimer = setTimeout(() => {
      refillTimer = null;
      refill().catch((error: unknown) => {
        parts.logger.debug({ err: error }, 'a claim failed; the sweep repeats it');
      });
    }, REFILL_AFTER_MS);
  }

  /** One at a time: a second caller's begins when the first's has ended. */
  function refill(): Promise<void> {
    const turn = refilling.then(() => (canClaim() ? claimBacklog() : undefined));
    refilling = turn.catch(() => undefined);
    return turn;
  }

  async function claimBacklog(): Promise<void> {
    const wanted: Room[] = [];
    for (const webhookId of backlog) {
      const room = reserve(webhookId, Number.POSITIVE_INFINITY);
      if (room > 0) wanted.push({ webhookId, room });
      if (wanted.length === WEBHOOKS_PER_CLAIM) break;
    }
    if (wanted.length === 0) return;
    for (const { webhookId } of wanted) backlog.delete(webhookId);
    const { changed } = await claim(wanted, (claimer) =>
      claimDue(pool, claimer, wanted, holdSeconds),
    );
    const taken = new Map<string, number>();
    for (const { webhookId } of changed) {
      taken.set(webhookId, (taken.get(webhookId) ?? 0) + 1);
    }
    // Where all that was asked for came, there may be more.
    for (const { webhookId, room } of wanted) {
      if ((taken.get(webhookId) ?? 0) >= room) backlog.add(webhookId);
    }
    if (wanted.length === WEBHOOKS_PER_CLAIM) refillSoon();
  }

  return {
    heldTokens: () => [...tokens],

    async deliver(job) {
      traceStep('taken', () => job.webhooks.flatMap(({ deliveryIds }) => deliveryIds));
      if (!canClaim()) return;
      const candidates: Candidates = { ids: [], rooms: [] };
      for (const { webhookId, deliveryIds } of job.webhooks) {
        const room = reserve(webhookId, deliveryIds.length);
        if (room > 0) {
          candidates.ids.push(...deliveryIds.slice(0, room));
          candidates.rooms.push({ webhookId, room });
        }
        if (deliveryIds.length > room) backlog.add(webhookId);
      }
      if (candidates.ids.length > 0) await claims.add(candidates);
    },

    async lookAt(webhookIds) {
      for (const webhookId of webhookIds) backlog.add(webhookId);
      if (webhookIds.length > 0) await refill();
    },

    offerClaim,

    async probe(webhookIds) {
      if (!canClaim()) return;
      const wanted = webhookIds
        .map((webhookId) => ({ webhookId, room: reserve(webhookId, 1) }))
        .filter(({ room }) => room > 0);
      if (wanted.length === 0) return;
      await claim(wanted, (claimer) => claimDue(pool, claimer, wanted, 0));
    },

    async stop(signal) {
      isStopping = true;
      if (refillTimer !== null) clearTimeout(refillTimer);
      await refilling;
      await claims.drain();
      signal.addEventListener('abort', () => aborting.abort(), { once: true });
      if (signal.aborted) aborting.abort();
      await underWay.none();
      await parts.recorder.drain();
    },
  };
}
