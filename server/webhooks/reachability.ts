import { lookup as dnsLookup } from 'node:dns/promises';
import type { AddressRule } from '../domain/address-rule.ts';

/** All addresses of a name, as `dns.lookup` with `all` gives them. */
export type ResolveAll = (hostname: string) => Promise<readonly { address: string }[]>;

export type ReachabilityAnswer = { ok: true } | { ok: false; message: string };

/** Says, when a URL is saved, whether deliveries may go to its host. */
export interface Reachability {
  check(url: URL): Promise<ReachabilityAnswer>;
}

/** How long saving a URL waits for its name to resolve, in milliseconds. */
const LOOKUP_TIMEOUT_MS = 3_000;

/**
 * The check at saving is a courtesy to the caller: each attempt checks again, on the address it
 * connects to. So a name that does not resolve now, or not within 3 s, is let through, and a name
 * is refused if any of its addresses is, for which of them an attempt takes is left to chance.
 */
export function createReachability(options: {
  rule: AddressRule;
  lookup?: ResolveAll;
}): Reachability {
  const { rule, lookup = (hostname: string) => dnsLookup(hostname, { all: true }) } = options;

  const refuse = (subject: string, address: string): ReachabilityAnswer | null => {
    const refusal = rule.refusalOf(address);
    return refusal === null
      ? null
      : {
          ok: false,
          message: `${subject}, ${refusal} that deliveries may not reach; DELIVERY_ALLOWED_CIDRS opens ranges.`,
        };
  };

  return {
    async check(url) {
      const literal = rule.literalOf(url.hostname);
      if (literal !== null) return refuse(`The URL’s host is ${literal}`, literal) ?? { ok: true };
      for (const { address } of await resolved(lookup, url.hostname)) {
        const refused = refuse(`${url.hostname} resolves to ${address}`, address);
        if (refused !== null) return refused;
      }
      return { ok: true };
    },
  };
}

async function resolved(lookup: ResolveAll, hostname: string) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<[]>((resolve) => {
    timer = setTimeout(resolve, LOOKUP_TIMEOUT_MS, []);
  });
  try {
    return await Promise.race([lookup(hostname).catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}
