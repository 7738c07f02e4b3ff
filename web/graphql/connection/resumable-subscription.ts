import type { ExecutionResult, SubscriptionForwarder } from '@urql/core';
import type { Client, FormattedExecutionResult } from 'graphql-ws/client';

/** The server closed the socket for good, with this code. */
export class SocketClosed extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(`the connection was closed: ${reason === '' ? code : reason}`);
    this.name = 'SocketClosed';
    this.code = code;
  }
}

/**
 * Sends urql's subscriptions over the socket. After a reconnect graphql-ws sends the payload of a
 * subscription anew, and reads it anew: one of `deliveryUpdated` then has as `after` the newest
 * cursor that came, if its document selects `cursor`, so that it goes on where it was cut off.
 */
export function resumableSubscriptions(socket: Pick<Client, 'subscribe'>): SubscriptionForwarder {
  return ({ query = '', operationName, variables }) => ({
    subscribe(sink) {
      let newest: unknown = variables?.['after'];
      const resumed = {
        ...variables,
        /** Left out of the payload while it is undefined. */
        get after() {
          return newest;
        },
      };
      const unsubscribe = socket.subscribe(
        { query, operationName, variables: resumed },
        {
          next(result) {
            newest = cursorOf(result.data) ?? newest;
            sink.next(asResult(result));
          },
          error: (fault) => sink.error(asError(fault)),
          complete: () => sink.complete(),
        },
      );
      return { unsubscribe };
    },
  });
}

/** Without the fields that are undefined: urql asks which there are. */
function asResult({
  data,
  errors,
}: FormattedExecutionResult<Record<string, unknown>, unknown>): ExecutionResult {
  return {
    ...(data !== undefined && { data }),
    // Errors are still JSON; urql revives them.
    ...(errors !== undefined && { errors: errors.map((error) => ({ ...error })) }),
  };
}

function cursorOf(data: Record<string, unknown> | null | undefined): string | undefined {
  const update = data?.['deliveryUpdated'];
  if (typeof update !== 'object' || update === null || !('cursor' in update)) return undefined;
  return typeof update.cursor === 'string' ? update.cursor : undefined;
}

/** What graphql-ws ends a subscription with: an Error, a list of GraphQL errors, or a CloseEvent. */
function asError(fault: unknown): unknown {
  if (fault instanceof Error || Array.isArray(fault)) return fault;
  if (typeof fault === 'object' && fault !== null && 'code' in fault && 'reason' in fault) {
    return new SocketClosed(Number(fault.code), String(fault.reason));
  }
  return new Error('the connection failed');
}
