import type { CombinedError } from '@urql/core';

/** The code that the server gave the first of an error's faults; null where none came from it. */
export function faultCode(error: CombinedError): string | null {
  for (const { extensions } of error.graphQLErrors) {
    const code = extensions['code'];
    if (typeof code === 'string') return code;
  }
  return null;
}

/** What went wrong, in a sentence or two for people. */
export function faultMessage(error: CombinedError): string {
  const [first] = error.graphQLErrors;
  if (first === undefined) return networkMessage(error);
  switch (faultCode(error)) {
    case 'SERVICE_UNAVAILABLE':
      return 'The server cannot reach its database just now. Try again in a moment.';
    case 'INTERNAL_SERVER_ERROR':
      return 'Something went wrong on the server. Its log says what.';
    case 'FORBIDDEN':
      return 'Your API key may not do this: it needs a role that may.';
    case 'UNAUTHENTICATED':
      return 'The session has ended: sign in again.';
    case 'RATE_LIMITED':
      return `Too much at once. ${whenToTryAgain(first.extensions['retryAfter'])}`;
    case 'QUERY_TOO_COMPLEX':
      return 'This asks for more than the server answers at once. Choose less.';
    case 'CURSOR_EXPIRED':
      return 'This page was left for more than a day. Load it again.';
    default:
      return first.message;
  }
}

function networkMessage({ networkError, response }: CombinedError): string {
  if (networkError?.name === 'TimeoutError') {
    return 'The server did not answer in time. Try again.';
  }
  const status = statusOf(response);
  return status === null || status < 400
    ? 'The server cannot be reached. Check the connection and try again.'
    : `The server answered with status ${status}. Try again.`;
}

function whenToTryAgain(seconds: unknown): string {
  if (typeof seconds !== 'number') return 'Try again in a moment.';
  return seconds === 1 ? 'Try again in a second.' : `Try again in ${seconds} seconds.`;
}

/** The HTTP status of the answer that an error came with; null where there was none. */
export function statusOf(response: unknown): number | null {
  if (typeof response !== 'object' || response === null || !('status' in response)) return null;
  return typeof response.status === 'number' ? response.status : null;
}
