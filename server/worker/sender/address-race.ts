import type { LookupAddress } from 'node:dns';
import { connect, type Socket } from 'node:net';

import { errors } from 'undici';

export interface RaceOptions {
  port: number;
  /** How long each address may take. */
  timeoutMs: number;
}

/** RFC 8305, section 5, "Connection Attempt Delay". */
const STAGGER_MS = 250;
/** Addresses of one name that are tried; a name may have hundreds. */
const MAX_ADDRESSES = 10;

/**
 * Connects to the first of a name's addresses that answers (RFC 8305, "Happy Eyeballs"): one after
 * the other, the next as soon as one has failed or has been silent for 250 ms; those before it go
 * on meanwhile. When one has answered the others are closed.
 * @param addresses one or more, as resolved; the two families are tried by turns.
 * @param callback called once, with the socket or with the most telling failure.
 */
export function raceToConnect(
  addresses: readonly LookupAddress[],
  { port, timeoutMs }: RaceOptions,
  callback: (error: Error | null, socket: Socket | null) => void,
): void {
  const waiting = byTurns(addresses).slice(0, MAX_ADDRESSES);
  const trying = new Set<Socket>();
  const failures: Error[] = [];
  let stagger: NodeJS.Timeout | undefined;

  function next(): void {
    clearTimeout(stagger);
    const address = waiting.shift();
    if (address !== undefined) {
      if (waiting.length > 0) stagger = setTimeout(next, STAGGER_MS);
      attempt(address.address);
    } else if (trying.size === 0) callback(mostTelling(failures), null);
  }

  function attempt(host: string): void {
    const options = { host, port, autoSelectFamily: false, highWaterMark: 65_536 };
    const socket = connect(options);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const deadline = setTimeout(
      () => socket.destroy(new errors.ConnectTimeoutError('Connect Timeout Error')),
      timeoutMs,
    );
    trying.add(socket);
    socket.once('connect', () => {
      clearTimeout(deadline);
      clearTimeout(stagger);
      waiting.length = 0;
      trying.delete(socket);
      for (const other of trying) other.destroy();
      trying.clear();
      callback(null, socket);
    });
    socket.once('close', () => clearTimeout(deadline));
    // Also of the one that is handed on: between two owners nobody else would listen.
    socket.on('error', (error) => {
      if (!trying.delete(socket)) return;
      failures.push(error);
      next();
    });
  }

  next();
}

/** The families alternate, that of the first address first (RFC 8305, section 4). */
function byTurns(addresses: readonly LookupAddress[]): LookupAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  return first
    .flatMap((address, n) => [address, ...second.slice(n, n + 1)])
    .concat(second.slice(first.length));
}

/** What a machine without IPv6, or without a route, says of each address of that family. */
const UNREACHABLE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Rather what a receiver did than what this machine has no way to. */
function mostTelling(failures: readonly (Error & { code?: string })[]): Error {
  const told = failures.find(({ code = '' }) => !UNREACHABLE.has(code)) ?? failures[0];
  return told ?? new Error('no address to connect to');
}
