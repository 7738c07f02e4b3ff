import type { IncomingMessage, ServerResponse } from 'node:http';

import { RequestCache } from '@pothos/plugin-scope-auth';
import { sendNodeResponse } from '@whatwg-node/server';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';

import type { Caller } from '../../access/caller.ts';
import type { GraphQLContext, Services } from '../../graphql/schema/context.ts';
import type { AnswerLimits } from '../../graphql/limits/answer-budget.ts';
import { badUserInput, operationTimedOut } from '../../graphql/errors/errors.ts';
import {
  type DocumentLimits,
  exceeded,
  parseWithin,
} from '../../graphql/limits/document-limits.ts';
import type { ErrorMask } from '../../graphql/errors/mask-error.ts';
import { type AnswerTurns, subscribeInTurns } from '../../graphql/delivery/subscription-turns.ts';
import { settledAnswer } from '../answer.ts';
import type { Place } from '../body-room.ts';
import type { EventStreams } from './event-streams.ts';
import { exactNumbersForJsonOnly } from './exact-variables.ts';
import { hiddenSchema } from './hidden-schema.ts';
import type { ContextOf } from './operation-context.ts';
import { type PersistedOperations, persistedOperations } from './persisted-operations.ts';
import { strictRequestParser } from '../request-body.ts';
import type { RequestRoom } from '../request-room.ts';

/**
 * A subscription that was opened for a request or a socket: left here by the pipeline for whoever
 * sends its answers.
 */
export interface Following {
  turns: AnswerTurns | null;
  caller: Caller | null;
}

/** What an operation brings besides its request: over WebSocket the caller is known already. */
export interface Transport {
  incoming?: IncomingMessage | undefined;
  socketCaller?: Caller | null | undefined;
  onSlowReader?: (() => void) | null | undefined;
  /** Where a subscription leaves its results. */
  following?: Following | undefined;
  /** The room that its body has, to be left once it has been answered. */
  place?: Place | undefined;
}

export type GraphQLServer = YogaServerInstance<Transport, GraphQLContext>;

export interface GraphQLServerOptions {
  schema: GraphQLSchema;
  services: Services;
  mask: ErrorMask;
  persisted: PersistedOperations;
  contextOf: ContextOf;
  room: RequestRoom;
}

/**
 * The GraphQL pipeline: parse, limits, validation, context, execution, masking. Everyday requests
 * (everyday-requests.ts) and WebSocket operations go through its `getEnveloped`, all other requests
 * through its `handle`: the same for all.
 */
export function createGraphQLServer({
  schema,
  services,
  mask,
  persisted,
  contextOf,
  room,
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
    // Ours (validatedOnce) does not write down the names of all rules at each request to find a document.
    parserAndValidationCache: { validationCache: false },
    // Bounded where it is read (request-body.ts).
    maxRequestBodySize: false,
    // Faults are logged by the mask, once and without payloads.
    logging: false,
    maskedErrors: { maskError: mask },
    context: contextOf,
    plugins: [
      strictRequestParser(limits, room),
      persistedOperations(persisted, operations),
      exactNumbersForJsonOnly(),
      documentLimits(limits.graphql),
      validatedOnce(limits.graphql),
      answerLimits(limits.answer),
      forgottenScopes(),
      settledAnswers(),
      ...(operations.introspection ? [] : [hiddenSchema()]),
      streamsOnlyWhereAsked(),
      subscriptionsInTurns(mask),
    ],
  });
}

/**
 * Answers one request, a subscription too, which takes as long as somebody reads. What fails
 * outside of the pipeline is thrown: Yoga itself would answer it with its stack.
 */
export async function answerGraphQL(
  yoga: GraphQLServer,
  streams: EventStreams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const following: Following = { turns: null, caller: null };
  const transport: Transport = {
    incoming: request,
    // It may be stuck where nothing reaches it: it comes back with the last id that it got.
    onSlowReader: () => response.destroy(),
    following,
  };
  let answer: Response;
  try {
    answer = await yoga.handleNodeRequestAndResponse(request, response, transport);
  } finally {
    transport.place?.leave();
  }
  const { turns, caller } = following;
  if (turns !== null && answer.body === null) await streams.send(response, { turns, caller });
  else {
    turns?.end();
    await sendNodeResponse(answer, response, request, false);
  }
}

function documentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseWithin(limits, source, options));
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

/**
 * Looks at a document's size, then validates it: both once, for Yoga keeps documents that come
 * again, and the schema and the rules stay the same.
 */
function validatedOnce(limits: DocumentLimits): Plugin {
  const judged = new WeakMap<DocumentNode, readonly Error[]>();
  return {
    onValidate({ params: { schema, documentAST }, setResult }) {
      const known = judged.get(documentAST);
      if (known !== undefined) {
        setResult([...known]);
        return undefined;
      }
      const error = exceeded(limits, schema, documentAST);
      if (error !== null) setResult([error]);
      return ({ result }) => {
        judged.set(documentAST, result);
      };
    },
  };
}

/**
 * Forgets what was found out of a caller's rights with each operation. They are kept in a WeakMap by
 * the operation's context, and V8 takes a WeakMap's values for reachable until a full collection:
 * with them, all of a request would wait for it.
 */
function forgottenScopes(): Plugin<GraphQLContext> {
  return {
    onExecute: ({ args: { contextValue } }) => ({
      onExecuteDone: () => RequestCache.clearForContext(contextValue),
    }),
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

function settledAnswers(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      setResult(settledAnswer(result));
    },
  };
}

/** Leaves the results of a subscription to the sender, a turn at a time. */
function subscriptionsInTurns(mask: ErrorMask): Plugin<GraphQLContext & Transport, Transport> {
  return {
    onSubscribe({ args: { contextValue }, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const turns = await subscribeInTurns({ ...args, contextValue }, mask);
        if (!('next' in turns)) return turns;
        const { following }: Transport = contextValue;
        if (following === undefined) throw new Error('nobody sends what a subscription answers');
        following.turns = turns;
        following.caller = contextValue.caller;
        return nothing();
      });
    },
    onResultProcess({ result, setResultProcessor, serverContext }) {
      if (serverContext.following?.turns == null || !(Symbol.asyncIterator in result)) return;
      setResultProcessor((_result, { Response }) => new Response(null), 'text/event-stream');
    },
  };
}

async function* nothing(): AsyncGenerator<ExecutionResult> {}

/** A client that can't read a stream would wait for an answer that has no end. */
function streamsOnlyWhereAsked(): Plugin<GraphQLContext & Transport> {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { socketCaller, incoming }: Transport = args.contextValue;
      const accepts = incoming?.headers.accept?.toLowerCase() ?? '';
      if (socketCaller !== undefined || accepts.includes('text/event-stream')) return;
      setResultAndStopExecution({
        errors: [
          badUserInput(
            'Subscriptions go over WebSocket (ws(s)://…/graphql, protocol graphql-transport-ws), or over HTTP with the header "accept: text/event-stream".',
          ),
        ],
      });
    },
  };
}
