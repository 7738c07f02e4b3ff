import { listOf, type SearchTexts } from '../lib/search-text.ts';

/** What an address asks for by each name, in words. Others, which mail clients add, are nobody's. */
const WORDS: Readonly<Record<string, string>> = {
  status: 'status',
  webhook: 'webhook',
  type: 'event type',
  event: 'event id',
  test: 'tests',
  range: 'time range',
  from: 'start of the time range',
  to: 'end of the time range',
  state: 'state',
  search: 'search',
  customer: 'customer',
};

const RANGE = ['range', 'from', 'to'];
/** Which of these each page reads. */
const NAMES: readonly [page: RegExp, names: readonly string[]][] = [
  [/^\/$/, RANGE],
  [/^\/deliveries(?:\/|$)/, ['status', 'webhook', 'type', 'customer', 'event', 'test', ...RANGE]],
  [/^\/events\/?$/, ['event', 'type', 'customer', ...RANGE]],
  [/^\/webhooks\/?$/, ['search', 'state', 'type', 'customer']],
  [/^\/customers\/?$/, ['search']],
  [/^\/webhooks\/(?!new$)[^/]+\/?$/, RANGE],
];

/** Texts are cut at so many characters: they come from wherever an address does. */
const LONGEST = 40;

/**
 * What an address asks for that its page did not understand, each as `status “failed”`.
 * @param pathname the page.
 * @param raw what the address has.
 * @param understood what the page made of it.
 */
export function leftOutOf(
  pathname: string,
  raw: SearchTexts,
  understood: Readonly<Record<string, unknown>>,
): string[] {
  const leftOut: string[] = [];
  const names = NAMES.find(([page]) => page.test(pathname))?.[1] ?? [];
  for (const [name, text] of Object.entries(raw)) {
    if (text.trim() === '' || !names.includes(name)) continue;
    const word = WORDS[name] ?? name;
    const kept = understood[name];
    if (kept === undefined) {
      // A range of one's own stands in place of a named one.
      const isOverruled =
        name === 'range' && (understood['from'] ?? understood['to']) !== undefined;
      if (!isOverruled) leftOut.push(`${word} “${shortened(text)}”`);
    } else if (Array.isArray(kept)) {
      const parts = listOf(text) ?? [];
      const lost = parts.filter((part) => !kept.includes(part));
      if (kept.length < parts.length) {
        leftOut.push(...lost.map((part) => `${word} “${shortened(part)}”`));
      }
    }
  }
  return leftOut;
}

const shortened = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
