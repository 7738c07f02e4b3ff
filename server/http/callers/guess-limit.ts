import type { IncomingMessage } from 'node:http';

import { putLast } from '../../domain/bounded-map.ts';
import { requestRefused } from '../../graphql/errors/errors.ts';
import type { ClientAddress } from './client-address.ts';

/**
 * Slows whoever tries keys, sessions and sign-in codes that are not good. A good one is never asked
 * here, so that nobody is locked out by what others of the same address try.
 */
export interface GuessLimit {
  /**
   * Counts one that was not good against the address of its request.
   * @returns seconds until the next guess is looked at again; 0 where this one still is.
   */
  count(request: IncomingMessage): number;
}

/** The addresses that are remembered; beyond them, the one that was quiet longest is forgotten. */
const MAX_ADDRESSES = 100_000;

export interface GuessLimitOptions {
  addressOf: ClientAddress;
  /** As many are free at first, and come back over a minute. */
  perMinute: number;
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

/**
 * Counts by the generic cell rate algorithm (ITU-T I.371): one number for each address, the time
 * until which its guesses have used up what comes back. A limiter from a library keeps a timer for
 * each address and has no bound on how many there are.
 */
export function createGuessLimit(options: GuessLimitOptions): GuessLimit {
  const { addressOf, perMinute, now = () => performance.now() } = options;
  const intervalMs = 60_000 / perMinute;
  const usedUntil = new Map<string, number>();

  return {
    count(request) {
      const address = addressOf(request);
      const at = now();
      const next = Math.max(usedUntil.get(address) ?? 0, at) + intervalMs;
      const excessMs = next - at - 60_000;
      if (excessMs > 0) return Math.ceil(excessMs / 1_000);
      putLast(usedUntil, address, next, MAX_ADDRESSES);
      return 0;
    },
  };
}

/** What a client reads beside that its key is not good. @param wait in seconds. */
export const tooManyGuesses = (wait: number) =>
  `Too many from this address were not good: try again in ${wait} s.`;

/** @param wait in seconds. */
export const guessRefused = (wait: number) =>
  requestRefused(`This key or session is not good. ${tooManyGuesses(wait)}`, wait);
