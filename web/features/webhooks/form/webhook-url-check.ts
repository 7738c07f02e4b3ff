/** As the server has it (server/domain/address/webhook-url.ts). */
const MAX_LENGTH = 2_048;

const SCHEMES = ['https://', 'http://'] as const;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;

/** What can be said of a webhook's URL before the server checks it, which decides. */
export interface UrlCheck {
  /** Why the server would refuse it; null where it would take it as it is written. */
  readonly fault: string | null;
  /** Whether typing on may mend the fault: it is no reproach yet. */
  readonly isUnfinished: boolean;
  /** What is unwise about it. */
  readonly warnings: readonly string[];
}

/** Checks a URL as it is typed. */
export function checkUrl(text: string): UrlCheck {
  const trimmed = text.trim();
  const unfinished = (fault: string): UrlCheck => ({ fault, isUnfinished: true, warnings: [] });
  const refused = (fault: string): UrlCheck => ({ fault, isUnfinished: false, warnings: [] });

  if (trimmed === '') return unfinished('Enter the URL that deliveries are sent to.');
  if (trimmed.length > MAX_LENGTH) {
    return refused(`The URL has ${trimmed.length} characters; 2,048 is the most.`);
  }
  const lower = trimmed.toLowerCase();
  const scheme = SCHEMES.find((each) => lower.startsWith(each));
  if (scheme === undefined) {
    const isBeginning = SCHEMES.some((each) => each.startsWith(lower));
    const fault = 'The URL must start with https:// or http://.';
    return isBeginning ? unfinished(fault) : refused(fault);
  }
  if (SPACE_OR_CONTROL.test(trimmed)) {
    return refused('The URL must not contain spaces; write them as %20.');
  }
  if (trimmed.includes('\\')) return refused('The URL must not contain a backslash.');
  if (trimmed.length === scheme.length) return unfinished('The URL needs a host.');
  const url = parseUrl(trimmed);
  if (url === null) return refused('The URL must have a valid host and port.');

  if (url.username !== '' || url.password !== '') {
    return refused('The URL must not contain a user name or password; set a header instead.');
  }
  if (trimmed.includes('#')) return refused('The URL must not contain a fragment (#…).');
  if (url.port === '0') return refused('The URL must have a port from 1 to 65535.');
  if (url.href.length > MAX_LENGTH) {
    return refused(
      `Written in full, the URL has ${url.href.length} characters; 2,048 is the most.`,
    );
  }
  return { fault: null, isUnfinished: false, warnings: warningsOf(url) };
}

/** On the way to an address of the server's own network nobody else reads along. */
const LOCAL = /^(?:localhost|.+\.localhost|\[.*\]|\d+\.\d+\.\d+\.\d+)$/;

function warningsOf({ protocol, hostname }: URL): string[] {
  return protocol === 'http:' && !LOCAL.test(hostname)
    ? ['Over http anyone on the way can read the deliveries. Use https if the receiver can.']
    : [];
}

/** Not by URL.canParse, which Node gets wrong (server/domain/address/parsed-url.ts): the tests run there. */
function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
