import type { UsedLimit } from '../deliveries/changes/claim-paced.ts';

/** At a fast pace, so many milliseconds' attempts are claimed together. */
const CLAIM_EVERY_MS = 10;
/** A limit may be changed or lifted meanwhile: what the sweep finds then is looked at again. */
const BELIEVED_MS = 900;

/**
 * The webhooks that this worker knows to have a rate limit, and which of them are full: nothing is asked
 * of the database before a window has room again. It only saves statements; the database decides.
 */
export interface PacedWebhooks {
  has(webhookId: string): boolean;
  /** Whether it is known that no attempt of it may be claimed now. */
  isFull(webhookId: string): boolean;
  learn(limits: readonly UsedLimit[]): void;
  /** It has no limit. */
  forget(webhookId: string): void;
  stop(): void;
}

interface Known {
  /** By performance.now(); 0 where it is not full. */
  fullUntil: number;
  timer: NodeJS.Timeout | null;
}

/** @param onFree told when the window of a webhook that was full has room again. */
export function createPacedWebhooks(onFree: (webhookId: string) => void): PacedWebhooks {
  const known = new Map<string, Known>();
  let isStopped = false;

  function clear(webhookId: string): void {
    clearTimeout(known.get(webhookId)?.timer ?? undefined);
  }

  function free(webhookId: string): void {
    known.set(webhookId, { fullUntil: 0, timer: null });
    onFree(webhookId);
  }

  return {
    has: (webhookId) => known.has(webhookId),
    isFull: (webhookId) => (known.get(webhookId)?.fullUntil ?? 0) > performance.now(),
    learn(limits) {
      for (const { webhookId, freeInMs } of limits) {
        clear(webhookId);
        const isFull = freeInMs !== null && !isStopped;
        // A timer may go off a little early.
        const waitMs = Math.max(CLAIM_EVERY_MS, (freeInMs ?? 0) + 1);
        known.set(webhookId, {
          fullUntil: isFull ? performance.now() + Math.min(waitMs, BELIEVED_MS) : 0,
          timer: isFull ? setTimeout(() => free(webhookId), waitMs) : null,
        });
      }
    },
    forget(webhookId) {
      clear(webhookId);
      known.delete(webhookId);
    },
    stop() {
      isStopped = true;
      for (const webhookId of known.keys()) clear(webhookId);
    },
  };
}
