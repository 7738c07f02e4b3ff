/**
 * How much one worker holds at once: claims in all, and requests to each webhook's receiver. A webhook
 * may have requests up to its own bound, but never more than a share of what is still free: however
 * many slow endpoints there are, they leave room for the others (Choudhury and Hahne, "Dynamic Queue
 * Length Thresholds for Shared-Memory Packet Switches", 1998). What its receiver has answered and is
 * still to be recorded counts among all, but not for the webhook: it is the database's time.
 */
export interface Capacity {
  /** How many more deliveries of this webhook may be claimed now. */
  room(webhookId: string): number;
  /** How many a webhook that holds nothing may hold now. */
  readonly share: number;
  /** The webhooks that have room for fewer than so many more, though there is a share for others. */
  crowded(count: number): string[];
  /** The webhooks that hold more than so many, each with the room that is left for it. */
  busy(above: number): { webhookId: string; room: number }[];
  take(webhookId: string, count: number): void;
  /** Gives back what was taken and not used. */
  release(webhookId: string, count: number): void;
  /** One request of this webhook has ended; its claim is held on until {@link Capacity.recorded}. */
  answered(webhookId: string): void;
  /** One claim that was answered is held no more. */
  recorded(): void;
  /** How many claims may be added, whatever their webhooks. */
  readonly free: number;
  /** Held now, over all webhooks. */
  readonly held: number;
}

const SHARE_OF_FREE = 1 / 8;
/** A webhook that holds nothing gets one even when all is taken, up to this much more than all. */
export const OVERDRAFT = 1.25;

export function createCapacity(bounds: { total: number; perWebhook: number }): Capacity {
  /** Requests that are not answered yet. */
  const heldBy = new Map<string, number>();
  let held = 0;

  function leave(webhookId: string, count: number): void {
    const own = (heldBy.get(webhookId) ?? 0) - count;
    if (own > 0) heldBy.set(webhookId, own);
    else heldBy.delete(webhookId);
  }

  const free = () => bounds.total - held;
  const share = () => Math.min(bounds.perWebhook, Math.ceil(free() * SHARE_OF_FREE));

  return {
    get held() {
      return held;
    },
    get free() {
      return Math.max(0, free());
    },
    get share() {
      return Math.max(0, share());
    },
    crowded(count) {
      const most = share() - count;
      const crowded: string[] = [];
      for (const [webhookId, own] of heldBy) if (own > most) crowded.push(webhookId);
      return crowded;
    },
    busy(above) {
      const most = share();
      const busy: { webhookId: string; room: number }[] = [];
      for (const [webhookId, own] of heldBy) {
        if (own > above) busy.push({ webhookId, room: Math.max(0, most - own) });
      }
      return busy;
    },
    room(webhookId) {
      const own = heldBy.get(webhookId) ?? 0;
      const room = share() - own;
      if (room > 0) return Math.min(room, free());
      return own === 0 && held < bounds.total * OVERDRAFT ? 1 : 0;
    },
    take(webhookId, count) {
      held += count;
      heldBy.set(webhookId, (heldBy.get(webhookId) ?? 0) + count);
    },
    release(webhookId, count) {
      held -= count;
      leave(webhookId, count);
    },
    answered: (webhookId) => leave(webhookId, 1),
    recorded() {
      held -= 1;
    },
  };
}
