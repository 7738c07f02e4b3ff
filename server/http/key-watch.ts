import type { Logger } from 'pino';

import type { CallerLookup } from '../access/caller-lookup.ts';

/** Tells the holders of API keys when one is revoked: one look at the database for all of them. */
export interface KeyWatch {
  /** Calls `onRevoked` once, within about two seconds of the key's revocation; returns the way out. */
  watch(apiKeyId: string, onRevoked: () => void): () => void;
  close(): void;
}

const POLL_MS = 2_000;

export function createKeyWatch(lookup: CallerLookup, logger: Logger): KeyWatch {
  const holders = new Map<string, Set<() => void>>();
  let polling = false;
  let faultLogged = false;

  async function poll(): Promise<void> {
    // A database that hangs must not gather polls.
    if (polling || holders.size === 0) return;
    polling = true;
    try {
      for (const apiKeyId of await lookup.revokedAmong([...holders.keys()])) {
        const told = [...(holders.get(apiKeyId) ?? [])];
        holders.delete(apiKeyId);
        for (const onRevoked of told) onRevoked();
      }
      faultLogged = false;
    } catch (error) {
      if (!faultLogged) logger.warn({ err: error }, 'revoked API keys cannot be looked up');
      faultLogged = true;
    } finally {
      polling = false;
    }
  }

  const timer = setInterval(() => void poll(), POLL_MS).unref();

  return {
    watch(apiKeyId, onRevoked) {
      const told = holders.get(apiKeyId) ?? new Set();
      holders.set(apiKeyId, told.add(onRevoked));
      return () => {
        told.delete(onRevoked);
        if (told.size === 0 && holders.get(apiKeyId) === told) holders.delete(apiKeyId);
      };
    },
    close: () => clearInterval(timer),
  };
}
