import type { HandedDeliveries, Handover, WorkerRoom } from '../queue/contract.ts';

/** Tells those who make deliveries what room a worker has. */
export interface RoomTold {
  /** Counts what came: those who sent it may have used up what they were told of. */
  count(handed: HandedDeliveries): void;
  /** Tells that it takes nothing more. */
  stop(): void;
}

/** How often a worker that is busy tells of its room, and one that is idle (milliseconds). */
const BUSY_MS = 100;
const IDLE_MS = 2_000;
/** And with so much of what it told of used up, it tells at once. */
const TELLS_AT = 1 / 4;

/** @param room as it is now, and whether anything of it is taken. */
export function createRoomTold({
  handover,
  workerId,
  room,
}: {
  handover: Handover;
  workerId: string;
  room: () => Omit<WorkerRoom, 'workerId'> & { isIdle: boolean };
}): RoomTold {
  const none: WorkerRoom = { workerId, deliveries: 0, perWebhook: 0, busy: [] };
  let told = none;
  let toldAt = -Infinity;
  let handed = 0;
  let handedBy = new Map<string, number>();
  let soon: NodeJS.Immediate | null = null;
  const timer = setInterval(() => {
    if (!room().isIdle || performance.now() - toldAt >= IDLE_MS - BUSY_MS / 2) tell();
  }, BUSY_MS);
  timer.unref();

  function tell(): void {
    if (soon !== null) clearImmediate(soon);
    soon = null;
    const { deliveries, perWebhook, busy } = room();
    told = { workerId, deliveries, perWebhook, busy };
    handed = 0;
    handedBy = new Map();
    if (handover.tell(told)) toldAt = performance.now();
  }

  return {
    count({ webhooks }) {
      let isUsed = false;
      for (const { webhookId, deliveryIds } of webhooks) {
        const ofWebhook = (handedBy.get(webhookId) ?? 0) + deliveryIds.length;
        handedBy.set(webhookId, ofWebhook);
        handed += deliveryIds.length;
        if (ofWebhook >= told.perWebhook * TELLS_AT) isUsed = true;
      }
      if (isUsed || handed >= told.deliveries * TELLS_AT) soon ??= setImmediate(tell);
    },
    stop() {
      clearInterval(timer);
      if (soon !== null) clearImmediate(soon);
      handover.tell(none);
    },
  };
}
