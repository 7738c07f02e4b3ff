import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';

import { mayHoldExactNumbers, type ParsedJson, parseJson } from '../../domain/json/json-request.ts';
import { restoreRawJson } from '../../domain/json/raw-json.ts';
import type { Services } from '../../graphql/schema/context.ts';
import type { ErrorMask } from '../../graphql/errors/mask-error.ts';
import { bearerKey } from '../callers/bearer-key.ts';
import type { ClientAddress } from '../callers/client-address.ts';
import type { Admission } from '../admission.ts';
import type { Place } from '../body-room.ts';
import { closeReason } from './close-reason.ts';
import type { CredentialWatch } from './credential-watch.ts';
import { noteExactVariables } from '../graphql/exact-variables.ts';
import type { GuessLimit } from '../callers/guess-limit.ts';
import { isOriginAllowed } from '../origin.ts';
import type { ContextOf } from '../graphql/operation-context.ts';
import type { PersistedOperations } from '../graphql/persisted-operations.ts';
import type { RequestRoom } from '../request-room.ts';
import { readTarget, settleTarget } from '../request-target.ts';
import { sessionToken } from '../callers/session-cookie.ts';
import { createSocketBacklog } from './socket-backlog.ts';
import {
  COME_BACK,
  createSocketOperations,
  KEY_REVOKED,
  SIGNED_OUT,
  KEY_MISSING,
  type SocketState,
  TOO_SLOW,
} from './socket-operations.ts';
import { textFrame, utf8Bytes } from './text-frames.ts';
import { createUnprovenSockets } from './unproven-sockets.ts';
import type { GraphQLServer } from '../graphql/yoga.ts';

/** GraphQL over WebSocket at /graphql. */
export interface SocketServer {
  /** Takes an upgrade request over, or refuses it with an HTTP status. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with 4503; those that do not answer within `graceMs` are cut. */
  close(graceMs: number): Promise<void>;
}

export interface SocketServerOptions {
  yoga: GraphQLServer;
  contextOf: ContextOf;
  schema: GraphQLSchema;
  services: Services;
  mask: ErrorMask;
  persisted: PersistedOperations;
  /** Closes sockets with 4403 once their key is revoked, or their session over. */
  credentials: Pick<CredentialWatch, 'watch'>;
  addressOf: ClientAddress;
  guesses: GuessLimit;
  takeTurn: () => Promise<void>;
  admission: Admission;
  room: RequestRoom;
  logger: Logger;
}

/** A socket that shows no good key has this long. */
const KEYLESS_MS = 10_000;
/** And one that is being closed this long to take its close frame. */
const CLOSING_MS = 2_000;
/** Messages of the greatest size that may be under way at once. */
const UNANSWERED_MESSAGES = 2;

const NO_ROOM = 'Too much at once; come back';

/** A peer that answers no ping before the next is due is gone. */
const PING_MS = 12_000;

export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { services, credentials, addressOf, room, logger } = options;
  const { limits, allowedOrigins } = services.configuration;
  const unproven = createUnprovenSockets(limits.keylessSockets);
  const operations = createSocketOperations(options);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // One message of a socket at a time: what came in one piece must not keep all others waiting.
    allowSynchronousEvents: false,
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

  /**
   * @param connection that which carries the socket.
   * @param prove is called once a caller stands behind it.
   */
  function open(
    socket: WebSocket,
    {
      request,
      connection,
      prove,
    }: { request: IncomingMessage; connection: Duplex; prove: () => void },
  ): void {
    // ws closes the socket itself (1009, 1007 …); without a listener the fault would end the process.
    socket.on('error', () => undefined);
    const backlog = createSocketBacklog(socket, UNANSWERED_MESSAGES * limits.messageBytes);
    const keyless = setTimeout(() => close(CloseCode.Forbidden, KEY_MISSING), KEYLESS_MS);
    let isProven = false;
    let tenantId: string | null = null;
    /** Messages behind one that waits for room. */
    let line: Promise<void> | null = null;
    // A reader that takes nothing would take the close frame neither.
    function close(code: number, reason: string): void {
      socket.close(code, closeReason(reason));
      setTimeout(() => socket.terminate(), CLOSING_MS).unref();
    }
    // Settles when the system has taken the bytes: a slow reader holds its subscriptions back.
    // ws keeps no frame back here, nothing being compressed: what is written beside it is in order.
    function send(frames: string): Promise<void> {
      return new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        if (!backlog.maySend()) {
          close(COME_BACK, TOO_SLOW);
          return resolve();
        }
        connection.write(frames, 'latin1', () => resolve());
      });
    }
    function take(data: Buffer, handle: (text: string) => Promise<void>, done: () => void): void {
      const text = String(data);
      const message = { done, exactVariables: exactVariablesIn(text) };
      // An operation knows its message by being begun while it is handled.
      state.arriving = message;
      const handled = handle(text);
      state.arriving = null;
      handled
        .catch((error: unknown) => {
          logger.error({ err: error }, 'websocket.message_failed');
          close(CloseCode.InternalServerError, 'Internal server error');
        })
        .finally(done);
    }
    const watches = new Map<string, () => void>();
    const state: SocketState = {
      request,
      key: bearerKey(request.headers.authorization),
      sessionToken: sessionToken(request.headers.cookie),
      subscriptions: new Set(),
      keylessOperations: 0,
      arriving: null,
      get isProven() {
        return isProven;
      },
      close,
      send,
      watch({ apiKeyId, sessionId, tenantId: own }) {
        isProven = true;
        tenantId = own;
        clearTimeout(keyless);
        prove();
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
        send: (data) => send(textFrame(utf8Bytes(restoreRawJson(data)))),
        close,
        onMessage: (handle) =>
          socket.on('message', (data: Buffer) => {
            const counted = backlog.take(data.length);
            const entered = room.forMessage(request, tenantId, data.length);
            const arrive = (place: Place | null) => {
              if (place === null) close(COME_BACK, NO_ROOM);
              const done = () => {
                counted.done();
                place?.leave();
              };
              // What comes while it is being closed is not looked at.
              if (socket.readyState === socket.OPEN) take(data, handle, done);
              else done();
            };
            if (line === null && !(entered instanceof Promise)) {
              arrive(entered);
              return;
            }
            const turn = (line ?? Promise.resolve()).then(async () => arrive(await entered));
            line = turn;
            void turn.then(() => {
              if (line === turn) line = null;
            });
          }),
      },
      state,
    );
    socket.once('close', (code, reason) => {
      clearTimeout(keyless);
      prove();
      for (const unwatch of watches.values()) unwatch();
      closed(code, String(reason)).catch((error: unknown) => {
        logger.error({ err: error }, 'websocket.cleanup_failed');
      });
    });
  }

  return {
    upgrade(request, socket, head) {
      const status = refusal(request, allowedOrigins, closing);
      if (status !== null) return refuse(socket, status);
      const place = unproven.enter(addressOf(request));
      if ('full' in place) return refuse(socket, place.full === 'address' ? 429 : 503);
      // Also where the handshake fails.
      socket.once('close', place.leave);
      server.handleUpgrade(request, socket, head, (client) =>
        open(client, { request, connection: socket, prove: place.leave }),
      );
    },

    async close(graceMs) {
      closing = true;
      clearInterval(pings);
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

/**
 * graphql-ws reads messages with JSON.parse, which changes numbers that a double does not carry:
 * the variables as they were written, where it would.
 */
function exactVariablesIn(text: string): Record<string, unknown> | null {
  if (!mayHoldExactNumbers(text)) return null;
  let message: ParsedJson;
  try {
    message = parseJson(text);
  } catch {
    return null; // graphql-ws answers it with 4400.
  }
  const { value, hasExactNumbers } = message;
  if (!hasExactNumbers || !isRecord(value) || !isRecord(value['payload'])) return null;
  const { variables } = value['payload'];
  if (!isRecord(variables)) return null;
  noteExactVariables(variables);
  return variables;
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
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
