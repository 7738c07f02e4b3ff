import type { Caller } from '../access/caller.ts';
import type { Services } from '../graphql/context.ts';
import { csrfHeaderMissing, foreignOrigin } from '../graphql/errors.ts';
import { bearerKey } from './bearer-key.ts';
import { isOriginAllowed } from './origin.ts';
import { CSRF_HEADER, sessionToken } from './session-cookie.ts';

/**
 * Who sends a GraphQL request: by the key of its Authorization header or, where it has no such
 * header, by the session of its cookie; null where neither is good.
 * @throws FORBIDDEN where a session's cookie came from a foreign page, or without the CSRF header.
 */
export async function callerOfRequest(
  { apiKeys, sessions, configuration }: Services,
  { headers }: Request,
): Promise<Caller | null> {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const key = bearerKey(authorization);
    return key === null ? null : apiKeys.resolveCaller(key);
  }
  const token = sessionToken(headers.get('cookie'));
  if (token === null) return null;
  const [origin, host] = [headers.get('origin') ?? undefined, headers.get('host') ?? undefined];
  if (!isOriginAllowed(origin, host, configuration.allowedOrigins)) throw foreignOrigin();
  if (!headers.has(CSRF_HEADER)) throw csrfHeaderMissing(CSRF_HEADER);
  return sessions.resolve(token);
}
