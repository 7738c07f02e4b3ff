import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';

/**
 * Top-level errors: who the caller is, limits and faults (contract.graphql, "Rules that hold
 * everywhere"). What a caller can mend in a mutation's input is answered in `userErrors` instead.
 */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'CURSOR_EXPIRED'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  | 'QUERY_TOO_COMPLEX'
  | 'TIMEOUT'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'INTERNAL_SERVER_ERROR';

function coded(code: ErrorCode, message: string, extensions?: GraphQLErrorExtensions) {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

/** No key or session, or one that is unknown, ended or revoked. */
export const unauthenticated = () =>
  coded(
    'UNAUTHENTICATED',
    'A good API key is needed, as the header "Authorization: Bearer KEY", or a session of the web app: there was none, or it is unknown, ended or revoked.',
  );

/** The key is good, but its role does not allow this. */
export const forbidden = (role: string) =>
  coded('FORBIDDEN', `The role of this API key, ${role}, does not allow this.`);

/** A session's cookie came without what shows that a page of ours sent it. */
export const csrfHeaderMissing = (header: string) =>
  coded(
    'FORBIDDEN',
    `With the cookie of a session, a request needs the header "${header}", of any value: it shows that a page of this server sent it.`,
    { http: { status: 403 } },
  );

/** A session's cookie came from the page of another server. */
export const foreignOrigin = () =>
  coded(
    'FORBIDDEN',
    'Pages of this origin may not use a session: it is neither the address of this server nor in ALLOWED_ORIGINS.',
    { http: { status: 403 } },
  );

/** The server takes only operations that it knows beforehand, and this is none. */
export const notPersisted = () =>
  coded(
    'FORBIDDEN',
    'This server takes only operations that it knows (PERSISTED_OPERATIONS_ONLY), and this is none of them: add it to the file of PERSISTED_OPERATIONS.',
  );

/** No known operation has the hash that a request gave for its document. Clients know the message. */
export const persistedQueryNotFound = () =>
  coded('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', { http: { status: 200 } });

/** The document holds several operations, or none, and which to run is not said. */
export const operationUnclear = () =>
  coded(
    'GRAPHQL_VALIDATION_FAILED',
    'Which operation to run is not clear: a request’s document has one, or operationName names one of them.',
    { http: { status: 400 } },
  );

/** A value that does not fit; `path` names the argument at fault, e.g. `["filter", "webhookIds", 0]`. */
export const badUserInput = (message: string, path?: readonly (string | number)[]) =>
  coded('BAD_USER_INPUT', message, path === undefined ? undefined : { argument: path });

/** A feed cursor older than what the log of changes still holds (24 hours). */
export const cursorExpired = () =>
  coded(
    'CURSOR_EXPIRED',
    'This cursor is older than 24 hours: read the list again and subscribe with its feedCursor.',
  );

/** @param retryAfter seconds to wait, at least 1. */
export const rateLimited = (message: string, retryAfter: number) =>
  coded('RATE_LIMITED', message, { retryAfter: Math.max(1, Math.ceil(retryAfter)) });

/** A whole request that came too soon. @param retryAfter whole seconds to wait. */
export const requestRefused = (message: string, retryAfter: number) =>
  coded('RATE_LIMITED', message, {
    retryAfter,
    http: { status: 429, headers: { 'retry-after': String(retryAfter) } },
  });

/** More is asked for than can be done. @param retryAfter whole seconds to wait. */
export const overloaded = (retryAfter: number) =>
  unavailable('The service has more to do than it can just now; try again later.', retryAfter);

/** The database or the queue cannot be reached. @param retryAfter seconds to wait. */
export const serviceUnavailable = (retryAfter = 2) =>
  unavailable('The service cannot reach its database just now; try again.', retryAfter);

function unavailable(message: string, retryAfter: number) {
  return coded('SERVICE_UNAVAILABLE', message, {
    retryAfter,
    http: { status: 503, headers: { 'retry-after': String(retryAfter) } },
  });
}

/** The document asks for more than one operation may (depth, aliases, tokens, cost). */
export const queryTooComplex = (message: string) => coded('QUERY_TOO_COMPLEX', message);

/** An answer that grew beyond its limit while it was made. */
export const answerTooLarge = (bytes: number) =>
  coded(
    'QUERY_TOO_COMPLEX',
    `The answer is larger than ${bytes} bytes (MAX_ANSWER_BYTES): ask for smaller pages or fewer fields.`,
  );

/** Whether it asks for more than one answer may cost. */
export const isTooComplex = ({ extensions }: GraphQLError) =>
  extensions['code'] === 'QUERY_TOO_COMPLEX';

/** An operation that took longer than it may. */
export const operationTimedOut = (seconds: number) =>
  coded(
    'TIMEOUT',
    `The operation took longer than ${seconds} s (OPERATION_TIMEOUT): ask for smaller pages or fewer fields.`,
  );

/** What a caller sees of a fault that is not theirs; the fault itself goes to the log only. */
export const internalServerError = () =>
  coded('INTERNAL_SERVER_ERROR', 'Something went wrong on the server.', { http: { status: 500 } });
