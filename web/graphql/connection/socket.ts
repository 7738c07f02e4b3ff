import { createClient, type Client } from 'graphql-ws/client';

import { backoff } from './backoff.ts';
import type { ConnectionStatus } from './connection-status.ts';

export interface SocketOptions {
  url: string;
  onStatus(status: ConnectionStatus['status']): void;
  /** The server closed the socket because the session, or its key, is no longer good. */
  onSessionEnded(reason: string): void;
  /** The browser's if omitted. */
  webSocketImpl?: unknown;
  /** For programs without the session's cookie. */
  connectionParams?: Record<string, unknown> | undefined;
}

const KEEP_ALIVE_MS = 10_000;
/** A ping that is not answered by then, a connection that is not made by then: both are dead. */
const PONG_MS = 5_000;
const CONNECT_MS = 15_000;
/** Without a connection for so long, what is shown may be far behind. */
const OFFLINE_AFTER_MS = 10_000;
const RETRY = { firstMs: 300, mostMs: 10_000 };

const FORBIDDEN = 4403;
/** Bad request, unauthorized, forbidden: coming back with the same changes nothing. */
const FINAL_CODES: ReadonlySet<unknown> = new Set([4400, 4401, FORBIDDEN]);

/** The app's one socket: open from now on until it is disposed of, whatever breaks it. */
export function createSocket(options: SocketOptions): Client {
  const { url, onStatus, onSessionEnded, webSocketImpl, connectionParams } = options;
  const hasWindow = typeof window !== 'undefined';
  let isConnected = false;
  let isDisposed = false;
  let lostAt = Date.now();
  let statusTimer: ReturnType<typeof setTimeout> | undefined;
  /** Watches over what the socket should be doing at the moment. */
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const sleepers = new Set<() => void>();

  function tellStatus(): void {
    clearTimeout(statusTimer);
    if (isDisposed) return;
    if (isConnected) return onStatus('live');
    const left = lostAt + OFFLINE_AFTER_MS - Date.now();
    if (left <= 0 || (hasWindow && !navigator.onLine)) return onStatus('offline');
    onStatus('reconnecting');
    statusTimer = setTimeout(tellStatus, left);
  }

  function expectWithin(ms: number): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => client.terminate(), ms);
  }

  function wakeUp(): void {
    for (const wake of sleepers) wake();
  }

  /** Until it is worth another try: a moment, or until the network or the reader is back. */
  function retryWait(retries: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, backoff(retries, RETRY));
      sleepers.add(wake);
    });
  }

  const client = createClient({
    url,
    lazy: false,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Infinity,
    retryWait,
    shouldRetry: (event) => !FINAL_CODES.has(closeOf(event)?.code),
    // What ends the connection for good is known from `closed`, and to each subscription.
    onNonLazyError: () => undefined,
    ...(webSocketImpl !== undefined && { webSocketImpl }),
    ...(connectionParams !== undefined && { connectionParams }),
    on: {
      connecting: () => expectWithin(CONNECT_MS),
      connected() {
        clearTimeout(deadline);
        isConnected = true;
        tellStatus();
      },
      ping(isReceived) {
        if (!isReceived) expectWithin(PONG_MS);
      },
      pong(isReceived) {
        if (isReceived) clearTimeout(deadline);
      },
      closed(event) {
        clearTimeout(deadline);
        if (isConnected) lostAt = Date.now();
        isConnected = false;
        tellStatus();
        const close = closeOf(event);
        if (close?.code === FORBIDDEN && !isDisposed) onSessionEnded(close.reason);
      },
    },
  });

  const onVisible = () => {
    if (document.visibilityState === 'visible') wakeUp();
  };
  const onNetwork = () => {
    wakeUp();
    tellStatus();
  };
  if (hasWindow) {
    window.addEventListener('online', onNetwork);
    window.addEventListener('offline', onNetwork);
    document.addEventListener('visibilitychange', onVisible);
  }
  tellStatus();

  return {
    ...client,
    async dispose() {
      isDisposed = true;
      clearTimeout(statusTimer);
      clearTimeout(deadline);
      if (hasWindow) {
        window.removeEventListener('online', onNetwork);
        window.removeEventListener('offline', onNetwork);
        document.removeEventListener('visibilitychange', onVisible);
      }
      wakeUp();
      // It waits for a connection under way, which may fail.
      await Promise.resolve(client.dispose()).catch(() => undefined);
      clearTimeout(deadline);
    },
  };
}

function closeOf(event: unknown): { code: number; reason: string } | null {
  if (typeof event !== 'object' || event === null) return null;
  if (!('code' in event) || !('reason' in event)) return null;
  return { code: Number(event.code), reason: String(event.reason) };
}
