/**
 * How much one worker holds at once, in all and for each webhook. A webhook may hold up to its
 * own bound, but never more than a share of what is still free: however many slow endpoints
 * there are, they leave room for the others (Choudhury and Hahne, "Dynamic Queue Length
 * Thresholds for Shared-Memory Packet Switches", 1998).
 */
export interface Capacity {
  /** How many more deliveries of this webhook may be claimed now. */
  room(webhookId: string): number;
  /** How many a webhook that holds nothing may hold now. */
  readonly share: number;
  /** The webhooks that have room for fewer than so many more, though there is a share for others. */
  crowded(count: number): string[];
  take(webhookId: string, count: number): void;
  release(webhookId: string, count: number): void;
  /** Held now, over all webhooks. */
  readonly held: number;
}

const SHARE_OF_FREE = 1 / 8;
/** A webhook that holds nothing gets one even when all is taken, up to this much more than all. */
export const OVERDRAFT = 1.25;

export function createCapacity(bounds: { total: number; perWebhook: number }): Capacity {
  const heldBy = new Map<string, number>();
  let held = 0;

  const share = () => Math.min(bounds.perWebhook, Math.ceil((bounds.total - held) * SHARE_OF_FREE));

  return {
    get held() {
      return held;
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
    room(webhookId) {
      const own = heldBy.get(webhookId) ?? 0;
      const room = share() - own;
      if (room > 0) return Math.min(room, bounds.total - held);
      return own === 0 && held < bounds.total * OVERDRAFT ? 1 : 0;
    },
    take(webhookId, count) {
      held += count;
      heldBy.set(webhookId, (heldBy.get(webhookId) ?? 0) + count);
    },
    release(webhookId, count) {
      held -= count;
      const own = (heldBy.get(webhookId) ?? 0) - count;
      if (own > 0) heldBy.set(webhookId, own);
      else heldBy.delete(webhookId);
    },
  };
}
