import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';

import { resumableSubscriptions } from '../../web/graphql/connection/resumable-subscription.ts';
import { createSocket } from '../../web/graphql/connection/socket.ts';
import { waitFor } from '../support/wait.ts';
import { cutSockets } from './cut-socket.ts';

const schema = buildSchema(`
  type Query { unused: Int }
  type Update { cursor: String! }
  type Subscription { deliveryUpdated(after: String): Update! }
`);
const QUERY = 'subscription ($after: String) { deliveryUpdated(after: $after) { cursor } }';

let server: Server;
let sockets: WebSocketServer;
let url: string;
/** The `after` of each subscribe message. */
let asked: unknown[];
/** What the running subscriptions wait for. */
let tellers: Set<(cursor: string | Error) => void>;

beforeEach(async () => {
  asked = [];
  tellers = new Set();
  server = createServer();
  sockets = new WebSocketServer({ server });
  useServer(
    {
      schema,
      roots: {
        subscription: {
          async *deliveryUpdated({ after }: { after?: string }) {
            asked.push(after);
            const queue: (string | Error)[] = [];
            let wake = () => {};
            const tell = (cursor: string | Error) => {
              queue.push(cursor);
              wake();
            };
            tellers.add(tell);
            try {
              for (;;) {
                const cursor = queue.shift();
                if (cursor instanceof Error) throw cursor;
                if (cursor !== undefined) yield { deliveryUpdated: { cursor } };
                else await new Promise<void>((resolve) => (wake = resolve));
              }
            } finally {
              tellers.delete(tell);
            }
          },
        },
      },
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function setUp(statuses: string[] = []) {
  const { webSocketImpl, cut, count } = cutSockets();
  const ended: string[] = [];
  const socket = createSocket({
    url,
    webSocketImpl,
    onStatus: (status) => statuses.push(status),
    onSessionEnded: (reason) => ended.push(reason),
  });
  const forward = resumableSubscriptions(socket);
  const came: unknown[] = [];
  const subscribe = (after?: string) =>
    forward(
      { query: QUERY, operationName: undefined, variables: { after }, extensions: undefined },
      undefined as never,
    ).subscribe({
      next: ({ data }) => came.push(data?.['deliveryUpdated'].cursor),
      error: (error: unknown) => came.push(error),
      complete: () => came.push('complete'),
    });
  return { socket, cut, count, came, ended, subscribe };
}

const tell = async (cursor: string | Error) => {
  await waitFor(() => tellers.size > 0);
  for (const teller of tellers) teller(cursor);
};

describe('a subscription over a socket that is cut', () => {
  it('goes on from the newest cursor that came', async () => {
    const statuses: string[] = [];
    const { socket, cut, came, subscribe } = setUp(statuses);
    const { unsubscribe } = subscribe('c0');
    await waitFor(() => asked.length === 1);
    cut();
    await waitFor(() => asked.length === 2);
    await tell('c1');
    await tell('c2');
    await waitFor(() => came.length === 2);
    for (const socket of sockets.clients) socket.close(4503, 'Going away');
    await waitFor(() => asked.length === 3);
    await tell('c3');
    await waitFor(() => came.length === 3);
    expect(asked).toEqual(['c0', 'c0', 'c2']);
    expect(came).toEqual(['c1', 'c2', 'c3']);
    expect(statuses.slice(0, 4)).toEqual(['reconnecting', 'live', 'reconnecting', 'live']);
    unsubscribe();
    // A generator that waits sees only with its next value that nobody is there.
    await waitFor(async () => {
      if (tellers.size > 0) await tell('c4');
      return tellers.size === 0;
    });
    expect(came).toEqual(['c1', 'c2', 'c3', 'complete']);
    await socket.dispose();
  });

  it('begins with no cursor where none was given', async () => {
    const { socket, cut, came, subscribe } = setUp();
    subscribe();
    await tell('c1');
    await waitFor(() => came.length === 1);
    cut();
    await waitFor(() => asked.length === 2);
    expect(asked).toEqual([undefined, 'c1']);
    await socket.dispose();
  });

  it('ends with the session, told once, and does not come back', async () => {
    const { socket, came, ended, count, subscribe } = setUp();
    subscribe('c0');
    await waitFor(() => asked.length === 1);
    for (const socket of sockets.clients) socket.close(4403, 'Signed out');
    await waitFor(() => came.length === 1);
    expect(ended).toEqual(['Signed out']);
    expect(came).toEqual([expect.objectContaining({ name: 'SocketClosed', code: 4403 })]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(asked).toEqual(['c0']);
    expect(count()).toBe(0);
    await socket.dispose();
  });

  it('is over when the client is disposed of, connected or not', async () => {
    const { socket, count, subscribe } = setUp();
    subscribe('c0');
    await waitFor(() => asked.length === 1);
    await socket.dispose();
    await waitFor(() => count() === 0);
    const unconnected = setUp();
    await unconnected.socket.dispose();
    await waitFor(() => unconnected.count() === 0);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([count(), unconnected.count(), asked.length]).toEqual([0, 0, 1]);
  });
});
