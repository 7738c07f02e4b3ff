import type { Logger } from 'pino';
import { isToldElsewhere } from '../../faults/database-faults.ts';
import { createFaultLog } from '../../faults/fault-log.ts';

/**
 * Tells the holders of API keys and sessions when one is no longer good: one look at the database
 * for all of them.
 */
export interface CredentialWatch {
  /**
   * Calls `onEnded` once, within about two seconds of the end of this key or session; returns the
   * way out.
   */
  watch(id: string, onEnded: () => void): () => void;
  /** Tells the holders of a key or session at once, where its end is known here. */
  ended(id: string): void;
  close(): void;
}

export interface CredentialWatchOptions {
  /** Which of these keys and sessions are no longer good. */
  endedAmong(ids: readonly string[]): Promise<Set<string>>;
  logger: Logger;
}

const POLL_MS = 2_000;

export function createCredentialWatch(options: CredentialWatchOptions): CredentialWatch {
  const { endedAmong, logger } = options;
  const holders = new Map<string, Set<() => void>>();
  let polling = false;
  const faults = createFaultLog(
    logger,
    { away: 'access.revocations_unknown' },
    { isToldElsewhere },
  );

  function tell(id: string): void {
    const told = [...(holders.get(id) ?? [])];
    holders.delete(id);
    for (const onEnded of told) onEnded();
  }

  async function poll(): Promise<void> {
    // A database that hangs must not gather polls.
    if (polling || holders.size === 0) return;
    polling = true;
    try {
      for (const id of await endedAmong([...holders.keys()])) tell(id);
      faults.recovered();
    } catch (error) {
      faults.failed(error);
    } finally {
      polling = false;
    }
  }

  const timer = setInterval(() => void poll(), POLL_MS).unref();

  return {
    watch(id, onEnded) {
      const told = holders.get(id) ?? new Set();
      holders.set(id, told.add(onEnded));
      return () => {
        told.delete(onEnded);
        if (told.size === 0 && holders.get(id) === told) holders.delete(id);
      };
    },
    ended: tell,
    close: () => clearInterval(timer),
  };
}
