/**
 * The values that a Cookie header (RFC 6265, section 4.2) has under a name, as they stand there;
 * empty where there is none. More than one is legal: other paths and hosts may set the same name.
 */
export function cookieValues(header: string | null | undefined, name: string): string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at !== -1 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}
