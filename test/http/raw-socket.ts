import { WebSocket } from 'ws';

import { waitFor } from '../support/wait.ts';

export interface SocketMessage {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A client that shows every message and how it was closed; it hides and mends nothing. */
export interface RawSocket {
  readonly messages: SocketMessage[];
  /** Calls back with each message as it came. */
  onText(callback: (text: string) => void): void;
  send(message: object | string): void;
  subscribe(id: string, payload: object): void;
  /** The first message, come or to come, that fits. */
  message(fits: (message: SocketMessage) => boolean): Promise<SocketMessage>;
  errorsOf(message: SocketMessage): { message: string; extensions: Record<string, unknown> }[];
  /** How the server closed it. */
  closed(timeoutMs?: number): Promise<{ code: number; reason: string }>;
  close(): void;
}

export interface RawSocketOptions {
  origin?: string;
  protocol?: string;
  path?: string;
  cookie?: string;
  /** Of the upgrade request. */
  headers?: Record<string, string>;
}

/** Connects, without a connection_init. Rejects with the HTTP status of a refused upgrade. */
export async function connectSocket(
  address: string,
  {
    origin,
    protocol = 'graphql-transport-ws',
    path = '/graphql',
    cookie,
    headers,
  }: RawSocketOptions = {},
): Promise<RawSocket> {
  const url = `${address.replace('http', 'ws')}${path}`;
  const socket = new WebSocket(url, protocol, {
    ...(origin !== undefined && { origin }),
    headers: { ...headers, ...(cookie !== undefined && { cookie }) },
  });
  const messages: SocketMessage[] = [];
  let end: { code: number; reason: string } | undefined;
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as SocketMessage));
  socket.on('close', (code, reason) => (end = { code, reason: String(reason) }));
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
  const send = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    messages,
    onText: (callback) => void socket.on('message', (data) => callback(String(data))),
    send,
    subscribe: (id, payload) => send({ id, type: 'subscribe', payload }),
    message: (fits) => waitFor(() => messages.find(fits)),
    errorsOf({ type, payload }) {
      const errors = type === 'error' ? payload : (payload as { errors?: unknown }).errors;
      return (errors ?? []) as { message: string; extensions: Record<string, unknown> }[];
    },
    closed: (timeoutMs = 10_000) => waitFor(() => end, { timeoutMs }),
    close: () => socket.close(),
  };
}

/** Connects and sends a connection_init with these parameters; settles when it is acknowledged. */
export async function openSocket(
  address: string,
  params?: Record<string, unknown>,
  options?: RawSocketOptions,
): Promise<RawSocket> {
  const socket = await connectSocket(address, options);
  socket.send({ type: 'connection_init', ...(params && { payload: params }) });
  await socket.message(({ type }) => type === 'connection_ack');
  return socket;
}
