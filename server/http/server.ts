import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';

import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';

import { endedCredentials } from '../access/ended-credentials.ts';
import type { SignInCode } from '../access/sign-in-code.ts';
import { faultCode, StartupError } from '../faults/startup-error.ts';
import type { Services } from '../graphql/schema/context.ts';
import { createErrorMask } from '../graphql/errors/mask-error.ts';
import { createAdmission } from './admission.ts';
import { createClientAddress } from './callers/client-address.ts';
import { createCredentialWatch } from './sockets/credential-watch.ts';
import { createEventStreams } from './graphql/event-streams.ts';
import { createEverydayRequests } from './graphql/everyday-requests.ts';
import { createGraphiQL } from './graphql/graphiql.ts';
import { createGuessLimit } from './callers/guess-limit.ts';
import { isHttps } from './https.ts';
import { answerLive, answerReady, type ReadinessProbes } from './health.ts';
import { createContextOf } from './graphql/operation-context.ts';
import { lastResponses } from './last-response.ts';
import { readPersistedOperations } from './graphql/persisted-operations.ts';
import { createRequestRoom } from './request-room.ts';
import { readTarget, settleTarget } from './request-target.ts';
import { createSessionRoute } from './callers/session.ts';
import { createTurns } from './sockets/strangers-turns.ts';
import { createWebApp } from './web-app.ts';
import { UpgradableRequest } from './sockets/websocket-upgrade.ts';
import { createSocketServer } from './sockets/websocket.ts';
import { answerGraphQL, createGraphQLServer } from './graphql/yoga.ts';

export interface HttpServerOptions {
  /** Null in a process that serves no API (ROLE=worker): health alone. */
  api: { schema: GraphQLSchema; services: Services; signInCode: SignInCode | null } | null;
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
const GRAPHQL_METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

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
 * Serves GraphQL over HTTP and WebSocket, sessions, GraphiQL, the web app and health.
 * @throws StartupError where the address cannot be listened on, or PERSISTED_OPERATIONS not read.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { api, host, port, keepAliveSeconds, probes, logger } = options;
  const served = api && openApi(api, logger);
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
    if (served !== null && (await serveApi(served, pathname, request, response))) return;
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
  if (served !== null) {
    const { sockets } = served;
    server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  }

  async function shutDown(graceMs: number): Promise<void> {
    // An HTTP server's own close ends idle connections too.
    const down = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
    const linger = setTimeout(() => server.close(), Math.min(LINGER_MS, graceMs));
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    served?.streams.close();
    await Promise.all([served?.sockets.close(graceMs), down]);
    clearTimeout(cut);
    clearTimeout(linger);
    server.close();
    served?.credentials.close();
    await served?.yoga.dispose();
  }

  await listen(server, host, port);
  return {
    address: addressOf(server.address(), host),
    close: (graceMs) => (closing ??= shutDown(graceMs)),
  };
}

type Api = NonNullable<HttpServerOptions['api']>;

/** All that a process with an API serves beside health. */
function openApi(api: Api, logger: Logger) {
  const { operations, limits, trustedProxies } = api.services.configuration;
  const mask = createErrorMask(logger, { hidesSuggestions: !operations.introspection });
  const addressOf = createClientAddress(trustedProxies);
  // Who strangers are, how often they may be wrong, and their turns: one count for all ways in.
  const guesses = createGuessLimit({ addressOf, perMinute: limits.badKeysPerMinute });
  const takeTurn = createTurns();
  const parts = {
    ...api,
    mask,
    logger,
    persisted: readPersistedOperations(operations),
    ...{ addressOf, guesses, takeTurn },
    room: createRequestRoom({ services: api.services, addressOf, guesses, logger }),
    contextOf: createContextOf({ ...api, answer: limits.answer, guesses, takeTurn }),
  };
  const yoga = createGraphQLServer(parts);
  const credentials = createCredentialWatch({
    endedAmong: (ids) => endedCredentials(api.services.pool, ids),
    logger,
  });
  const streams = createEventStreams({ ...parts, credentials });
  const { requestBytes } = limits;
  const admission = createAdmission({ logger });
  return {
    yoga,
    credentials,
    streams,
    everyday: createEverydayRequests({ ...parts, yoga, streams, admission, requestBytes }),
    sockets: createSocketServer({ ...parts, yoga, credentials, admission }),
    session: createSessionRoute({ ...parts, onEnded: (id) => credentials.ended(id) }),
    graphiql: createGraphiQL(),
    webApp: createWebApp(),
  };
}

/** Answers true where the path was one of its own, and the request is answered. */
async function serveApi(
  { yoga, streams, everyday, session, graphiql, webApp }: ReturnType<typeof openApi>,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (pathname === '/session') {
    await session(request, response);
    return true;
  }
  if (request.method === 'GET' || request.method === 'HEAD') {
    const wantsPage = request.headers.accept?.includes('text/html') === true;
    if (await graphiql.serve(pathname, wantsPage, request, response)) return true;
  }
  if (pathname !== '/graphql') return webApp?.serve(pathname, request, response) === true;
  response.setHeader('cache-control', 'no-store');
  if (GRAPHQL_METHODS.includes(request.method ?? '')) {
    const isAnswered = await everyday.answer(request, response);
    if (!isAnswered) await answerGraphQL(yoga, streams, request, response);
  } else {
    response.setHeader('allow', GRAPHQL_METHODS.join(', '));
    answerText(response, 405, 'GraphQL is asked by POST, or by GET.');
  }
  return true;
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
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
