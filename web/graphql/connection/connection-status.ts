import { useSyncExternalStore } from 'react';

/** Whether changes come in as they happen. */
export interface ConnectionStatus {
  readonly status: 'live' | 'reconnecting' | 'offline';
  /** When it became so, in milliseconds of Date.now(). */
  readonly since: number;
}

/** One value that components can follow. */
export interface ConnectionStatusStore {
  get(): ConnectionStatus;
  /** The same status again changes nothing. */
  set(status: ConnectionStatus['status']): void;
  subscribe(listener: () => void): () => void;
}

export function createConnectionStatus(now: () => number = Date.now): ConnectionStatusStore {
  const listeners = new Set<() => void>();
  let current: ConnectionStatus = { status: 'reconnecting', since: now() };
  return {
    get: () => current,
    set(status) {
      if (status === current.status) return;
      current = { status, since: now() };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The status of the app's one socket. */
export const connectionStatus = createConnectionStatus();

/**
 * Follows the socket's status. It is 'reconnecting' until the first connection stands, which takes
 * a moment: show that only once `since` is a second ago.
 */
export function useConnectionStatus(): ConnectionStatus {
  return useSyncExternalStore(connectionStatus.subscribe, connectionStatus.get);
}
