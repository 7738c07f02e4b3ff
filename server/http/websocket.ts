import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';

import { endedCredentials } from '../access/ended-credentials.ts';
import { parseJson } from '../domain/json-request.ts';
import type { Services } from '../graphql/context.ts';
import type { ErrorMask } from '../graphql/mask-error.ts';
import { bearerKey } from './bearer-key.ts';
import { createCredentialWatch } from './credential-watch.ts';
import { isOriginAllowed } from './origin.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import { readTarget, settleTarget } from './request-target.ts';
import { sessionToken } from './session-cookie.ts';
import {
  COME_BACK,
  createSocketOperations,
  KEY_REVOKED,
  SIGNED_OUT,
  type SocketState,
} from './socket-operations.ts';
import type { GraphQLServer } from './yoga.ts';

/** GraphQL over WebSocket at /graphql. */
export interface SocketServer {
  /** Takes an upgrade request over, or refuses it with an HTTP status. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes the sockets of a session that was ended here, with 4403. */
  sessionEnded(sessionId: string): void;
  /** Closes every socket with 4503; those that do not answer within `graceMs` are cut. */
  close(graceMs: number): Promise<void>;
}

export interface SocketServerOptions {
  yoga: GraphQLServer;
  schema: GraphQLSchema;
  services: Services;
  mask: ErrorMask;
  persisted: PersistedOperations;
  logger: Logger;
}

/** A peer that answers no ping before the next is due is gone. */
const PING_MS = 12_000;

export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { services, logger } = options;
  const { limits, allowedOrigins } = services.configuration;
  const credentials = createCredentialWatch({
    endedAmong: (ids) => endedCredentials(services.pool, ids),
    logger,
  });
  const operations = createSocketOperations(options);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols,
  });
  let closing = false;

  const pings = setInterval(() => {
    for (const socket of server.clients) beat(socket);
  }, PING_MS).unref();
  const silent = new WeakSet<WebSocket>();
  function beat(socket: WebSocket): void {
    if (silent.has(socket)) return socket.terminate();
    silent.add(socket);
    socket.once('pong', () => silent.delete(socket));
    socket.ping();
  }

  function open(socket: WebSocket, request: IncomingMessage): void {
    // ws closes the socket itself (1009, 1007 …); without a listener the fault would end the process.
    socket.on('error', () => undefined);
    const watches = new Map<string, () => void>();
    const state: SocketState = {
      key: bearerKey(request.headers.authorization),
      sessionToken: sessionToken(request.headers.cookie),
      subscriptions: new Set(),
      exactVariables: new Map(),
      close: (code, reason) => socket.close(code, reason),
      watch({ apiKeyId, sessionId }) {
        const id = sessionId ?? apiKeyId;
        if (watches.has(id) || socket.readyState !== socket.OPEN) return;
        const reason = sessionId === undefined ? KEY_REVOKED : SIGNED_OUT;
        const ended = () => socket.close(CloseCode.Forbidden, reason);
        watches.set(id, credentials.watch(id, ended));
      },
    };
    const closed = operations.opened(
      {
        protocol: socket.protocol,
        // Settles when the system has taken the bytes: a slow reader holds its subscriptions back.
        send: (data) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            socket.send(data, () => resolve());
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            const text = String(data);
            noteExactVariables(text, state);
            handle(text).catch((error: unknown) => {
              logger.error({ err: error }, 'a WebSocket message could not be handled');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      state,
    );
    socket.once('close', (code, reason) => {
      for (const unwatch of watches.values()) unwatch();
      closed(code, String(reason)).catch((error: unknown) => {
        logger.error({ err: error }, 'a WebSocket could not be cleaned up');
      });
    });
  }

  return {
    upgrade(request, socket, head) {
      const status = refusal(request, allowedOrigins, closing);
      if (status !== null) return refuse(socket, status);
      server.handleUpgrade(request, socket, head, open);
    },

    sessionEnded: (sessionId) => credentials.ended(sessionId),

    async close(graceMs) {
      closing = true;
      clearInterval(pings);
      credentials.close();
      const all = [...server.clients];
      const gone = all.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of all) socket.close(COME_BACK, 'Going away; subscribe again with after');
      const cut = setTimeout(() => {
        for (const socket of all) socket.terminate();
      }, graceMs);
      await Promise.all(gone);
      clearTimeout(cut);
    },
  };
}

/** No integer is unsafe in a message without 16 digits in a row. */
const MAY_BE_UNSAFE = /\d{16}/;

/** graphql-ws reads messages with JSON.parse, which changes integers that a double does not carry. */
function noteExactVariables(text: string, state: SocketState): void {
  if (!MAY_BE_UNSAFE.test(text)) return;
  let message: unknown;
  try {
    message = parseJson(text);
  } catch {
    return; // graphql-ws answers it with 4400.
  }
  if (!isRecord(message) || !isRecord(message['payload'])) return;
  const { id, type, payload } = message;
  if (type !== 'subscribe' || typeof id !== 'string' || !isRecord(payload)) return;
  const { variables } = payload;
  if (isRecord(variables)) state.exactVariables.set(id, variables);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(
  request: IncomingMessage,
  allowedOrigins: readonly string[],
  closing: boolean,
): number | null {
  if (closing) return 503;
  const target = readTarget(request);
  if (target === null) return 400;
  settleTarget(request, target);
  if (target.pathname !== '/graphql') return 404;
  return isOriginAllowed(request.headers.origin, request.headers.host, allowedOrigins) ? null : 403;
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
};

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
