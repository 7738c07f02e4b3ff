import type { IncomingMessage } from 'node:http';

import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

import { isJsonObject } from '../domain/json/json-object.ts';
import { type ParsedJson, parseJson } from '../domain/json/json-request.ts';
import type { Place } from './body-room.ts';
import { readBodyText, UnreadBody } from './body-text.ts';
import { noteExactVariables } from './graphql/exact-variables.ts';
import type { BodyPlace, RequestRoom } from './request-room.ts';

/**
 * Has Yoga read GraphQL requests (GraphQL over HTTP: JSON by POST, parameters by GET) so that
 * numbers are kept as they were written. Other bodies are refused with 415: they would come in
 * past that.
 */
export function strictRequestParser(
  { requestBytes }: { requestBytes: number },
  room: RequestRoom,
): Plugin<object, { incoming?: IncomingMessage | undefined; place?: Place | undefined }> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      const { incoming } = serverContext;
      if (request.method === 'GET') setRequestParser(parseGet);
      else if (request.method === 'POST' && incoming !== undefined) {
        setRequestParser(() => {
          const place = room.ofRequest(incoming);
          serverContext.place = place;
          return readPost(incoming, requestBytes, place);
        });
      }
    },
  };
}

/**
 * What a POST asks for.
 * @param maxBytes that its body may have.
 * @throws BAD_USER_INPUT with an HTTP status where it is no request that can be read; what its place rejects with.
 */
export async function readPost(
  request: IncomingMessage,
  maxBytes: number,
  place: BodyPlace,
): Promise<GraphQLParams> {
  if (!isJson(request)) {
    throw requestFault('The body is JSON: send it with content-type: application/json.', 415);
  }
  const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw requestFault(
      `The body came with content-encoding: ${coding.slice(0, 40)}, which is not taken: send it as it is.`,
      415,
    );
  }
  const text = await readText(request, maxBytes, place);
  let parsed: ParsedJson;
  try {
    parsed = parseJson(text);
  } catch {
    throw requestFault('The body is no JSON.', 400);
  }
  const body = parsed.value;
  if (Array.isArray(body))
    throw requestFault('One operation a request: batches are not taken.', 400);
  if (!isJsonObject(body)) throw requestFault('The body is a JSON object with "query".', 400);
  return paramsOf(body, parsed.hasExactNumbers);
}

function isJson({ headers }: IncomingMessage): boolean {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  return ['application/json', 'application/graphql+json'].includes(mediaType.trim().toLowerCase());
}

/** A client that goes away in the middle of its body is no fault of ours, nor of the database. */
async function readText(
  request: IncomingMessage,
  maxBytes: number,
  place: BodyPlace,
): Promise<string> {
  try {
    return await readBodyText(request, maxBytes, place.enter);
  } catch (error) {
    if (!(error instanceof UnreadBody)) throw error;
    throw error.reason === 'TOO_LARGE'
      ? requestFault(`The body has ${maxBytes} bytes at most.`, 413)
      : requestFault('The body did not come whole.', 400);
  }
}

function parseGet(request: Request): GraphQLParams {
  const { searchParams } = new URL(request.url, 'http://localhost');
  let isExact = false;
  const json = (name: string): unknown => {
    const text = searchParams.get(name);
    if (text === null || text === '') return undefined;
    try {
      const { value, hasExactNumbers } = parseJson(text);
      isExact ||= hasExactNumbers;
      return value;
    } catch {
      throw requestFault(`The parameter ${name} is no JSON.`, 400);
    }
  };
  const given = {
    query: searchParams.get('query') ?? undefined,
    operationName: searchParams.get('operationName') ?? undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return paramsOf(given, isExact);
}

/** GraphQL over HTTP, section 5.1: the parameters and their types. */
function paramsOf(
  { query, operationName, variables, extensions }: Record<string, unknown>,
  hasExactNumbers: boolean,
) {
  const params: GraphQLParams = {};
  if (typeof query === 'string') params.query = query;
  else if (!isAbsent(query) || !isNamed(extensions)) {
    throw requestFault('A request has a "query" of type string.', 400);
  }
  // "" is what some clients send where there is none.
  if (typeof operationName === 'string' && operationName !== '') {
    params.operationName = operationName;
  } else if (!isAbsent(operationName) && operationName !== '') {
    throw requestFault('"operationName" is a string.', 400);
  }
  if (isJsonObject(variables)) {
    params.variables = variables;
    if (hasExactNumbers) noteExactVariables(variables);
  } else if (!isAbsent(variables)) throw requestFault('"variables" is an object.', 400);
  if (isJsonObject(extensions)) params.extensions = extensions;
  else if (!isAbsent(extensions)) throw requestFault('"extensions" is an object.', 400);
  return params;
}

/** By the hash of a document that the server may know. */
function isNamed(extensions: unknown): boolean {
  const named = isJsonObject(extensions) ? extensions['persistedQuery'] : undefined;
  return isJsonObject(named) && typeof named['sha256Hash'] === 'string';
}

const isAbsent = (value: unknown) => value === undefined || value === null;

/** Told with this status whatever the client accepts, but for 400s (GraphQL over HTTP, section 6.4.1). */
function requestFault(message: string, status: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status } } });
}
