/** As the server has it (server/domain/webhook-url.ts). */
const MAX_LENGTH = 2_048;

const SCHEMES = ['https://', 'http://'] as const;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;

/** What can be said of a webhook's URL before the server is asked, which has the last word. */
export interface UrlCheck {
  /** Why the server would refuse it; null where it would take it as it is written. */
  readonly fault: string | null;
  /** Whether typing on may mend the fault: it is no reproach yet. */
  readonly isUnfinished: boolean;
  /** Why the server may refuse it all the same, or what is unwise about it. */
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

function warningsOf(url: URL): string[] {
  const what = nonPublicHost(url.hostname);
  return [
    ...(what === null
      ? []
      : [`This is ${what}. The server refuses it unless whoever runs it has allowed it.`]),
    ...(url.protocol === 'http:' && what === null
      ? ['Over http anyone on the way can read the deliveries. Use https if the receiver can.']
      : []),
  ];
}

/** What a host is that deliveries cannot reach from everywhere; null where nothing shows it. */
function nonPublicHost(hostname: string): string | null {
  const host = hostname.replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'the server’s own machine';
  if (/\.(?:local|internal|lan|home\.arpa)$/.test(host)) return 'a name of a private network';
  // The URL parser has written numbers out by now: 0x7f.1 is 127.0.0.1 here.
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return nonPublicIpv4(host.split('.').map(Number));
  return host.startsWith('[') ? nonPublicIpv6(host.slice(1, -1)) : null;
}

function nonPublicIpv4([a = 0, b = 0]: readonly number[]): string | null {
  if (a === 127) return 'the server’s own machine';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) {
    return 'an address of a private network';
  }
  if (a === 169 && b === 254) return 'a link-local address';
  if (a === 100 && b >= 64 && b < 128) return 'an address of a carrier’s shared network';
  if (a === 0 || a >= 224) return 'an address that reaches no receiver';
  return null;
}

function nonPublicIpv6(address: string): string | null {
  if (address === '::1') return 'the server’s own machine';
  if (address === '::') return 'an address that reaches no receiver';
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped !== null) {
    const groups = mapped.slice(1).map((group) => Number.parseInt(group, 16));
    return nonPublicIpv4(groups.flatMap((group) => [group >> 8, group & 0xff]));
  }
  if (/^f[cd]/.test(address)) return 'an address of a private network';
  if (/^fe[89ab]/.test(address)) return 'a link-local address';
  return address.startsWith('ff') ? 'an address that reaches no receiver' : null;
}

/** Not by URL.canParse, which Node gets wrong (server/domain/parsed-url.ts): the tests run there. */
function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
