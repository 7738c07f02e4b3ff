import type { IncomingMessage, ServerResponse } from 'node:http';

import { sendNodeResponse } from '@whatwg-node/server';
import {
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  OperationTypeNode,
} from 'graphql';
import { type GraphQLParams, processRegularResult } from 'graphql-yoga';

import { answerJson, toldError } from '../../graphql/errors/answer-json.ts';
import type { ErrorMask } from '../../graphql/errors/mask-error.ts';
import { traceStep } from '../../steps.ts';
import type { Admission } from '../admission.ts';
import { settledAnswer } from '../answer.ts';
import { showsCredential } from '../callers/request-caller.ts';
import type { EventStreams } from './event-streams.ts';
import type { ContextOf } from './operation-context.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import { readPost } from '../request-body.ts';
import type { RequestRoom } from '../request-room.ts';
import type { Following, GraphQLServer } from './yoga.ts';

/**
 * The everyday request, JSON by POST, straight from Node to the pipeline. Yoga would make a
 * Request, a stream and an AbortSignal of each, which costs more than most operations. Whatever
 * else GraphQL over HTTP knows stays Yoga's.
 */
export interface EverydayRequests {
  /** Returns false, and has touched nothing, where a request is another. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** What can be answered with, in Yoga's order: of two that suit a client alike, the last is taken. */
const ANSWER_TYPES = ['application/graphql-response+json', 'application/json'];
/** The pipeline asks its request for its method only. */
const POST = new Request('http://localhost/graphql', { method: 'POST' });

export function createEverydayRequests(parts: {
  yoga: GraphQLServer;
  contextOf: ContextOf;
  streams: EventStreams;
  persisted: PersistedOperations;
  mask: ErrorMask;
  admission: Admission;
  room: RequestRoom;
  requestBytes: number;
}): EverydayRequests {
  const { yoga, contextOf, streams, persisted, mask, admission, room, requestBytes } = parts;

  function documentOf({ query, extensions }: GraphQLParams): string {
    return query || (persisted.named(extensions) ?? '');
  }

  /** Null where the results of a subscription were left in `following`. */
  async function run(
    incoming: IncomingMessage,
    onSlowReader: () => void,
    following: Following,
  ): Promise<ExecutionResult | null> {
    let ticket: number | null = null;
    const place = room.ofRequest(incoming);
    try {
      const params = await readPost(incoming, requestBytes, place);
      traceStep('read', () => params);
      // Once more: many may have begun to be read at once. Strangers have turns of their own.
      if (showsCredential(incoming.headers)) {
        const refusal = admission.refusal();
        if (refusal !== null) throw refusal;
        ticket = admission.begin();
      }
      const transport = { incoming, onSlowReader, following, request: POST, params };
      const pipeline = yoga.getEnveloped(transport);
      const document = pipeline.parse(documentOf(params));
      const faults = pipeline.validate(pipeline.schema, document);
      if (faults.length > 0) return { errors: faults };
      const { operationName, variables } = params;
      const contextValue = await contextOf(transport);
      traceStep('known', () => params);
      const args = {
        schema: pipeline.schema,
        document,
        operationName,
        variableValues: variables,
        contextValue,
      };
      const isSubscription =
        getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
      if (!isSubscription) return await pipeline.execute(args);
      const result: ExecutionResult = await pipeline.subscribe(args);
      return following.turns === null ? result : null;
    } catch (error) {
      return { errors: [mask(error)] };
    } finally {
      if (ticket !== null) admission.end(ticket);
      place.leave();
    }
  }

  return {
    async answer(request, response) {
      if (request.method !== 'POST') return false;
      const type = answerTypeFor(request.headers.accept);
      if (type === null) return false;
      const refusal = admission.refusal();
      if (refusal !== null) {
        refuse(response, type, refusal);
        return true;
      }
      const following: Following = { turns: null, caller: null };
      // It may be stuck where nothing reaches it: it comes back with the last id that it got.
      const result = await run(request, () => response.destroy(), following);
      const { turns, caller } = following;
      if (turns !== null) {
        await streams.send(response, { turns, caller });
        return true;
      }
      if (result?.errors !== undefined || result?.extensions !== undefined) {
        // Which status an error has, and what it says, is Yoga's to know.
        const told = processRegularResult(settledAnswer(result), yoga.fetchAPI, type);
        await sendNodeResponse(told, response, request, false);
        return true;
      }
      // As text: Node then writes head and body in one piece.
      const body = answerJson(result ?? {});
      response.writeHead(200, {
        'content-type': `${type}; charset=utf-8`,
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
      return true;
    },
  };
}

/** Before the body is read: Node throws away what comes of it. */
function refuse(response: ServerResponse, type: string, refusal: GraphQLError): void {
  const { message, extensions } = toldError(refusal);
  const { retryAfter } = refusal.extensions;
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  response.writeHead(503, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'retry-after': String(retryAfter),
  });
  response.end(body);
}

/** The one of {@link ANSWER_TYPES} that a client likes best; null where Yoga is to find out. */
export function answerTypeFor(accept = '*/*'): string | null {
  for (const asked of accept.replaceAll(/\s/g, '').toLowerCase().split(',')) {
    const [mediaType = '', ...parameters] = asked.split(';');
    if (parameters.some((each) => each.startsWith('charset=') && each !== 'charset=utf-8')) {
      continue;
    }
    const suitable = ANSWER_TYPES.findLast((type) => suits(mediaType, type));
    if (suitable !== undefined) return suitable;
  }
  return null;
}

function suits(asked: string, type: string): boolean {
  return asked === type || asked === '*/*' || asked === 'application/*';
}
