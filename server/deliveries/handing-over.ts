import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { isToldElsewhere } from '../faults/database-faults.ts';
import type { Announcer } from '../feed/contract.ts';
import {
  CHUNK_SIZE,
  type HandedDeliveries,
  type Handover,
  type QueueProducer,
  type WebhookDeliveries,
} from '../queue/contract.ts';
import { traceStep } from '../steps.ts';
import { createUnderWay } from '../under-way.ts';
import { byWebhook, idsOf } from './by-webhook.ts';
import type { OfferClaim } from './changes/claim-at-once.ts';
import { releaseHanded } from './changes/release.ts';

/** Makes deliveries as claimed by workers of other processes, and hands them over. */
export interface HandingOver {
  readonly offerClaim: OfferClaim;
  /** The queue's, for what is not handed over: that takes room at the workers too. */
  readonly producer: QueueProducer;
  /** Settles when all that was made is handed over. */
  drain(): Promise<void>;
}

/** A worker that has told nothing for so long takes nothing: it may be gone. */
const SILENT_AFTER_MS = 5_000;

/** While a message has been on its way for so long, no more is made that would wait for one. */
const SLOW_AFTER_MS = 100;

/** What is left of a worker's room, as far as this process has used it since it was told. */
interface KnownRoom {
  workerId: string;
  toldAt: number;
  left: number;
  perWebhook: number;
  /** For webhooks that are busy, or of which some was used. */
  leftOf: Map<string, number>;
}

/**
 * Hands over by what workers tell of their room. Several processes may use the same room: the worker gives
 * back what is too much. One that has not heard is gone: what was made for it waits for whoever comes first.
 */
export function createHandingOver(parts: {
  pool: Pool;
  handover: Handover;
  producer: QueueProducer;
  announcer: Announcer;
  logger: Logger;
}): HandingOver {
  const { pool, handover, announcer, logger } = parts;
  const producer: QueueProducer = {
    due: (jobs, now) => parts.producer.due(jobs, now),
    deliver(jobs) {
      for (const { webhooks } of jobs) {
        for (const room of rooms.values()) use(room, webhooks);
      }
      return parts.producer.deliver(jobs);
    },
  };
  const rooms = new Map<string, KnownRoom>();
  /** Events under way to the database, by the worker whose room was offered for them. */
  const offered = new Map<string, number>();
  const underWay = createUnderWay();
  /** When the messages that are on their way were given to it, oldest first. */
  const sentAt: number[] = [];
  const isSlow = (now: number) => (sentAt[0] ?? now) < now - SLOW_AFTER_MS;

  handover.hearRooms(({ workerId, deliveries: left, perWebhook, busy }) => {
    if (left === 0) rooms.delete(workerId);
    else {
      const leftOf = new Map(busy.map(({ webhookId, room }) => [webhookId, room]));
      rooms.set(workerId, { workerId, toldAt: performance.now(), left, perWebhook, leftOf });
    }
  });

  const offeredOf = (workerId: string) => offered.get(workerId) ?? 0;
  function offer(workerId: string, events: number): void {
    const now = offeredOf(workerId) + events;
    if (now === 0) offered.delete(workerId);
    else offered.set(workerId, now);
  }

  /** The worker with most room for so many events, if there is one. */
  function roomFor(events: number): KnownRoom | null {
    const now = performance.now();
    if (isSlow(now)) return null;
    const silentBefore = now - SILENT_AFTER_MS;
    let best: KnownRoom | null = null;
    for (const room of rooms.values()) {
      const { workerId, toldAt, left, perWebhook } = room;
      if (toldAt < silentBefore) rooms.delete(workerId);
      else if (offeredOf(workerId) + events <= perWebhook && events <= left) {
        if (best === null || left > best.left) best = room;
      }
    }
    return best;
  }

  async function sent(workerId: string, handed: HandedDeliveries): Promise<boolean | null> {
    const now = performance.now();
    sentAt.push(now);
    try {
      return await handover.hand(workerId, handed);
    } finally {
      sentAt.splice(sentAt.indexOf(now), 1);
    }
  }

  async function hand(workerId: string, handed: HandedDeliveries): Promise<void> {
    const ids = idsOf(handed.webhooks);
    const isHanded = await sent(workerId, handed);
    traceStep('hinted', () => ids);
    // Until a worker is heard of again, nothing is known to get through.
    if (isHanded === null) rooms.clear();
    if (isHanded !== false) return;
    rooms.delete(workerId);
    const released = await releaseHanded(pool, handed.token, ids);
    announcer.announce(released.map(({ tenantId }) => tenantId));
    await producer.deliver([{ webhooks: handed.webhooks }]);
  }

  function handLogged(workerId: string, handed: HandedDeliveries): void {
    underWay.track(
      hand(workerId, handed).catch((error: unknown) => {
        // They are given back with all that their worker holds.
        logger[isToldElsewhere(error) ? 'debug' : 'warn']({ err: error }, 'handover.not_undone');
      }),
    );
  }

  return {
    offerClaim(events) {
      const room = roomFor(events);
      if (room === null) return null;
      const { workerId } = room;
      const token = randomUUID();
      const most = Math.min(room.left, CHUNK_SIZE);
      offer(workerId, events);
      room.left -= most;
      return {
        claimer: { workerId, token },
        room: most,
        crowded: crowdedOf(room, offeredOf(workerId)),
        settle(claimed) {
          offer(workerId, -events);
          // Room that was told since has nothing kept for it.
          const current = rooms.get(workerId);
          const webhooks = byWebhook(claimed);
          if (current === room) current.left += most;
          if (current !== undefined) use(current, webhooks);
          if (claimed.length > 0) handLogged(workerId, { token, webhooks });
        },
      };
    },
    producer,
    drain: underWay.none,
  };
}

function use(room: KnownRoom, webhooks: readonly WebhookDeliveries[]): void {
  for (const { webhookId, deliveryIds } of webhooks) {
    const left = room.leftOf.get(webhookId) ?? room.perWebhook;
    room.leftOf.set(webhookId, left - deliveryIds.length);
    room.left -= deliveryIds.length;
  }
}

/** The webhooks that have no room for so many more. */
function crowdedOf({ leftOf }: KnownRoom, more: number): string[] {
  const crowded: string[] = [];
  for (const [webhookId, left] of leftOf) if (left < more) crowded.push(webhookId);
  return crowded;
}
