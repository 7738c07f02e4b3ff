/**
 * A URL, or null where the text is none. Not by `URL.canParse`: on Node 20 it refuses hosts such as
 * `bücher.example` once it has been called often, for then a compiled way in takes Latin-1 for UTF-8.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The origin that a text is, as URLs have it (`https://app.example`); null where it is anything else. */
export function parseOrigin(text: string): string | null {
  const url = /^https?:\/\/[^*]+$/i.test(text) ? parseUrl(text) : null;
  return url !== null && url.href === `${url.origin}/` ? url.origin : null;
}
