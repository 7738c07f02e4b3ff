import type { IncomingMessage, ServerResponse } from 'node:http';

import { sendNodeResponse } from '@whatwg-node/server';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';

import type { Caller } from '../access/caller.ts';
import { restoreRawJson } from '../domain/raw-json.ts';
import type { GraphQLContext, Services } from '../graphql/context.ts';
import { type AnswerLimits, createAnswerBudget } from '../graphql/answer-budget.ts';
import { badUserInput, operationTimedOut, operationUnclear } from '../graphql/errors.ts';
import { type DocumentLimits, exceeded, parseWithin } from '../graphql/limits.ts';
import type { ErrorMask } from '../graphql/mask-error.ts';
import { isTooLong, shortened } from '../graphql/message-length.ts';
import { type AnswerTurns, subscribeInTurns } from '../graphql/subscription-turns.ts';
import type { GuessLimit } from './guess-limit.ts';
import { exactNumbersForJsonOnly } from './exact-variables.ts';
import { hiddenSchema } from './hidden-schema.ts';
import { type PersistedOperations, persistedOperations } from './persisted-operations.ts';
import { strictRequestParser } from './request-body.ts';
import { callerOfRequest } from './request-caller.ts';

/** What an operation brings besides its request: over WebSocket the caller is known already. */
export interface Transport {
  incoming?: IncomingMessage;
  socketCaller?: Caller | null;
  onSlowReader?: () => void;
}

export type GraphQLServer = YogaServerInstance<Transport, GraphQLContext>;

export interface GraphQLServerOptions {
  schema: GraphQLSchema;
  services: Services;
  mask: ErrorMask;
  persisted: PersistedOperations;
  guesses: GuessLimit;
  /** See strangers-turns.ts. */
  takeTurn: () => Promise<void>;
}

/**
 * The GraphQL pipeline: parse, limits, validation, context, execution, masking. HTTP requests go
 * through its `handle`, WebSocket operations through its `getEnveloped`: the same for both.
 */
export function createGraphQLServer({
  schema,
  services,
  mask,
  persisted,
  guesses,
  takeTurn,
}: GraphQLServerOptions): GraphQLServer {
  const { limits, operations } = services.configuration;
  return createYoga<Transport, GraphQLContext>({
    schema,
    graphqlEndpoint: '/graphql',
    // Ours (graphiql.ts), which works with no internet.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: limits.requestBytes,
    // Faults are logged by the mask, once and without payloads.
    logging: false,
    maskedErrors: { maskError: mask },
    context: async ({ request, incoming, socketCaller, onSlowReader }) => {
      let caller = socketCaller ?? null;
      if (incoming !== undefined) {
        caller = await callerOfRequest(services, { incoming, headers: request.headers }, guesses);
        // An operation over a socket has had its turn before it was parsed.
        if (caller === null) await takeTurn();
      }
      return {
        services,
        budget: createAnswerBudget(limits.answer),
        nextBudget: () => createAnswerBudget(limits.answer),
        onSlowReader: onSlowReader ?? null,
        caller,
      };
    },
    plugins: [
      strictRequestParser(),
      persistedOperations(persisted, operations),
      exactNumbersForJsonOnly(),
      documentLimits(limits.graphql),
      answerLimits(limits.answer),
      clearOperations(),
      shortMessages(),
      rawJson(),
      ...(operations.introspection ? [] : [hiddenSchema()]),
      subscriptionsOverWebSocketOnly(),
      subscriptionsInTurns(mask),
    ],
  });
}

/**
 * Answers one request. What fails outside of the pipeline is thrown: Yoga itself would answer it
 * with its stack.
 */
export async function answerGraphQL(
  yoga: GraphQLServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await yoga.handleNodeRequestAndResponse(request, response, {
    incoming: request,
  });
  await sendNodeResponse(answer, response, request, false);
}

function documentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseWithin(limits, source, options));
    },
    onValidate({ params, setResult }) {
      const error = exceeded(limits, params.schema, params.documentAST);
      if (error !== null) setResult([error]);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const error = exceeded(limits, args.schema, args.document, operationOf(args));
      if (error !== null) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const error = exceeded(limits, args.schema, args.document, operationOf(args));
      if (error !== null) setResultAndStopExecution({ errors: [error] });
    },
  };
}

/** An answer that outgrows its budget is none: one error takes the place of half an answer. */
function answerLimits({ operationSeconds }: AnswerLimits): Plugin<GraphQLContext> {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<ExecutionResult>((resolve) => {
          timer = setTimeout(
            () => resolve({ errors: [operationTimedOut(operationSeconds)] }),
            operationSeconds * 1_000,
          );
        });
        try {
          return await Promise.race([executeFn(args), late]);
        } finally {
          clearTimeout(timer);
        }
      });
      return {
        onExecuteDone({ args, setResult }) {
          const error = args.contextValue.budget?.error;
          if (error) setResult({ errors: [error] });
        },
      };
    },
  };
}

function operationOf(args: {
  operationName?: string | null | undefined;
  variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}) {
  return { name: args.operationName, variables: args.variableValues ?? {} };
}

/** Yoga has a code of its own for a document whose operation is not clear: the same on both transports. */
function clearOperations(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || !('errors' in result) || !result.errors?.some(isUnclear)) return;
      setResult({ ...result, errors: [operationUnclear()] });
    },
  };
}

const isUnclear = ({ extensions }: GraphQLError) =>
  extensions['code'] === 'OPERATION_RESOLUTION_FAILURE';

/** See message-length.ts; over WebSocket socket-operations.ts does the same. */
function shortMessages(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || !('errors' in result) || !result.errors?.some(isTooLong)) return;
      setResult({ ...result, errors: result.errors.map(shortened) });
    },
  };
}

/** See raw-json.ts; over WebSocket websocket.ts does the same. */
function rawJson(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || !('data' in result)) return;
      setResult({ ...result, stringify: (answer) => restoreRawJson(JSON.stringify(answer)) });
    },
  };
}

/** The turns of a subscription that was opened, by its operation's context. */
const opened = new WeakMap<object, AnswerTurns>();

/** The turns of a subscription that the pipeline has opened: what else it answers need not be read then. */
export function turnsOf(args: ExecutionArgs): AnswerTurns | undefined {
  return typeof args.contextValue === 'object' && args.contextValue !== null
    ? opened.get(args.contextValue)
    : undefined;
}

function subscriptionsInTurns(mask: ErrorMask): Plugin<GraphQLContext> {
  return {
    onSubscribe({ args: { contextValue }, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const turns = await subscribeInTurns({ ...args, contextValue }, mask);
        if (!('next' in turns)) return turns;
        opened.set(contextValue, turns);
        return answersOf(turns);
      });
    },
  };
}

async function* answersOf(turns: AnswerTurns): AsyncGenerator<ExecutionResult> {
  try {
    for (let turn = await turns.next(); turn !== null; turn = await turns.next()) {
      for (const { result } of turn) yield result;
    }
  } finally {
    turns.end();
  }
}

/** Server-sent events would need all that sockets have (revocation, bounds) a second time. */
function subscriptionsOverWebSocketOnly(): Plugin<GraphQLContext & Transport> {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { socketCaller }: Transport = args.contextValue;
      if (socketCaller !== undefined) return;
      setResultAndStopExecution({
        errors: [
          badUserInput(
            'Subscriptions go over WebSocket: ws(s)://…/graphql, protocol graphql-transport-ws.',
          ),
        ],
      });
    },
  };
}
