import type { IncomingMessage } from 'node:http';

import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import {
  CloseCode,
  type Context,
  makeServer,
  type OperationResult,
  type Server,
  type SubscribePayload,
} from 'graphql-ws';

import type { Caller } from '../../access/caller.ts';
import type { Services } from '../../graphql/schema/context.ts';
import { toldError } from '../../graphql/errors/answer-json.ts';
import { operationUnclear, rateLimited, unauthenticated } from '../../graphql/errors/errors.ts';
import { type ErrorMask, isTooSlow } from '../../graphql/errors/mask-error.ts';
import type { Admission } from '../admission.ts';
import { bearerKey } from '../callers/bearer-key.ts';
import { type GuessLimit, guessRefused } from '../callers/guess-limit.ts';
import type { ContextOf } from '../graphql/operation-context.ts';
import type { PersistedOperations } from '../graphql/persisted-operations.ts';
import { relay } from './socket-relay.ts';
import type { Following, GraphQLServer, Transport } from '../graphql/yoga.ts';

/** What is known of one socket beside graphql-ws's own state. */
export interface SocketState {
  /** That which opened it. */
  readonly request: IncomingMessage;
  /** The key of its upgrade request, or of its connection_init; null where it came without one. */
  key: string | null;
  /** The session of its upgrade request's cookie; null where it came without one. */
  readonly sessionToken: string | null;
  /** Operations that are subscriptions under way. */
  readonly subscriptions: Set<string>;
  /** The message that is being handed to graphql-ws just now. */
  arriving: ArrivingMessage | null;
  /** Whether a caller stands behind it. */
  readonly isProven: boolean;
  /** Operations that it had while nobody did. */
  keylessOperations: number;
  /** Sees to it that the socket ends when this caller's key is revoked, or its session over. */
  watch(caller: Caller): void;
  close(code: number, reason: string): void;
  /** Sends frames (text-frames.ts); settles when the system has taken their bytes. */
  send(frames: string): Promise<void>;
}

/** A message that counts for its socket until it is done. */
export interface ArrivingMessage {
  done(): void;
  /** Its variables where they hold numbers that JSON.parse changes, as they were written. */
  exactVariables: Record<string, unknown> | null;
}

/** Why sockets are closed with 4403, "Forbidden". */
export const KEY_MISSING = 'No API key came';
export const KEY_REVOKED = 'API key revoked';
export const SIGNED_OUT = 'Signed out';

/** Too slow, or the server goes away: come back with `after` (contract.graphql). */
export const COME_BACK = 4503;

export const TOO_SLOW = 'Too slow; subscribe again with after';

/** Operations of any kind that one socket may have under way; fewer where nobody stands behind it. */
const MAX_OPERATIONS = 256;
const MAX_KEYLESS_OPERATIONS = 4;
/** And such a socket has so many in all: what it may ask for (the schema) is dear, and no secret. */
const MAX_KEYLESS_OPERATIONS_IN_ALL = 10;
const INIT_TIMEOUT_MS = 3_000;

export interface SocketOperationsOptions {
  yoga: GraphQLServer;
  contextOf: ContextOf;
  schema: GraphQLSchema;
  services: Services;
  mask: ErrorMask;
  persisted: PersistedOperations;
  guesses: GuessLimit;
  /** See strangers-turns.ts. */
  takeTurn: () => Promise<void>;
  admission: Admission;
}

/** An operation that is about to run. */
interface Prepared {
  pipeline: ReturnType<GraphQLServer['getEnveloped']>;
  following: Following;
  socket: SocketState;
  /** Whether a caller stands behind it. */
  isKnown: boolean;
  id: string;
}

type SocketContext = Context<Record<string, unknown> | undefined, SocketState>;

/** The graphql-transport-ws protocol over Yoga's pipeline: no operation runs outside of it. */
export function createSocketOperations(options: SocketOperationsOptions): Server<SocketState> {
  const { yoga, contextOf, schema, services, mask, persisted, guesses, takeTurn, admission } =
    options;
  const { subscriptionsPerSocket } = services.configuration.limits;
  /** graphql-ws hands the arguments back to `execute` and `subscribe`; each has a pipeline of its own. */
  const prepared = new WeakMap<ExecutionArgs, Prepared>();
  const preparedOf = (args: ExecutionArgs): Prepared => {
    const operation = prepared.get(args);
    if (operation === undefined) throw new Error('an operation came round its pipeline');
    return operation;
  };

  function callerOfKey(key: string | null): Promise<Caller | null> {
    return key === null ? Promise.resolve(null) : services.apiKeys.resolveCaller(key);
  }

  /** By its own credential, of which the key comes first. */
  function callerOfSocket({ key, sessionToken }: SocketState): Promise<Caller | null> {
    if (key !== null || sessionToken === null) return callerOfKey(key);
    return services.sessions.resolve(sessionToken);
  }

  async function prepare(
    { extra: socket, subscriptions }: SocketContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { arriving } = socket;
    const most = socket.isProven ? MAX_OPERATIONS : MAX_KEYLESS_OPERATIONS;
    if (Object.keys(subscriptions).length > most) {
      const which = socket.isProven ? 'A socket' : 'A socket without a key';
      return [rateLimited(`${which} has at most ${most} operations under way.`, 1)];
    }
    if (!socket.isProven && (socket.keylessOperations += 1) > MAX_KEYLESS_OPERATIONS_IN_ALL) {
      const bound = `A socket without a key has ${MAX_KEYLESS_OPERATIONS_IN_ALL} operations in all.`;
      socket.close(CloseCode.Forbidden, bound);
      return [rateLimited(bound, 10)];
    }
    const variables = arriving?.exactVariables ?? payload.variables ?? {};

    const brought = socket.key === null ? keyInExtensions(payload.extensions) : undefined;
    const caller = await (brought === undefined ? callerOfSocket(socket) : callerOfKey(brought));
    if (caller === null && brought === undefined && hasCredential(socket)) {
      socket.close(CloseCode.Forbidden, socket.key === null ? SIGNED_OUT : KEY_REVOKED);
      return [unauthenticated()];
    }
    if (caller !== null) socket.watch(caller);
    else if (brought !== undefined) {
      const wait = guesses.count(socket.request);
      if (wait > 0) return [guessRefused(wait)];
    }
    if (caller === null) await takeTurn();

    const following: Following = { turns: null, caller: null };
    const transport: Omit<Required<Transport>, 'incoming' | 'place'> = {
      socketCaller: caller,
      onSlowReader: () => socket.close(COME_BACK, TOO_SLOW),
      following,
    };
    const pipeline = yoga.getEnveloped({ ...transport, params: payload });
    const document: DocumentNode = pipeline.parse(
      payload.query || (persisted.named(payload.extensions) ?? ''),
    );
    const faults: readonly GraphQLError[] = pipeline.validate(schema, document);
    if (faults.length > 0) return faults;

    // "" is what some clients send where there is none.
    const operationName = payload.operationName || undefined;
    const operation = getOperationAST(document, operationName);
    if (!operation) return [operationUnclear()];
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
      if (socket.subscriptions.size >= subscriptionsPerSocket) {
        return [rateLimited(`A socket has at most ${subscriptionsPerSocket} subscriptions.`, 1)];
      }
      socket.subscriptions.add(id);
      // From here on it streams: what bounds it is how many there are.
      arriving?.done();
    } else if (caller !== null) {
      const refusal = admission.refusal();
      if (refusal !== null) return [refusal];
    }
    const args: ExecutionArgs = {
      schema,
      document,
      operationName,
      variableValues: variables,
      contextValue: await contextOf(transport),
    };
    prepared.set(args, { pipeline, following, socket, isKnown: caller !== null, id });
    return args;
  }

  return makeServer<Record<string, unknown> | undefined, SocketState>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,

    async onConnect({ connectionParams, extra: socket }) {
      const key = keyInParams(connectionParams);
      if (key !== undefined && key !== null) socket.key = key;
      if (key !== null && !hasCredential(socket)) return true;
      let caller: Caller | null;
      try {
        caller = key === null ? null : await callerOfSocket(socket);
      } catch (error) {
        // graphql-ws would close with 4500, after which clients never reconnect.
        mask(error);
        socket.close(COME_BACK, 'Service unavailable');
        return false;
      }
      if (caller !== null) {
        socket.watch(caller);
        return true;
      }
      const wait = guesses.count(socket.request);
      // Closed with 4403 like any bad key, but its reason says when to reconnect.
      if (wait > 0) socket.close(CloseCode.Forbidden, `RATE_LIMITED: retry after ${wait} s`);
      return false;
    },

    async onSubscribe(context, id, payload) {
      try {
        return await prepare(context, id, payload);
      } catch (error) {
        context.extra.subscriptions.delete(id);
        return [mask(error)];
      }
    },

    async execute(args): Promise<Awaited<OperationResult>> {
      const { pipeline, isKnown } = preparedOf(args);
      const ticket = isKnown ? admission.begin() : null;
      try {
        const result: Awaited<OperationResult> = await pipeline.execute(args);
        return result;
      } finally {
        if (ticket !== null) admission.end(ticket);
      }
    },
    async subscribe(args): Promise<Awaited<OperationResult>> {
      const { pipeline, following, socket, id } = preparedOf(args);
      const result: Awaited<OperationResult> = await pipeline.subscribe(args);
      const { turns } = following;
      return turns === null ? result : relay(turns, id, (frames) => socket.send(frames));
    },

    onError({ extra: socket }, id, _payload, errors) {
      socket.subscriptions.delete(id);
      if (errors.some(isTooSlow)) {
        socket.close(COME_BACK, TOO_SLOW);
      }
      return errors.map((error) =>
        toldError(error.originalError === undefined ? error : mask(error)),
      );
    },
    onNext(_context, _id, _payload, _args, { data, errors, extensions }) {
      if (errors === undefined) return undefined;
      return {
        data: data ?? null,
        errors: errors.map(toldError),
        ...(extensions && { extensions }),
      };
    },
    onComplete({ extra: socket }, id) {
      socket.subscriptions.delete(id);
    },
  });
}

/**
 * The key of a connection_init, by itself or among `headers`: undefined where none was given, null
 * where it cannot be one.
 */
function keyInParams(params: Record<string, unknown> | undefined): string | null | undefined {
  const { authorization, Authorization, apiKey, headers } = params ?? {};
  const header = authorization ?? Authorization;
  if (header !== undefined && header !== null && header !== '') return bearerKey(header);
  const among = keyInHeaders(headers);
  if (among !== undefined) return among;
  if (apiKey === undefined || apiKey === null || apiKey === '') return undefined;
  return typeof apiKey === 'string' ? apiKey : null;
}

/**
 * GraphiQL sends its Headers tab along with each operation, in `extensions.headers`: undefined
 * where no key is there, null where what is there cannot be one.
 */
function keyInExtensions(
  extensions: Record<string, unknown> | null | undefined,
): string | null | undefined {
  return keyInHeaders(extensions?.['headers']);
}

function keyInHeaders(headers: unknown): string | null | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization');
  return header === undefined ? undefined : bearerKey(header[1]);
}

function hasCredential({ key, sessionToken }: SocketState): boolean {
  return key !== null || sessionToken !== null;
}
