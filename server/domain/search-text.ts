import { domainToUnicode } from 'node:url';

import { parseUrl } from './address/parsed-url.ts';

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

/** A customer is found by its key and its name, each as {@link foldForSearch} has it. */
export function customerSearchText({ key, name }: { key: string; name: string }): string {
  return [key, name].map(foldForSearch).join('\n');
}

const GRAM = 3;

/** All that three characters of a text that follow each other are, each once; none of a shorter text. */
export function gramsOf(text: string): string[] {
  const characters = [...text];
  const grams = characters.map((_, at) => characters.slice(at, at + GRAM).join(''));
  return [...new Set(grams.slice(0, Math.max(0, characters.length - GRAM + 1)))];
}

/** A text as Prisma's `contains` takes it, which makes a LIKE of it and leaves metacharacters as they are. */
export function literalInLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
