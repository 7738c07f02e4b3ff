/**
 * A browser names the page's origin; a program names none. Origins are compared as such (RFC 6454,
 * section 5): neither capitals nor a scheme's own port tell one from another.
 * @param allowedOrigins as {@link URL.origin} writes them.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (allowedOrigins.includes(from.origin)) return true;
  const here = `${from.protocol}//${host}`;
  return (
    from.host !== '' && host !== undefined && URL.canParse(here) && new URL(here).host === from.host
  );
}
