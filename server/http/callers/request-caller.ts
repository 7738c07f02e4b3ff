import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { Caller } from '../../access/caller.ts';
import type { Services } from '../../graphql/schema/context.ts';
import { csrfHeaderMissing, foreignOrigin } from '../../graphql/errors/errors.ts';
import { bearerKey } from './bearer-key.ts';
import { type GuessLimit, guessRefused } from './guess-limit.ts';
import { isOriginAllowed } from '../origin.ts';
import { CSRF_HEADER, sessionToken } from './session-cookie.ts';

/**
 * Who sends a GraphQL request: by the key of its Authorization header or, where it has no such
 * header, by the session of its cookie; null where neither is good.
 * @throws FORBIDDEN where a session's cookie came from a foreign page, or without the CSRF header;
 * RATE_LIMITED where its key or session is not good, and too many from its address were not.
 */
export async function callerOfRequest(
  services: Services,
  request: IncomingMessage,
  guesses: GuessLimit,
): Promise<Caller | null> {
  const shown = credentialOf(services, request.headers);
  if (shown === null) return null;
  const caller = await shown();
  const wait = caller === null ? guesses.count(request) : 0;
  if (wait > 0) throw guessRefused(wait);
  return caller;
}

/** Whether a request says who sends it, truly or not. */
export function showsCredential({ authorization, cookie }: IncomingHttpHeaders): boolean {
  return authorization !== undefined || sessionToken(cookie) !== null;
}

/** How to find out who stands behind the credential of a request; null where it shows none. */
function credentialOf(
  { apiKeys, sessions, configuration }: Services,
  headers: IncomingHttpHeaders,
): (() => Promise<Caller | null>) | null {
  const { authorization, cookie, origin, host } = headers;
  if (authorization !== undefined) {
    const key = bearerKey(authorization);
    return async () => (key === null ? null : apiKeys.resolveCaller(key));
  }
  const token = sessionToken(cookie);
  if (token === null) return null;
  if (!isOriginAllowed(origin, host, configuration.allowedOrigins)) throw foreignOrigin();
  if (headers[CSRF_HEADER] === undefined) throw csrfHeaderMissing(CSRF_HEADER);
  return () => sessions.resolve(token);
}
