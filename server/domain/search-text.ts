import { domainToUnicode } from 'node:url';

import { parseUrl } from './parsed-url.ts';

/**
 * A text as it is compared in searches: whatever its case, in all of Unicode, and whichever of
 * several equal forms it is written in (NFKC). Folded here and not by PostgreSQL, whose `lower`
 * knows ASCII alone in some clusters, and never that "ß" and "SS" are one.
 *
 * To lower case, then to upper: each brings together what the other keeps apart (ẞ and ß; ß and SS,
 * σ and ς, s and ſ).
 */
export function foldForSearch(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** What a webhook is found by: its name, its description and its URL, each as {@link foldForSearch} has it. */
export function webhookSearchText(webhook: {
  name: string;
  description: string | null;
  url: string;
}): string {
  const { name, description, url } = webhook;
  const readable = readableUrl(url);
  return [name, description ?? '', url, ...(readable === url ? [] : [readable])]
    .map(foldForSearch)
    .join('\n');
}

/** What to look for: the text as it is given and, where it is a URL, as URLs are kept. */
export function searchForms(search: string): string[] {
  const kept = parseUrl(search.trim())?.href;
  const forms = kept === undefined ? [search] : [search, kept, readableUrl(kept)];
  return [...new Set(forms.map(foldForSearch))];
}

/** A URL as people write it: its host not in Punycode, nothing percent-encoded that needs not be. */
function readableUrl(url: string): string {
  const parsed = parseUrl(url);
  if (parsed === null) return url;
  const written = url.replace(parsed.hostname, domainToUnicode(parsed.hostname) || parsed.hostname);
  try {
    return decodeURI(written);
  } catch {
    return written;
  }
}
