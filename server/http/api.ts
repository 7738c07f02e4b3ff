import type { IncomingMessage, ServerResponse } from 'node:http';

import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';

import { endedCredentials } from '../access/ended-credentials.ts';
import type { SignInCode } from '../access/sign-in-code.ts';
import { createErrorMask } from '../graphql/errors/mask-error.ts';
import type { Services } from '../graphql/schema/context.ts';
import { createAdmission } from './admission.ts';
import { createClientAddress } from './callers/client-address.ts';
import { createGuessLimit } from './callers/guess-limit.ts';
import { createSessionRoute } from './callers/session.ts';
import { createEventStreams } from './graphql/event-streams.ts';
import { createEverydayRequests } from './graphql/everyday-requests.ts';
import { createGraphiQL } from './graphql/graphiql.ts';
import { createContextOf } from './graphql/operation-context.ts';
import { readPersistedOperations } from './graphql/persisted-operations.ts';
import { answerGraphQL, createGraphQLServer } from './graphql/yoga.ts';
import { answerText } from './plain-answer.ts';
import { createRequestRoom } from './request-room.ts';
import { createCredentialWatch } from './sockets/credential-watch.ts';
import { createTurns } from './sockets/strangers-turns.ts';
import { createSocketServer } from './sockets/websocket.ts';
import { createWebApp } from './web-app.ts';

/** All that a process with an API serves beside health: GraphQL over HTTP and WebSocket, sessions, GraphiQL, the web app. */
export interface ServedApi {
  /** Answers true where the path was one of its own, and the request is answered. */
  serve(pathname: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Takes a request to become a WebSocket. */
  readonly upgrade: (...request: Parameters<SocketServer['upgrade']>) => void;
  /** Ends streams at once, and sockets with 4503; settles when the sockets are closed, after `graceMs` milliseconds at most. */
  closeStreams(graceMs: number): Promise<void>;
  /** Gives back what it holds, once nothing is served any more. */
  dispose(): Promise<void>;
}

type SocketServer = ReturnType<typeof createSocketServer>;

const GRAPHQL_METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** @throws StartupError where PERSISTED_OPERATIONS cannot be read. */
export function openApi(
  api: { schema: GraphQLSchema; services: Services; signInCode: SignInCode | null },
  logger: Logger,
): ServedApi {
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
  const everyday = createEverydayRequests({ ...parts, yoga, streams, admission, requestBytes });
  const sockets = createSocketServer({ ...parts, yoga, credentials, admission });
  const session = createSessionRoute({ ...parts, onEnded: (id) => credentials.ended(id) });
  const graphiql = createGraphiQL();
  const webApp = createWebApp();

  return {
    async serve(pathname, request, response) {
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
    },
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    async closeStreams(graceMs) {
      streams.close();
      await sockets.close(graceMs);
    },
    async dispose() {
      credentials.close();
      await yoga.dispose();
    },
  };
}
