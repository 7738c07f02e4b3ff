import type { IncomingMessage } from 'node:http';

import ipaddr from 'ipaddr.js';

/**
 * Whom a request comes from, as a name to count by: the connection's address or, where that is a
 * trusted proxy, the last address in X-Forwarded-For that is none. An IPv6 address stands for its
 * /64, which is what one customer of a provider has at least.
 */
export type ClientAddress = (request: IncomingMessage) => string;

/** @param trustedProxies address ranges, e.g. `10.0.0.0/8`. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map((range) => ipaddr.parseCIDR(range));
  const isTrusted = (address: Address) =>
    ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));

  return ({ socket, headers }) => {
    let address = addressIn(socket.remoteAddress ?? '');
    if (address === null) return 'unknown';
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isTrusted(address)) {
      const before = addressIn(forwarded.pop() ?? '');
      if (before === null) break;
      address = before;
    }
    return address.kind() === 'ipv4' ? address.toString() : networkOf(address);
  };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An IPv4 address as such, however it is written; null where there is none. */
function addressIn(text: string): Address | null {
  // Proxies may add the port: 192.0.2.1:4711, [2001:db8::1]:4711.
  const bare = text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

const networkOf = (address: Address) =>
  address
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
