import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';

import type { Logger } from 'pino';

import { faultCode, StartupError } from '../faults/startup-error.ts';
import type { ServedApi } from './api.ts';
import { isHttps } from './https.ts';
import { answerLive, answerReady, type ReadinessProbes } from './health.ts';
import { lastResponses } from './last-response.ts';
import { answerText } from './plain-answer.ts';
import { readTarget, settleTarget } from './request-target.ts';
import { UpgradableRequest } from './sockets/websocket-upgrade.ts';

export interface HttpServerOptions {
  /** Null in a process that serves no API (ROLE=worker): health alone. It is closed with the server. */
  api: ServedApi | null;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** How long a connection may be idle between two requests, in seconds. */
  keepAliveSeconds: number;
  probes: ReadinessProbes;
  logger: Logger;
}

export interface HttpServer {
  /** Where it listens, e.g. http://127.0.0.1:4000. */
  readonly address: string;
  /**
   * Takes no new connections, closes sockets with 4503 and lets requests under way end, for `graceMs`
   * milliseconds at most. Whoever has a connection open is answered once more, and told to close it: one that
   * is closed as a request comes on it fails that. May be called again; settles when the server is down.
   */
  close(graceMs: number): Promise<void>;
}

const BAD_TARGET =
  'The request names no place that can be understood: its target or its Host header is no part of a URL.';
/** Browsers ask for nothing of this host by http from then on (RFC 6797). */
const ONE_YEAR = 'max-age=31536000';

/** A client has this long to send its headers, and its whole request (milliseconds). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * Connections that may wait to be taken, of the system's own bound at most: where more come at once, each is
 * broken that has been opened and not been taken.
 */
const BACKLOG = 4_096;
/** By then whoever often asks has come once more. */
const LINGER_MS = 500;

/**
 * Serves an API, and health.
 * @throws StartupError where the address cannot be listened on.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { api, host, port, keepAliveSeconds, probes, logger } = options;
  let closing: Promise<void> | null = null;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    if (isHttps(request)) response.setHeader('strict-transport-security', ONE_YEAR);
    const target = readTarget(request);
    if (target === null) {
      // What is left of its body is no request.
      response.setHeader('connection', 'close');
      return answerText(response, 400, BAD_TARGET);
    }
    settleTarget(request, target);
    const { pathname } = target;
    if (pathname === '/health/live') return answerLive(response);
    if (pathname === '/health/ready') return answerReady(response, probes, closing !== null);
    if (api !== null && (await api.serve(pathname, request, response))) return;
    answerText(response, 404, 'Nothing is served at this path. The API is at /graphql.');
  }

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: keepAliveSeconds * 1_000,
      IncomingMessage: UpgradableRequest,
      ServerResponse: lastResponses(() => closing !== null),
    },
    (request, response) => {
      route(request, response).catch((error: unknown) => {
        if (!response.destroyed) {
          logger.error({ err: error }, 'http.request_failed');
          if (response.headersSent) response.end();
          else answerText(response, 500, 'The request could not be answered.');
        }
      });
    },
  );
  if (api !== null) server.on('upgrade', api.upgrade);

  async function shutDown(graceMs: number): Promise<void> {
    // An HTTP server's own close ends idle connections too.
    const down = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
    const linger = setTimeout(() => server.close(), Math.min(LINGER_MS, graceMs));
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    await Promise.all([api?.closeStreams(graceMs), down]);
    clearTimeout(cut);
    clearTimeout(linger);
    server.close();
    await api?.dispose();
  }

  await listen(server, host, port);
  return {
    address: addressOf(server.address(), host),
    close: (graceMs) => (closing ??= shutDown(graceMs)),
  };
}

function listen(server: ReturnType<typeof createServer>, host: string, port: number) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, host, port)));
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
}

function listenFault(error: Error, host: string, port: number): StartupError {
  const at = `${host}:${port}`;
  const messages: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken on ${host}; stop what listens there or set PORT to another.`,
    EACCES: `Port ${port} may not be listened on by this user; set PORT to one above 1023.`,
    EADDRNOTAVAIL: `HOST=${host} is no address of this machine; set HOST to one, e.g. 127.0.0.1.`,
    ENOTFOUND: `HOST=${host} cannot be resolved; set HOST to an address, e.g. 127.0.0.1.`,
  };
  const code = faultCode(error) ?? '';
  return new StartupError(messages[code] ?? `Cannot listen on ${at}: ${error.message}.`, {
    cause: error,
  });
}

function addressOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') return `http://${host}`;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}
