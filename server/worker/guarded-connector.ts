import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRule } from '../domain/address-rule.ts';

/** All addresses of a name, as `dns.lookup` with `all` gives them. */
export type ResolveAll = (hostname: string) => Promise<LookupAddress[]>;

/** The host is, or has only, addresses that deliveries may not reach. */
export class BlockedAddress extends Error {
  /** What the address is, e.g. "a private address". */
  readonly refusal: string;
  readonly address: string;

  constructor(address: string, refusal: string) {
    super(`${address} is ${refusal}`);
    this.name = 'BlockedAddress';
    this.address = address;
    this.refusal = refusal;
  }
}

export interface GuardedConnector {
  /** For undici's `connect` option. */
  connect: buildConnector.connector;
  /**
   * Whether this error ended a connection that had carried an earlier answer, and on which no
   * byte has come since `since` (of `performance.now()`): the receiver had most likely let go of
   * an idle connection while we were taking it up again.
   */
  lostWhileIdle(error: unknown, since: number): boolean;
}

/**
 * Connects to allowed addresses only: a literal is checked before connecting, and of a name's
 * addresses the refused ones are left out before one is chosen, so that what was checked is what
 * is connected to, whatever the name resolves to a moment later (DNS rebinding).
 *
 * @param options.connectTimeoutMs how long resolving, TCP and TLS may take together at most.
 */
export function createGuardedConnector(options: {
  rule: AddressRule;
  connectTimeoutMs: number;
  resolve?: ResolveAll | undefined;
}): GuardedConnector {
  const { rule, connectTimeoutMs } = options;
  const resolve = oneAtATime(options.resolve ?? ((hostname) => dnsLookup(hostname, { all: true })));
  /** For each socket error: when the socket's last byte had come; 0 where none ever had. */
  const lastByteBefore = new WeakMap<object, number>();

  const lookup: LookupFunction = (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const open = addresses.filter(({ address }) => rule.allows(address));
        const [first] = open;
        if (first === undefined) callback(refusal(rule, addresses, hostname), []);
        else if (all === true) callback(null, open);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  const connectAllowed = buildConnector({ timeout: connectTimeoutMs, lookup });

  const watch = (socket: Socket) => {
    let lastByteAt = 0;
    socket.on('readable', () => {
      if (socket.readableLength > 0) lastByteAt = performance.now();
    });
    socket.on('error', (error) => lastByteBefore.set(error, lastByteAt));
  };

  return {
    connect(target, callback) {
      const literal = rule.literalOf(target.hostname);
      const refused = literal === null ? null : rule.refusalOf(literal);
      if (literal !== null && refused !== null) {
        // undici's client does not survive an answer within the call.
        setImmediate(callback, new BlockedAddress(literal, refused), null);
        return;
      }
      connectAllowed(target, (...result) => {
        if (result[0] === null) watch(result[1]);
        callback(...result);
      });
    },
    lostWhileIdle(error, since) {
      if (typeof error !== 'object' || error === null) return false;
      const lastByteAt = lastByteBefore.get(error) ?? 0;
      return lastByteAt > 0 && lastByteAt < since;
    },
  };
}

function refusal(rule: AddressRule, addresses: LookupAddress[], hostname: string): Error {
  const [first] = addresses;
  if (first !== undefined) {
    return new BlockedAddress(first.address, rule.refusalOf(first.address) ?? 'no address');
  }
  return Object.assign(new Error(`${hostname} has no addresses`), { code: 'ENOTFOUND' });
}

/**
 * Lets all who ask for one name share the question under way. Resolving takes one of libuv's few
 * threads; without this, the connections to one receiver whose DNS hangs would take them all.
 */
function oneAtATime(resolve: ResolveAll): ResolveAll {
  const underWay = new Map<string, Promise<LookupAddress[]>>();
  return (hostname) => {
    const running = underWay.get(hostname);
    if (running !== undefined) return running;
    const started = resolve(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, started);
    return started;
  };
}
