import { SESSION_LIFETIME_S } from '../access/sessions.ts';
import { cookieValues } from './cookies.ts';

const NAME = 'nexus_session';

/** A page of another origin cannot send it without asking first, and no answer lets it. */
export const CSRF_HEADER = 'x-nexus-csrf';

/**
 * The session's token in a Cookie header; null where there is none, or more than one: a
 * neighbour's page may have set the other, and which is the user's own cannot be told.
 */
export function sessionToken(cookieHeader: string | null | undefined): string | null {
  const [token, another] = sessionTokens(cookieHeader);
  return token === undefined || another !== undefined ? null : token;
}

/** All that a Cookie header has, to be ended. */
export function sessionTokens(cookieHeader: string | null | undefined): string[] {
  return cookieValues(cookieHeader, NAME);
}

/**
 * The Set-Cookie header that makes the browser keep `token` for a session's life; null makes it
 * forget.
 */
export function sessionCookie(token: string | null, { isHttps }: { isHttps: boolean }): string {
  const attributes = [
    `${NAME}=${token ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${token === null ? 0 : SESSION_LIFETIME_S}`,
  ];
  return [...attributes, ...(isHttps ? ['Secure'] : [])].join('; ');
}
