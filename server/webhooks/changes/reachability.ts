import { lookup as dnsLookup } from 'node:dns/promises';

import type { AddressRule } from '../../domain/address/address-rule.ts';
import { blockedPortMessage, portOf } from '../../domain/address/blocked-ports.ts';
import { isLocalhostName, LOCALHOST } from '../../domain/address/localhost-name.ts';

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
  blockedPorts?: readonly number[];
  lookup?: ResolveAll;
}): Reachability {
  const { rule, lookup = (hostname: string) => dnsLookup(hostname, { all: true }) } = options;
  const blockedPorts = new Set(options.blockedPorts);

  const refuse = (subject: string): ReachabilityAnswer => ({
    ok: false,
    message: `${subject} that deliveries may not reach; DELIVERY_ALLOWED_CIDRS opens ranges.`,
  });

  return {
    async check(url) {
      const port = portOf(url);
      if (blockedPorts.has(port)) {
        return { ok: false, message: `The URL cannot be used: ${blockedPortMessage(port)}.` };
      }
      const literal = rule.literalOf(url.hostname);
      if (literal !== null) {
        const refusal = rule.refusalOf(literal);
        return refusal === null ? { ok: true } : refuse(`The URL’s host is ${literal}, ${refusal}`);
      }
      if (isLocalhostName(url.hostname)) {
        return LOCALHOST.some(({ address }) => rule.allows(address))
          ? { ok: true }
          : refuse(`${url.hostname} is this machine, with addresses`);
      }
      const addresses = await resolved(lookup, url.hostname);
      return addresses.every(({ address }) => rule.allows(address))
        ? { ok: true }
        : // The address is not shown: it would reveal what a name resolves to inside the network.
          refuse(`${url.hostname} resolves to an address inside`);
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
