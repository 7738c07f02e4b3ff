import { setTimeout as wait } from 'node:timers/promises';

import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createMicroBatch } from '../database/micro-batch.ts';
import { idsOf } from '../deliveries/by-webhook.ts';
import { findHanded } from '../deliveries/changes/handed.ts';
import type { ClaimedDelivery, Room } from '../deliveries/changes/claim.ts';
import { releaseHanded } from '../deliveries/changes/release.ts';
import { isToldElsewhere } from '../faults/database-faults.ts';
import type { Announcer } from '../feed/contract.ts';
import type { HandedDeliveries } from '../queue/contract.ts';
import { traceStep } from '../steps.ts';
import { createUnderWay } from '../under-way.ts';

/** Takes deliveries that other processes made as claimed by this worker. */
export interface Intake {
  take(handed: HandedDeliveries): void;
  /** Settles when all that was taken is being sent, or given back. */
  drain(): Promise<void>;
}

/** What has no room is tried again so often, each so much later (milliseconds), before it is given back. */
const TRIES = 10;
const TRIES_EVERY_MS = 10;

/** What was handed over in one piece, as far as there is room. */
interface Taken {
  token: string;
  ids: string[];
  rooms: Room[];
}

export function createIntake(parts: {
  pool: Pool;
  workerId: string;
  announcer: Announcer;
  /** The tokens under which this worker holds claims. */
  tokens: Set<string>;
  /** What comes while it may claim nothing is given back. */
  canClaim: () => boolean;
  /** Takes room for as many of a webhook's deliveries as there is. */
  reserve: (webhookId: string, wanted: number) => number;
  /** Gives back what was reserved. */
  leave: (rooms: readonly Room[]) => void;
  start: (claimed: readonly ClaimedDelivery[], token: string) => void;
  /** Told when room has come free. */
  onRoom: () => void;
  /** Told of webhooks of which something waits. */
  onWaiting: (webhookIds: readonly string[]) => void;
  logger: Logger;
}): Intake {
  const { pool, workerId, tokens, leave, logger } = parts;
  const underWay = createUnderWay();
  const batch = createMicroBatch<Taken, null>({
    maxItems: 32,
    parallel: 2,
    async flush(taken) {
      const found = await findHanded(pool, workerId, {
        deliveryIds: taken.flatMap(({ ids }) => ids),
        tokens: taken.map(({ token }) => token),
      });
      const held = new Map<string, ClaimedDelivery[]>(taken.map(({ token }) => [token, []]));
      for (const delivery of found) held.get(delivery.token)?.push(delivery);
      for (const { token, rooms } of taken) {
        leave(rooms);
        const claimed = held.get(token) ?? [];
        if (claimed.length > 0) parts.start(claimed, token);
        else tokens.delete(token);
      }
      parts.onRoom();
      return taken.map(() => null);
    },
  });

  async function send(taken: Taken): Promise<void> {
    tokens.add(taken.token);
    try {
      await batch.add(taken);
    } catch (error) {
      leave(taken.rooms);
      tokens.delete(taken.token);
      parts.onRoom();
      throw error;
    }
  }

  /** What came with others at once may find room in a moment; what does not is left to whoever has it. */
  async function takeLater(rest: {
    token: string;
    webhookId: string;
    ids: string[];
  }): Promise<void> {
    const { token, webhookId, ids } = rest;
    for (let tries = 0; tries < TRIES && ids.length > 0 && parts.canClaim(); tries += 1) {
      await wait(TRIES_EVERY_MS);
      const room = parts.reserve(webhookId, ids.length);
      if (room > 0) track(send({ token, ids: ids.splice(0, room), rooms: [{ webhookId, room }] }));
    }
    if (ids.length > 0) await giveBack(token, ids);
  }

  async function giveBack(token: string, ids: readonly string[]): Promise<void> {
    const released = await releaseHanded(pool, token, ids);
    parts.announcer.announce(released.map(({ tenantId }) => tenantId));
    parts.onWaiting([...new Set(released.map(({ webhookId }) => webhookId))]);
  }

  function track(work: Promise<void>): void {
    underWay.track(
      work.catch((error: unknown) => {
        // The next heartbeat gives back what is held under a token that is not.
        logger[isToldElsewhere(error) ? 'debug' : 'warn']({ err: error }, 'handover.not_taken');
      }),
    );
  }

  return {
    take({ token, webhooks }) {
      traceStep('taken', () => idsOf(webhooks));
      if (!parts.canClaim()) {
        track(giveBack(token, idsOf(webhooks)));
        return;
      }
      const taken: Taken = { token, ids: [], rooms: [] };
      for (const { webhookId, deliveryIds } of webhooks) {
        const room = parts.reserve(webhookId, deliveryIds.length);
        if (room > 0) {
          taken.ids.push(...deliveryIds.slice(0, room));
          taken.rooms.push({ webhookId, room });
        }
        if (room < deliveryIds.length) {
          track(takeLater({ token, webhookId, ids: deliveryIds.slice(room) }));
        }
      }
      if (taken.ids.length > 0) track(send(taken));
    },
    drain: underWay.none,
  };
}
