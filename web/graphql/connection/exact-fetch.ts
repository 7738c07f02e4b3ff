import { markNumbers, unmarkNumbers } from '../../lib/json/exact-numbers.ts';
import type { Fetch } from './request.ts';

/** Sends and takes numbers as they were written, over a client that reads and writes plain JSON. */
export function withExactNumbers(send: Fetch): Fetch {
  return async (input, init) => {
    const { body } = init ?? {};
    const response = await send(
      input,
      typeof body === 'string' ? { ...init, body: unmarkNumbers(body) } : init,
    );
    const text = await response.text();
    const { status, statusText, headers } = response;
    // These have no body, and are not to be made with one.
    return new Response(text === '' ? null : markNumbers(text), { status, statusText, headers });
  };
}
