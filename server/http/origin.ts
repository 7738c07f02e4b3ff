import { parseUrl } from '../domain/address/parsed-url.ts';

/**
 * A browser names the page's origin; a program names none. Origins are compared as such (RFC 6454,
 * section 5): neither capitals nor a scheme's default port make a difference.
 * @param allowedOrigins as {@link URL.origin} writes them.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined) return true;
  const from = parseUrl(origin);
  if (from === null) return false;
  if (allowedOrigins.includes(from.origin)) return true;
  if (from.host === '' || host === undefined) return false;
  return parseUrl(`${from.protocol}//${host}`)?.host === from.host;
}
