import { parseUrl } from './parsed-url.ts';

/** Characters of a webhook's URL, as given and as normalised. */
export const MAX_URL_LENGTH = 2_048;

const ABSOLUTE = /^https?:\/\//i;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;

/**
 * Checks and normalises the URL of a webhook. Which addresses it may lead to is a rule of its own.
 * @returns the URL as it is kept and called, or what is wrong with it; the message repeats no part
 * of the URL, for a refused one may hold a password.
 */
export function checkWebhookUrl(
  text: string,
  { httpsOnly }: { httpsOnly: boolean },
): { url: string; message?: never } | { url?: never; message: string } {
  const trimmed = text.trim();
  if (trimmed.length > MAX_URL_LENGTH) return tooLong;
  if (SPACE_OR_CONTROL.test(trimmed)) {
    return { message: 'URL must not contain spaces or control characters; percent-encode them' };
  }
  const schemes = httpsOnly ? 'https://' : 'http:// or https://';
  if (!ABSOLUTE.test(trimmed)) return { message: `URL must start with ${schemes}` };
  // WHATWG parsers read a backslash as a slash, other software does not: a host in dispute.
  if (trimmed.includes('\\')) return { message: 'URL must not contain a backslash' };
  const url = parseUrl(trimmed);
  if (url === null) return { message: 'URL must have a valid host and port' };

  if (httpsOnly && url.protocol !== 'https:') return { message: `URL must start with ${schemes}` };
  if (url.username !== '' || url.password !== '') {
    return { message: 'URL must not contain a user name or password; send a header instead' };
  }
  if (trimmed.includes('#')) return { message: 'URL must not contain a fragment (#…)' };
  if (url.port === '0') return { message: 'URL must have a port from 1 to 65535' };
  return url.href.length > MAX_URL_LENGTH ? tooLong : { url: url.href };
}

const tooLong = { message: `URL must have ${MAX_URL_LENGTH} characters at most` };
