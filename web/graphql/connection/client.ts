import {
  createClient as createUrqlClient,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
  type Client,
  type CombinedError,
  type Exchange,
} from '@urql/core';

import { besideCache } from '../cache/beside-cache.ts';
import { createCache } from '../cache/cache.ts';
import { connectionStatus, type ConnectionStatusStore } from './connection-status.ts';
import { withExactNumbers } from './exact-fetch.ts';
import { faultCode, statusOf } from '../fault-message.ts';
import { newestDeliveryExchange } from '../cache/newest-delivery-exchange.ts';
import { retryQueries, withTimeout, type Fetch } from './request.ts';
import { resumableSubscriptions } from './resumable-subscription.ts';
import { createSocket } from './socket.ts';

export interface AppClientOptions {
  /** Told once, when the server no longer takes the session. */
  onSessionEnded(): void;
  /** All below: those of the page if omitted. */
  url?: string;
  fetch?: Fetch;
  headers?: Record<string, string>;
  webSocketImpl?: unknown;
  connectionParams?: Record<string, unknown>;
  status?: ConnectionStatusStore;
}

export interface AppClient {
  client: Client;
  /** Closes the socket; nothing is to be asked of the client afterwards. */
  dispose(): void;
}

/** The app's way to the server: requests over HTTP, subscriptions over one socket, one cache. */
export function createClient(options: AppClientOptions): AppClient {
  const { onSessionEnded, url = '/graphql', headers, status = connectionStatus } = options;
  let isOver = false;
  const sessionEnded = () => {
    if (isOver) return;
    isOver = true;
    onSessionEnded();
  };

  const socket = createSocket({
    url: socketUrl(url),
    onStatus: status.set,
    onSessionEnded: sessionEnded,
    webSocketImpl: options.webSocketImpl,
    connectionParams: options.connectionParams,
  });
  const send = withTimeout(
    withExactNumbers(options.fetch ?? ((input, init) => fetch(input, init))),
  );
  const client = createUrqlClient({
    url,
    preferGetMethod: false,
    fetch: send,
    fetchOptions: {
      credentials: 'same-origin',
      // Shows the server that a page of its own sends the session's cookie.
      headers: { 'x-nexus-csrf': '1', ...headers },
    },
    exchanges: [
      watchSession(sessionEnded),
      besideCache(createCache()),
      newestDeliveryExchange(),
      retryQueries(send),
      subscriptionExchange({ forwardSubscription: resumableSubscriptions(socket) }),
      fetchExchange,
    ],
  });
  return {
    client,
    dispose() {
      isOver = true;
      void socket.dispose();
    },
  };
}

function watchSession(onEnded: () => void): Exchange {
  return mapExchange({
    onError(error) {
      if (isUnauthenticated(error)) onEnded();
    },
  });
}

function isUnauthenticated(error: CombinedError): boolean {
  return faultCode(error) === 'UNAUTHENTICATED' || statusOf(error.response) === 401;
}

function socketUrl(url: string): string {
  const address = new URL(url, globalThis.location?.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}
