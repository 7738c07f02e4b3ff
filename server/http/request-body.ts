import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

import { type ParsedJson, parseJson } from '../domain/json-request.ts';
import { noteExactVariables } from './exact-variables.ts';

/**
 * Reads GraphQL requests (GraphQL over HTTP: JSON by POST, parameters by GET) so that numbers are
 * kept as they were written. Other bodies are refused with 415: they
 * would come in past that.
 */
export function strictRequestParser(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(parseGet);
      else if (request.method === 'POST') setRequestParser(isJson(request) ? parsePost : refuse);
    },
  };
}

function isJson(request: Request): boolean {
  const [mediaType = ''] = (request.headers.get('content-type') ?? '').split(';');
  return ['application/json', 'application/graphql+json'].includes(mediaType.trim().toLowerCase());
}

function refuse(): never {
  throw requestFault('The body is JSON: send it with content-type: application/json.', 415);
}

async function parsePost(request: Request): Promise<GraphQLParams> {
  const coding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw requestFault(
      `The body came with content-encoding: ${coding.slice(0, 40)}, which is not taken: send it as it is.`,
      415,
    );
  }
  const text = await readText(request);
  let parsed: ParsedJson;
  try {
    parsed = parseJson(text);
  } catch {
    throw requestFault('The body is no JSON.', 400);
  }
  const body = parsed.value;
  if (Array.isArray(body))
    throw requestFault('One operation a request: batches are not taken.', 400);
  if (!isObject(body)) throw requestFault('The body is a JSON object with "query".', 400);
  return paramsOf(body, parsed.hasExactNumbers);
}

/** A client that goes away in the middle of its body is no fault of ours, nor of the database. */
async function readText(request: Request): Promise<string> {
  try {
    return await request.text();
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
    throw requestFault('The body did not come whole.', 400);
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
  if (isObject(variables)) {
    params.variables = variables;
    if (hasExactNumbers) noteExactVariables(variables);
  } else if (!isAbsent(variables)) throw requestFault('"variables" is an object.', 400);
  if (isObject(extensions)) params.extensions = extensions;
  else if (!isAbsent(extensions)) throw requestFault('"extensions" is an object.', 400);
  return params;
}

/** By the hash of a document that the server may know. */
function isNamed(extensions: unknown): boolean {
  const named = isObject(extensions) ? extensions['persistedQuery'] : undefined;
  return isObject(named) && typeof named['sha256Hash'] === 'string';
}

const isAbsent = (value: unknown) => value === undefined || value === null;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Told with this status whatever the client accepts, but for 400s (GraphQL over HTTP, section 6.4.1). */
function requestFault(message: string, status: number): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status } } });
}
