import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

import { isOutage, isPoolBusy } from '../../faults/database-faults.ts';
import { SlowReader } from '../../feed/reader.ts';
import { badUserInput, internalServerError, overloaded, serviceUnavailable } from './errors.ts';

/** How long it is logged only once that the database has too much to do. */
const QUIET_MS = 10_000;

export type ErrorMask = (error: unknown) => GraphQLError;

/**
 * Makes of any error what callers may see. Errors of ours pass; GraphQL's own get their code; a
 * database out of reach, or with too much to do, is SERVICE_UNAVAILABLE; everything else is INTERNAL_SERVER_ERROR and its
 * cause goes to the log, with neither variables nor payloads. `hidesSuggestions` cuts what GraphQL
 * would show the schema to somebody who misspells a name.
 */
export function createErrorMask(
  logger: Logger,
  { hidesSuggestions = false }: { hidesSuggestions?: boolean } = {},
): ErrorMask {
  let busyLoggedAt = -Infinity;

  return (error) => {
    const cause = causeOf(error);
    if (cause instanceof GraphQLError) {
      const code = cause.extensions['code'];
      if (typeof code === 'string') return recoded(error, cause);
      if (isOfRequest(cause, error)) {
        const message = withoutValue(error, cause);
        return placed(error, badUserInput(hidesSuggestions ? withoutSuggestion(message) : message));
      }
    } else if (cause instanceof SlowReader) {
      const { message, extensions } = serviceUnavailable(1);
      return new GraphQLError(message, { extensions, originalError: cause });
    } else if (isOutage(cause)) {
      // Of an outage there is a line already: postgres.lost.
      if (!isPoolBusy(cause)) return placed(error, serviceUnavailable());
      if (performance.now() - busyLoggedAt > QUIET_MS) {
        busyLoggedAt = performance.now();
        logger.error({ err: cause }, 'graphql.database_busy');
      }
      return placed(error, overloaded(2));
    }
    logger.error({ err: cause, path: pathOf(error) }, 'graphql.operation_failed');
    return placed(error, internalServerError());
  };
}

/** Whether a subscription ended because its reader fell behind the feed's buffer. */
export function isTooSlow(error: unknown): boolean {
  return causeOf(error) instanceof SlowReader;
}

/** What was thrown first, under the layers that added where. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) {
    cause = cause.originalError;
  }
  return cause;
}

/**
 * Errors of GraphQL itself without a code: those of a variable or an operation name know no
 * path, those of an argument know its node. One with a path alone is a result that does not fit
 * the schema, which is our fault.
 */
function isOfRequest(cause: GraphQLError, error: unknown): boolean {
  return cause.nodes !== undefined || pathOf(error) === undefined;
}

function pathOf(error: unknown): GraphQLError['path'] {
  return error instanceof GraphQLError ? error.path : undefined;
}

/** graphql quotes the value at fault, a payload as a whole; its place and what is wrong say enough. */
function withoutValue(error: unknown, cause: GraphQLError): string {
  const { message } = error instanceof GraphQLError ? error : cause;
  if (!message.endsWith(cause.message)) return message;
  const quote = message.slice(0, message.length - cause.message.length);
  const [, what, place = ''] =
    /^(Variable "\$\w+") got invalid value [^]*?( at "[^"]*")?; $/.exec(quote) ?? [];
  return what === undefined ? message : `${what} got an invalid value${place}; ${cause.message}`;
}

/** graphql's own names of what there is instead, at the end. */
const withoutSuggestion = (message: string) => message.replace(/ Did you mean [^?]*\?$/, '');

/** The masking error at the place of the masked one. */
function placed(at: unknown, mask: GraphQLError): GraphQLError {
  if (!(at instanceof GraphQLError)) return mask;
  return new GraphQLError(mask.message, {
    nodes: at.nodes ?? null,
    source: at.source ?? null,
    positions: at.positions ?? null,
    path: at.path ?? null,
    extensions: mask.extensions,
  });
}

/** An error with a code of ours as it is; one of the HTTP layer's own in the contract's terms. */
function recoded(error: unknown, cause: GraphQLError): GraphQLError {
  const { code, originalError: _internals, ...extensions } = cause.extensions;
  if (code === 'BAD_USER_INPUT') {
    const message = withoutValue(error, cause);
    return placed(error, new GraphQLError(message, { extensions: cause.extensions }));
  }
  if (code === 'BAD_REQUEST' || code === 'REQUEST_ENTITY_TOO_LARGE') {
    const told = { ...extensions, code: 'BAD_USER_INPUT' };
    return placed(error, new GraphQLError(cause.message, { extensions: told }));
  }
  return error instanceof GraphQLError ? error : cause;
}
