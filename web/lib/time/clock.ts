import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let tickedAt = 0;

function tick(): void {
  tickedAt = Date.now();
  for (const listener of listeners) listener();
}

/** Throttled timers of a page in the background leave it behind by up to a minute. */
function onVisibility(): void {
  if (document.visibilityState === 'visible') tick();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    tickedAt = Date.now();
    timer = setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', onVisibility);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
    document.removeEventListener('visibilitychange', onVisibility);
  };
}

/**
 * What `read` makes of the time now, kept up to date by one timer that the whole page shares. The
 * component renders again only when the value changes, so let it be a text or a number.
 */
export function useClock<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(timer === null ? Date.now() : tickedAt));
}
