import { setTimeout as pause } from 'node:timers/promises';

import { createPace, type PaceOptions } from '../pace.ts';

/** Gathers the tenants that changed, and hands them over together. */
export interface Outbox {
  add(tenantIds: readonly string[]): void;
  /** Hands over what waits without another pause; settles when that is done. */
  flush(): Promise<void>;
}

/** @param send hands over some tenants, each once; it never rejects. */
export function createOutbox(
  send: (tenantIds: readonly string[]) => Promise<void>,
  options: PaceOptions,
): Outbox {
  const pace = createPace(options);
  const hurry = new AbortController();
  let waiting = new Set<string>();
  let sending: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    while (waiting.size > 0) {
      const wait = hurry.signal.aborted ? 0 : pace.wait();
      if (wait > 0) await pause(wait, undefined, { signal: hurry.signal }).catch(() => undefined);
      const batch = [...waiting];
      waiting = new Set();
      pace.step();
      await send(batch);
    }
    sending = null;
  }

  return {
    add(tenantIds) {
      for (const tenantId of tenantIds) waiting.add(tenantId);
      if (waiting.size > 0) sending ??= sendAll();
    },
    async flush() {
      hurry.abort();
      while (sending) await sending;
    },
  };
}
