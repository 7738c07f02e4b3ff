import type { ExecutionResult, GraphQLError } from 'graphql';

import { restoreRawJson } from '../domain/json/raw-json.ts';
import { operationUnclear } from '../graphql/errors/errors.ts';
import { isTooLong, shortened } from '../graphql/limits/message-length.ts';

/** An answer that is ready to be written. */
export interface SettledAnswer extends ExecutionResult {
  /** See raw-json.ts. */
  stringify(answer: ExecutionResult): string;
}

/**
 * A result as it goes over HTTP: Yoga has a code of its own for a document whose operation is
 * not clear, and graphql no bound on a message (see message-length.ts). Over WebSocket
 * socket-operations.ts does the same.
 */
export function settledAnswer(result: ExecutionResult): SettledAnswer {
  if (result.errors === undefined) return { ...result, stringify };
  let { errors } = result;
  if (errors.some(isUnclear)) errors = [operationUnclear()];
  if (errors.some(isTooLong)) errors = errors.map(shortened);
  return { ...result, errors, stringify };
}

const stringify = (answer: ExecutionResult) => restoreRawJson(JSON.stringify(answer));

const isUnclear = ({ extensions }: GraphQLError) =>
  extensions['code'] === 'OPERATION_RESOLUTION_FAILURE';
