import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { ChangedDelivery } from '../deliveries/changes/transition.ts';
import {
  releaseClaimsOf,
  releaseClaimsOfOthers,
  releaseForgottenClaims,
} from '../deliveries/changes/release.ts';
import {
  beat,
  findSilentClaimers,
  forgetWorker,
  WORKER_SILENCE_SECONDS,
} from '../deliveries/worker-registry.ts';
import { createRepetition, type Repetition } from './repetition.ts';

const BEAT_MS = 5_000;
/** A worker stops claiming well before the others may take its claims away. */
const FENCE_MS = (WORKER_SILENCE_SECONDS - 5) * 1_000;

/**
 * The worker's lease on its claims: a heartbeat keeps it, and with each beat it gives back what
 * nobody holds any more: claims of silent workers, and its own that were lost on the way.
 */
export interface Lease {
  /** Makes the worker known. Rejects where the database cannot be reached. */
  begin(): Promise<void>;
  isHeld(): boolean;
  /** Gives back what is still claimed, and takes the worker off the list. */
  end(): Promise<void>;
}

export function createLease(parts: {
  pool: Pool;
  workerId: string;
  /** True where no other worker can be alive (embedded mode): old claims are taken over at once. */
  isAlone: boolean;
  heldTokens: () => string[];
  /** Hears of deliveries that wait again. */
  onReleased: (released: ChangedDelivery[]) => void;
  logger: Logger;
}): Lease {
  const { pool, workerId } = parts;
  let heldUntil = 0;
  /** Since when every beat got through (null: the last did not): before WORKER_SILENCE_SECONDS of that, nobody is called silent. */
  let inTouchSince: number | null = null;
  let repetition: Repetition | null = null;

  async function keep(): Promise<void> {
    const began = performance.now();
    if (began > heldUntil) inTouchSince = null;
    const since = (inTouchSince ??= began);
    try {
      await beat(pool, workerId);
      heldUntil = began + FENCE_MS;
      release(await releaseForgottenClaims(pool, workerId, parts.heldTokens()), 'forgotten');
      if (began - since < WORKER_SILENCE_SECONDS * 1_000) return;
      const silent = await findSilentClaimers(pool);
      if (silent.length > 0) release(await releaseClaimsOf(pool, silent), 'silent worker');
    } catch (error) {
      inTouchSince = null;
      throw error;
    }
  }

  function release(released: ChangedDelivery[], whose: string): void {
    if (released.length === 0) return;
    parts.logger.warn({ deliveries: released.length, whose }, 'worker.claims_returned');
    parts.onReleased(released);
  }

  return {
    async begin() {
      const began = performance.now();
      await beat(pool, workerId);
      heldUntil = began + FENCE_MS;
      inTouchSince = began;
      if (parts.isAlone) release(await releaseClaimsOfOthers(pool, workerId), 'killed process');
      repetition = createRepetition({
        everyMs: BEAT_MS,
        run: keep,
        logger: parts.logger,
        fault: 'worker.heartbeat_failed',
      });
    },
    isHeld: () => performance.now() < heldUntil,
    async end() {
      await repetition?.stop();
      parts.onReleased(await releaseClaimsOf(pool, [workerId]));
      await forgetWorker(pool, workerId);
    },
  };
}
