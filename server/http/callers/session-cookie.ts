import { SESSION_LIFETIME_S } from '../../access/sessions.ts';
import { cookieValues } from './cookies.ts';

const NAME = 'nexus_session';
/**
 * Over https: no neighbour's page can set a cookie of this name for us (RFC 6265bis, section 4.1.3.2).
 */
const HOST_NAME = `__Host-${NAME}`;

/** A page of another origin cannot send it without asking first, and no answer lets it. */
export const CSRF_HEADER = 'x-nexus-csrf';

/**
 * The session's token in a Cookie header; null where there is none, or more than one: a
 * neighbour's page may have set the other, and which is the user's own is not known. What can
 * only be our own comes first.
 */
export function sessionToken(cookieHeader: string | null | undefined): string | null {
  const own = cookieValues(cookieHeader, HOST_NAME);
  const [token, another] = own.length > 0 ? own : cookieValues(cookieHeader, NAME);
  return token === undefined || another !== undefined ? null : token;
}

/** All that a Cookie header has, to be ended. */
export function sessionTokens(cookieHeader: string | null | undefined): string[] {
  return [...cookieValues(cookieHeader, HOST_NAME), ...cookieValues(cookieHeader, NAME)];
}

/**
 * The Set-Cookie headers that make the browser keep `token` for a session's life; null makes it
 * forget. Over https what it may have from before, over http or of an earlier version, is
 * forgotten too.
 */
export function sessionCookies(token: string | null, { isHttps }: { isHttps: boolean }): string[] {
  if (!isHttps) return [cookie(NAME, token, [])];
  return [cookie(HOST_NAME, token, ['Secure']), cookie(NAME, null, ['Secure'])];
}

function cookie(name: string, token: string | null, more: readonly string[]): string {
  return [
    `${name}=${token ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${token === null ? 0 : SESSION_LIFETIME_S}`,
    ...more,
  ].join('; ');
}
