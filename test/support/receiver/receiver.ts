import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PATIENCE_MS } from '../wait.ts';

/** A request as it came in; `at` is milliseconds since the epoch, when its body had come whole. */
export interface ReceivedRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Names and values by turns, in the sender's order and case. */
  rawHeaders: string[];
  body: Buffer;
  at: number;
}

/** How a path responds; called with each request once its body is there. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real HTTP server that plays a webhook's endpoint. Paths that nobody scripted answer 200. */
export interface Receiver {
  readonly origin: string;
  readonly port: number;
  url(path: string): string;
  /** From now on `path` (without query) answers like this. */
  on(path: string, behaviour: Behaviour): void;
  requests(path: string): readonly ReceivedRequest[];
  /** The path's first `count` requests, as soon as they are there. Rejects after `timeoutMs`, {@link PATIENCE_MS} if omitted. */
  waitForRequests(path: string, count: number, timeoutMs?: number): Promise<ReceivedRequest[]>;
  /** Forgets all requests and behaviours. */
  reset(): void;
  /** How many connections were ever opened. */
  connections(): number;
  /** Ends every keep-alive connection that is idle, as a restarting server does. */
  closeIdleConnections(): void;
  close(): Promise<void>;
}

export const status =
  (code: number, body = '', headers: Record<string, string | string[]> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(code, headers).end(body);
  };

/** `code` for the first `times` requests, `then` for those after. */
export function failTimes(times: number, code = 500, then = 200): Behaviour {
  let seen = 0;
  return (_request, response) => {
    seen += 1;
    response.writeHead(seen <= times ? code : then).end();
  };
}

/** Takes the request and never answers. */
export const hang = (): Behaviour => () => {};

/** 200 at once, then one piece of `bytes` bytes every `everyMs`, without end. */
export const drip =
  (everyMs: number, bytes = 1): Behaviour =>
  (_request, response) => {
    response.writeHead(200);
    response.write('.'.repeat(bytes));
    const timer = setInterval(() => response.write('.'.repeat(bytes)), everyMs);
    response.once('close', () => clearInterval(timer));
  };

export const redirect = (location: string, code = 302): Behaviour => status(code, '', { location });

export const retryAfter = (code: number, seconds: number | string): Behaviour =>
  status(code, '', { 'retry-after': String(seconds) });

export const bigBody = (bytes: number, code = 200): Behaviour => status(code, 'x'.repeat(bytes));

/** Takes the request and ends the connection. */
export const closeWithoutAnswer = (): Behaviour => (_request, response) => {
  response.socket?.destroy();
};

interface Waiter {
  path: string;
  count: number;
  resolve: (requests: ReceivedRequest[]) => void;
}

/** Starts a receiver on a free port of 127.0.0.1. */
export async function startReceiver(): Promise<Receiver> {
  const behaviours = new Map<string, Behaviour>();
  const received = new Map<string, ReceivedRequest[]>();
  const waiters = new Set<Waiter>();
  const answerOk = status(200, 'ok');
  let connections = 0;

  const record = (request: ReceivedRequest) => {
    const list = received.get(request.path);
    if (list === undefined) received.set(request.path, [request]);
    else list.push(request);
    for (const waiter of waiters) settle(waiter);
  };

  const settle = (waiter: Waiter) => {
    const list = received.get(waiter.path) ?? [];
    if (list.length < waiter.count) return;
    waiters.delete(waiter);
    waiter.resolve(list.slice(0, waiter.count));
  };

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => {});
    incoming.on('end', () => {
      const url = incoming.url ?? '/';
      const request: ReceivedRequest = {
        method: incoming.method ?? '',
        url,
        path: url.split('?', 1)[0] ?? url,
        headers: incoming.headers,
        rawHeaders: incoming.rawHeaders,
        body: Buffer.concat(chunks),
        at: Date.now(),
      };
      record(request);
      (behaviours.get(request.path) ?? answerOk)(request, response);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => {
    connections += 1;
  });
  const { port } = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no TCP address'));
      else resolve(address);
    });
  });
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    port,
    url: (path) => origin + path,
    on(path, behaviour) {
      behaviours.set(path, behaviour);
    },
    requests: (path) => received.get(path) ?? [],
    waitForRequests(path, count, timeoutMs = PATIENCE_MS) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          const seen = received.get(path)?.length ?? 0;
          reject(new Error(`${path} got ${seen} of ${count} requests within ${timeoutMs} ms`));
        }, timeoutMs);
        const waiter: Waiter = {
          path,
          count,
          resolve: (requests) => {
            clearTimeout(timer);
            resolve(requests);
          },
        };
        waiters.add(waiter);
        settle(waiter);
      });
    },
    reset() {
      behaviours.clear();
      received.clear();
    },
    connections: () => connections,
    closeIdleConnections: () => server.closeIdleConnections(),
    close() {
      return new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      });
    },
  };
}
