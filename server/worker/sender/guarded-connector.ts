import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import type { Socket } from 'node:net';

import { buildConnector, errors } from 'undici';

import type { AddressRule } from '../../domain/address/address-rule.ts';
import { portOf } from '../../domain/address/blocked-ports.ts';
import { isLocalhostName, LOCALHOST } from '../../domain/address/localhost-name.ts';
import { raceToConnect } from './address-race.ts';
import { dropInterimAnswers } from './interim-answers.ts';

/** All addresses of a name, as `dns.lookup` with `all` gives them. */
export type ResolveAll = (hostname: string) => Promise<LookupAddress[]>;

/** The host is, or has only, addresses that deliveries may not reach. */
export class BlockedAddress extends Error {
  /**
   * What a literal is, e.g. "a private address"; null of a name: what it resolves to inside is not
   * for those who give us names.
   */
  readonly refusal: string | null;

  constructor(refusal: string | null) {
    super('an address that deliveries may not reach');
    this.name = 'BlockedAddress';
    this.refusal = refusal;
  }
}

/** A port that deliveries may not go to. */
export class BlockedPort extends Error {
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} is blocked`);
    this.name = 'BlockedPort';
    this.port = port;
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
 * addresses the refused ones are left out before they are tried, so that what was checked is what
 * is connected to, whatever the name resolves to a moment later (DNS rebinding).
 *
 * @param options.connectTimeoutMs how long resolving, each address and TLS may take, each by itself.
 */
export function createGuardedConnector(options: {
  rule: AddressRule;
  blockedPorts: ReadonlySet<number>;
  connectTimeoutMs: number;
  resolve?: ResolveAll | undefined;
}): GuardedConnector {
  const { rule, blockedPorts, connectTimeoutMs: timeoutMs } = options;
  const resolve = oneAtATime(
    within(timeoutMs, options.resolve ?? ((hostname) => dnsLookup(hostname, { all: true }))),
  );
  const overTls = buildConnector({ timeout: timeoutMs });
  /** For each socket error: when the socket's last byte had come; 0 where none ever had. */
  const lastByteBefore = new WeakMap<object, number>();

  const watch = (socket: Socket) => {
    let lastByteAt = 0;
    socket.on('readable', () => {
      if (socket.readableLength > 0) lastByteAt = performance.now();
    });
    socket.on('error', (error) => lastByteBefore.set(error, lastByteAt));
  };

  /** Of the host's addresses those that may be connected to, one at least. */
  async function allowedAddresses(hostname: string): Promise<LookupAddress[]> {
    const literal = rule.literalOf(hostname);
    if (literal !== null) {
      const refusal = rule.refusalOf(literal);
      if (refusal !== null) throw new BlockedAddress(refusal);
      return [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
    }
    const addresses = isLocalhostName(hostname) ? LOCALHOST : await resolve(hostname);
    const allowed = addresses.filter(({ address }) => rule.allows(address));
    if (allowed.length > 0) return allowed;
    if (addresses.length > 0) throw new BlockedAddress(null);
    throw Object.assign(new Error(`${hostname} has no addresses`), { code: 'ENOTFOUND' });
  }

  return {
    connect(target, callback) {
      const connected: buildConnector.Callback = (...result) => {
        if (result[0] === null) {
          dropInterimAnswers(result[1]);
          watch(result[1]);
        }
        callback(...result);
      };
      const failed = (error: Error) => callback(error, null);
      const port = portOf(target);
      if (blockedPorts.has(port)) {
        // undici's client does not survive an answer within the call.
        setImmediate(failed, new BlockedPort(port));
        return;
      }
      allowedAddresses(target.hostname).then(
        (addresses) =>
          raceToConnect(addresses, { port, timeoutMs }, (error, socket) => {
            if (socket === null) failed(error ?? new Error('not connected'));
            else if (target.protocol !== 'https:') connected(null, socket);
            else overTls({ ...target, ...serverName(target), httpSocket: socket }, connected);
          }),
        failed,
      );
    },
    lostWhileIdle(error, since) {
      if (typeof error !== 'object' || error === null) return false;
      const lastByteAt = lastByteBefore.get(error) ?? 0;
      return lastByteAt > 0 && lastByteAt < since;
    },
  };

  /** RFC 6066, section 3: the name in SNI has no dot at its end, and a literal is none. */
  function serverName({ hostname }: { hostname: string }): { servername?: string } {
    return rule.literalOf(hostname) === null ? { servername: hostname.replace(/\.$/, '') } : {};
  }
}

/** Ends a question that takes too long, as a connection would end. */
function within(timeoutMs: number, resolve: ResolveAll): ResolveAll {
  return async (hostname) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new errors.ConnectTimeoutError('the name')), timeoutMs);
    });
    try {
      return await Promise.race([resolve(hostname), late]);
    } finally {
      clearTimeout(timer);
    }
  };
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
