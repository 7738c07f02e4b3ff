import type { Logger } from 'pino';

/** How long finished sends gather before their webhooks' next deliveries are claimed. */
const REFILL_AFTER_MS = 1;

/** The webhooks that may have more due than could be claimed; the longest waiting first. */
export interface Backlog {
  add(webhookIds: Iterable<string>): void;
  /** Takes webhooks out, those for which `isTaken` says so, until it has said it so many times. */
  take(most: number, isTaken: (webhookId: string) => boolean): void;
  /** Room has come free: claims again in a moment, where anything waits. */
  refillSoon(): void;
  /** Claims now; one at a time: a second caller's begins when the first's has ended. */
  refill(): Promise<void>;
  /** Settles when nothing is claimed any more. */
  stop(): Promise<void>;
}

/** @param claim claims what there is room for; what it leaves stays in the backlog. */
export function createBacklog(parts: { claim(): Promise<void>; logger: Logger }): Backlog {
  const webhooks = new Set<string>();
  let refilling: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let isStopping = false;

  function refill(): Promise<void> {
    const turn = refilling.then(() => (isStopping ? undefined : parts.claim()));
    refilling = turn.catch(() => undefined);
    return turn;
  }

  return {
    add(webhookIds) {
      for (const webhookId of webhookIds) webhooks.add(webhookId);
    },
    take(most, isTaken) {
      let taken = 0;
      for (const webhookId of webhooks) {
        if (taken === most) return;
        if (!isTaken(webhookId)) continue;
        webhooks.delete(webhookId);
        taken += 1;
      }
    },
    refillSoon() {
      if (webhooks.size === 0 || timer !== null || isStopping) return;
      timer = setTimeout(() => {
        timer = null;
        refill().catch((error: unknown) => {
          parts.logger.debug({ err: error }, 'worker.claim_failed');
        });
      }, REFILL_AFTER_MS);
    },
    refill,
    async stop() {
      isStopping = true;
      if (timer !== null) clearTimeout(timer);
      await refilling;
    },
  };
}
