/**
 * The key in an Authorization header, "Bearer KEY" (RFC 6750; the scheme in any case); null where
 * there is none. Another scheme is no key of ours.
 */
export function bearerKey(authorization: unknown): string | null {
  if (typeof authorization !== 'string') return null;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}
