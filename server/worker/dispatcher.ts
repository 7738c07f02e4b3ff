import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseClock } from '../database/clock.ts';
import { createMicroBatch } from '../database/micro-batch.ts';
import {
  claimByIds,
  claimDue,
  type Claim,
  type Claimer,
  type Room,
} from '../deliveries/changes/claim.ts';
import { claimPaced } from '../deliveries/changes/claim-paced.ts';
import { byWebhook, idsOf } from '../deliveries/by-webhook.ts';
import type { ChangedDelivery } from '../deliveries/changes/transition.ts';
import type { OfferClaim } from '../deliveries/changes/claim-at-once.ts';
import type { Announcer } from '../feed/contract.ts';
import type { DeliverJob, HandedDeliveries } from '../queue/contract.ts';
import { traceStep } from '../steps.ts';
import type { AttemptParts } from './attempt.ts';
import { createBacklog, type Backlog } from './backlog.ts';
import type { Capacity } from './capacity.ts';
import { filled, untaken } from './claim-outcome.ts';
import { createIntake } from './intake.ts';
import { createPacedWebhooks } from './paced-webhooks.ts';
import type { Persist } from './persistence.ts';
import type { Recorder } from './recorder.ts';
import { createSending } from './sending.ts';
import type { PreparedWebhooks } from './prepared-webhooks.ts';

/** Webhooks whose next deliveries one statement claims at most. */
const WEBHOOKS_PER_CLAIM = 200;
/** Larger batches of events go by the queue, which shares them out among the workers. */
const MOST_EVENTS_AT_ONCE = 64;
/** How much of what is free one statement may claim as made: a few of them are under way at once. */
const FREE_AT_ONCE = 1 / 8;
/** With room for fewer it is as well to wait for room and claim. */
const LEAST_FOR_OTHERS = 8;

/** Claims deliveries as far as there is room, and has them sent. */
export interface Dispatcher {
  /** The tokens under which something is held, or being claimed. */
  heldTokens(): string[];
  /** Looks at deliveries that were just made. Settles when the claim has committed. */
  deliver(job: DeliverJob): Promise<void>;
  /** Announces deliveries that have just come due, and looks at them; what comes of it, the sweep makes good. */
  takeUp(changed: readonly ChangedDelivery[]): void;
  /** Looks at what these webhooks have due. Settles when a claim has committed, or there is no room. */
  lookAt(webhookIds: readonly string[]): Promise<void>;
  /** Room for what this process is just making; none where it has little left. */
  offerClaim: OfferClaim;
  /** Room for what others are making; 0 where there is little left. */
  roomForOthers(): { deliveries: number; perWebhook: number; busy: Room[]; isIdle: boolean };
  /** Sends what was made as claimed by this worker, as far as there is room; the rest is given back. */
  takeHanded(handed: HandedDeliveries): void;
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
  details: PreparedWebhooks;
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
  const { pool, workerId, capacity, holdSeconds, logger } = parts;
  const tokens = new Set<string>();
  /** Events under way to the database that room was offered for. */
  let offered = 0;
  let isStopping = false;
  const canClaim = () => !isStopping && parts.mayClaim();

  const backlog = createBacklog({ claim: claimBacklog, logger });
  /** Of webhooks with a rate limit, or so it seems: they may wait for each other, and nobody for them. */
  const pacedBacklog = createBacklog({ claim: claimPacedBacklog, logger });
  const paced = createPacedWebhooks((webhookId) => {
    pacedBacklog.add([webhookId]);
    pacedBacklog.refillSoon();
  });
  const sending = createSending({ ...parts, tokens, onRoom });
  const intake = createIntake({
    ...parts,
    ...{ tokens, canClaim, reserve, leave, onRoom, start: sending.start },
    onWaiting(webhookIds) {
      add(webhookIds);
      onRoom();
    },
  });
  const claims = createMicroBatch<Candidates, null>({
    maxItems: 4,
    parallel: 2,
    async flush(candidates) {
      const ids = candidates.flatMap((candidate) => candidate.ids);
      const rooms = candidates.flatMap((candidate) => candidate.rooms);
      const answer = await claim(rooms, (claimer) => claimByIds(pool, claimer, ids, holdSeconds));
      lookForLimits(rooms, answer);
      return candidates.map(() => null);
    },
  });

  function onRoom(): void {
    backlog.refillSoon();
    pacedBacklog.refillSoon();
  }

  /** What was due and not claimed may have a rate limit. */
  function lookForLimits(rooms: readonly Room[], answer: Claim): void {
    const webhookIds = rooms.map(({ webhookId }) => webhookId);
    pacedBacklog.add(untaken(webhookIds, answer));
    pacedBacklog.refillSoon();
  }

  /** Remembers that these may have something due. */
  function add(webhookIds: readonly string[]): void {
    backlog.add(webhookIds.filter((id) => !paced.has(id)));
    pacedBacklog.add(webhookIds.filter((id) => paced.has(id) && !paced.isFull(id)));
  }

  /**
   * Takes room for as many of a webhook's deliveries as there is, and returns how much that is.
   * At once, and not when the claim is made: claims that begin meanwhile must not count
   * on the same room.
   */
  function reserve(webhookId: string, wanted: number): number {
    const room = Math.max(0, Math.min(capacity.room(webhookId) - offered, wanted));
    if (room > 0) capacity.take(webhookId, room);
    return room;
  }

  /** Gives back what was reserved. */
  function leave(rooms: readonly Room[]): void {
    for (const { webhookId, room } of rooms) capacity.release(webhookId, room);
  }

  /** Claims under a new token, in room that is reserved, and has sent what came. */
  async function claim<Answer extends Claim>(
    rooms: readonly Room[],
    statement: (claimer: Claimer) => Promise<Answer>,
  ): Promise<Answer> {
    const token = randomUUID();
    tokens.add(token);
    let answer: Answer;
    try {
      answer = await statement({ workerId, token });
    } finally {
      leave(rooms);
      tokens.delete(token);
      // What found no room while this was reserved.
      onRoom();
    }
    if (answer.changed.length === 0) return answer;
    parts.clock.observe(answer.now);
    parts.announcer.announce(answer.changed.map(({ tenantId }) => tenantId));
    if (answer.claimed.length > 0) sending.start(answer.claimed, token);
    return answer;
  }

  /** Takes webhooks out of a backlog, with all the room that there is for each. */
  function takeFrom(from: Backlog): Room[] {
    const wanted: Room[] = [];
    from.take(WEBHOOKS_PER_CLAIM, (webhookId) => {
      const room = reserve(webhookId, Number.POSITIVE_INFINITY);
      if (room > 0) wanted.push({ webhookId, room });
      return room > 0;
    });
    return wanted;
  }

  async function claimBacklog(): Promise<void> {
    if (!canClaim()) return;
    const wanted = takeFrom(backlog);
    if (wanted.length === 0) return;
    const answer = await claim(wanted, (claimer) => claimDue(pool, claimer, wanted, holdSeconds));
    backlog.add(filled(wanted, answer));
    lookForLimits(wanted, answer);
    if (wanted.length === WEBHOOKS_PER_CLAIM) backlog.refillSoon();
  }

  async function claimPacedBacklog(): Promise<void> {
    if (!canClaim()) return;
    const wanted = takeFrom(pacedBacklog);
    if (wanted.length === 0) return;
    await claimWithLimits(wanted, holdSeconds);
    if (wanted.length === WEBHOOKS_PER_CLAIM) pacedBacklog.refillSoon();
  }

  async function claimWithLimits(wanted: readonly Room[], held: number): Promise<void> {
    const { limits, ...answer } = await claim(wanted, (claimer) =>
      claimPaced(pool, claimer, wanted, held),
    );
    paced.learn(limits);
    const limited = new Set(limits.map(({ webhookId }) => webhookId));
    for (const { webhookId } of wanted) {
      if (limited.has(webhookId) || !paced.has(webhookId)) continue;
      paced.forget(webhookId);
      backlog.add([webhookId]);
    }
    add(filled(wanted, answer));
    onRoom();
  }

  /** Takes room for one delivery of each, where there is any. */
  function roomForOne(webhookIds: readonly string[]): Room[] {
    return webhookIds
      .map((webhookId) => ({ webhookId, room: reserve(webhookId, 1) }))
      .filter(({ room }) => room > 0);
  }

  return {
    heldTokens: () => [...tokens],

    async deliver(job) {
      traceStep('taken', () => idsOf(job.webhooks));
      if (!canClaim()) return;
      const candidates: Candidates = { ids: [], rooms: [] };
      for (const { webhookId, deliveryIds } of job.webhooks) {
        if (paced.has(webhookId)) {
          add([webhookId]);
          continue;
        }
        const room = reserve(webhookId, deliveryIds.length);
        if (room > 0) {
          candidates.ids.push(...deliveryIds.slice(0, room));
          candidates.rooms.push({ webhookId, room });
        }
        if (deliveryIds.length > room) backlog.add([webhookId]);
      }
      pacedBacklog.refillSoon();
      if (candidates.ids.length > 0) await claims.add(candidates);
    },

    takeUp(changed) {
      parts.announcer.announce(changed.map(({ tenantId }) => tenantId));
      this.deliver({ webhooks: byWebhook(changed) }).catch(() => undefined);
    },

    async lookAt(webhookIds) {
      add(webhookIds);
      if (webhookIds.length > 0) await Promise.all([backlog.refill(), pacedBacklog.refill()]);
    },

    offerClaim(events) {
      const most = events + offered;
      if (!canClaim() || events > MOST_EVENTS_AT_ONCE || capacity.share < most) return null;
      const token = randomUUID();
      tokens.add(token);
      offered += events;
      sending.begin();
      return {
        claimer: { workerId, token },
        room: Math.floor(capacity.free * FREE_AT_ONCE),
        crowded: capacity.crowded(most),
        settle(claimed) {
          offered -= events;
          tokens.delete(token);
          // Too late, after a stop that waited long enough: the claims are given back like all others.
          if (claimed.length > 0 && !sending.isCutOff) sending.start(claimed, token);
          sending.end();
          onRoom();
        },
      };
    },

    roomForOthers() {
      const { free, share, held } = capacity;
      // Whoever has less in flight than a quarter of its share need not be told of.
      const unlisted = Math.ceil(share / 4);
      const perWebhook = share - unlisted;
      const deliveries = canClaim() ? Math.floor(free * FREE_AT_ONCE) : 0;
      const isFull = deliveries < LEAST_FOR_OTHERS || perWebhook === 0;
      return {
        deliveries: isFull ? 0 : deliveries,
        perWebhook,
        busy: capacity.busy(unlisted),
        isIdle: held === 0,
      };
    },

    takeHanded: intake.take,

    async probe(webhookIds) {
      if (!canClaim()) return;
      const wanted = roomForOne(webhookIds);
      if (wanted.length === 0) return;
      const answer = await claim(wanted, (claimer) => claimDue(pool, claimer, wanted, 0));
      const limited = roomForOne(untaken(webhookIds, answer));
      if (limited.length > 0) await claimWithLimits(limited, 0);
    },

    async stop(signal) {
      isStopping = true;
      paced.stop();
      await Promise.all([backlog.stop(), pacedBacklog.stop()]);
      await Promise.all([claims.drain(), intake.drain()]);
      await sending.stop(signal);
    },
  };
}
