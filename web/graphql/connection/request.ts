import { makeOperation, mapExchange, type Exchange } from '@urql/core';

/** A server that hangs is an error, not waited for. */
const TIMEOUT_MS = 30_000;
const PAUSE_MS = 300;

export type Fetch = typeof fetch;

/** A fetch that fails with a TimeoutError where no answer has come by then. */
export function withTimeout(send: Fetch, timeoutMs: number = TIMEOUT_MS): Fetch {
  return (input, init) => {
    const signals = [AbortSignal.timeout(timeoutMs)];
    if (init?.signal) signals.push(init.signal);
    return send(input, { ...init, signal: AbortSignal.any(signals) });
  };
}

/**
 * Sends a query once more where no answer came, e.g. because a kept connection was just closed.
 * Never a mutation: the server may have done what it was asked.
 */
export function retryQueries(send: Fetch): Exchange {
  const sendTwice: Fetch = async (input, init) => {
    try {
      return await send(input, init);
    } catch (error) {
      if (init?.signal?.aborted || isTimeout(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      return send(input, init);
    }
  };
  return mapExchange({
    onOperation: (operation) =>
      operation.kind === 'query'
        ? makeOperation(operation.kind, operation, { ...operation.context, fetch: sendTwice })
        : operation,
  });
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError';
