import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Which addresses deliveries may reach. */
export interface AddressRule {
  /** Whether a delivery may connect to this IPv4 or IPv6 literal; false for whatever is no literal. */
  allows(address: string): boolean;
  /** What the address is, in words for people ("a private address"), where it is refused; else null. */
  refusalOf(address: string): string | null;
  /** The address in a URL's hostname, without brackets, where it is a literal; null where it is a name. */
  literalOf(hostname: string): string | null;
}

/**
 * Every block of IANA's IPv4 Special-Purpose Address Registry (RFC 6890, RFC 8190 and what they
 * were updated by), reachable from everywhere or not, for none of them hosts a receiver; beside it
 * multicast (RFC 5771) and the address under which Azure answers its machines from inside.
 */
const REFUSED_IPV4 = [
  ['0.0.0.0/8', 'an address of "this network"'],
  ['10.0.0.0/8', 'a private address'],
  ['100.64.0.0/10', 'an address of a carrier’s shared network'],
  ['127.0.0.0/8', 'a loopback address'],
  ['168.63.129.16/32', 'an address of a cloud’s own services'],
  ['169.254.0.0/16', 'a link-local address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.0.0.0/24', 'an address reserved for protocols'],
  ['192.0.2.0/24', 'an address for documentation'],
  ['192.31.196.0/24', 'an address reserved for protocols'],
  ['192.52.193.0/24', 'an address reserved for protocols'],
  ['192.88.99.0/24', 'a 6to4 relay address'],
  ['192.168.0.0/16', 'a private address'],
  ['192.175.48.0/24', 'an address reserved for protocols'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['198.51.100.0/24', 'an address for documentation'],
  ['203.0.113.0/24', 'an address for documentation'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'the broadcast address'],
  ['240.0.0.0/4', 'a reserved address'],
] as const;

/**
 * IANA's IPv6 Special-Purpose Address Registry likewise. What it lists outside of 2000::/3 is
 * named for the words' sake only: all that lies there is refused (see {@link GLOBAL_UNICAST}).
 */
const REFUSED_IPV6 = [
  ['::/128', 'the unspecified address'],
  ['::1/128', 'a loopback address'],
  ['64:ff9b::/96', 'a NAT64 address'],
  ['64:ff9b:1::/48', 'a NAT64 address'],
  ['100::/64', 'an address that discards all'],
  ['2001::/32', 'a Teredo address'],
  ['2001::/23', 'an address reserved for protocols'],
  ['2001:db8::/32', 'an address for documentation'],
  ['2002::/16', 'a 6to4 address'],
  ['2620:4f:8000::/48', 'an address reserved for protocols'],
  ['3fff::/20', 'an address for documentation'],
  ['5f00::/16', 'an address of segment routing'],
  ['fc00::/7', 'a private address'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'a site-local address'],
  ['ff00::/8', 'a multicast address'],
] as const;

/** The only part of IPv6 that IANA gives out (RFC 4291, section 2.4). */
const GLOBAL_UNICAST = '2000::/3';

/**
 * The rule of what deliveries may reach: public unicast addresses, and what `allowedCidrs` open.
 * An IPv4-mapped IPv6 address is judged as the IPv4 address in it, so a range of IPv4 opens its
 * mapped form too, and a range of IPv6 opens no IPv4 address. Addresses with a zone are refused.
 *
 * Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), RFC 4291.
 * @throws Error that names the first of `allowedCidrs` that is no CIDR.
 */
export function createAddressRule(allowedCidrs: readonly string[]): AddressRule {
  const allowed = allowedCidrs.map(parseRange);

  function refusalOf(address: string): string | null {
    if (isIP(address) === 0) return 'no IP address';
    if (address.includes('%')) return 'an address with a zone';
    const parsed = unmapped(ipaddr.parse(undotted(address)));
    if (allowed.some((range) => contains(range, parsed))) return null;
    const refused = parsed instanceof ipaddr.IPv4 ? refusedIpv4 : refusedIpv6;
    const found = refused.find(({ range }) => contains(range, parsed));
    if (found !== undefined) return found.words;
    return parsed instanceof ipaddr.IPv4 || contains(globalUnicast, parsed)
      ? null
      : 'a reserved address';
  }

  return {
    allows: (address) => refusalOf(address) === null,
    refusalOf,
    literalOf(hostname) {
      const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
      return isIP(bare) === 0 ? null : bare;
    },
  };
}

/** Whether `text` is a range such as `10.0.0.0/8` or `fd00::/8`; the prefix is required. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const family = isIP(address);
  return (
    family !== 0 &&
    rest.length === 0 &&
    !address.includes('%') &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= (family === 4 ? 32 : 128)
  );
}

function parseRange(cidr: string): Range {
  if (!isCidr(cidr)) {
    throw new Error(`"${cidr}" is no address range; write it like 10.0.0.0/8 or fd00::/8`);
  }
  const [address, prefix] = ipaddr.parseCIDR(undotted(cidr));
  return prefix >= 96 && address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? [address.toIPv4Address(), prefix - 96]
    : [address, prefix];
}

/**
 * IPv6 with an IPv4 tail, in hexadecimal throughout: ipaddr.js 2.5 takes the tail of any
 * (`::10.0.0.5`, which RFC 4291 calls IPv4-compatible and gave up) for the mark of a mapped one.
 */
function undotted(text: string): string {
  return text.replace(
    /:(\d+)\.(\d+)\.(\d+)\.(\d+)/,
    (_tail, a: string, b: string, c: string, d: string) => {
      const group = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
      return `:${group(a, b)}:${group(c, d)}`;
    },
  );
}

function unmapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? address.toIPv4Address()
    : address;
}

function contains([network, prefix]: Range, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (network instanceof ipaddr.IPv4) {
    return address instanceof ipaddr.IPv4 && address.match(network, prefix);
  }
  return address instanceof ipaddr.IPv6 && address.match(network, prefix);
}

const named = ([cidr, words]: readonly [string, string]) => ({ range: parseRange(cidr), words });
const refusedIpv4 = REFUSED_IPV4.map(named);
const refusedIpv6 = REFUSED_IPV6.map(named);
const globalUnicast = parseRange(GLOBAL_UNICAST);
