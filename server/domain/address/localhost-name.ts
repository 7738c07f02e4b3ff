/**
 * Whether a hostname can only be this machine: `localhost` and all below it, with or without the
 * dot of the root (RFC 6761, section 6.3). What a resolver says of them is not asked.
 */
export function isLocalhostName(hostname: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(hostname);
}

/** What such a name resolves to. */
export const LOCALHOST = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
