import { inspect } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';

type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * How long a test waits for what must come: far longer than it takes on a machine that is busy with
 * other things. Nothing waits it out but a test that fails.
 */
export const PATIENCE_MS = 30_000;

/**
 * Asks `probe` until it returns something truthy, and returns that. Fails after `timeoutMs`
 * with what the probe last threw or returned.
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = PATIENCE_MS, everyMs = 10 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Truthy<Awaited<T>>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    let last: { value: unknown } | { error: unknown };
    try {
      const value = await probe();
      if (isTruthy(value)) return value;
      last = { value };
    } catch (error) {
      last = { error };
    }
    if (Date.now() >= until) {
      const what =
        'error' in last ? `threw ${inspect(last.error)}` : `answered ${inspect(last.value)}`;
      throw new Error(`Waited ${timeoutMs} ms in vain; the probe last ${what}`);
    }
    await pause(everyMs);
  }
}

function isTruthy<T>(value: T): value is Truthy<T> & T {
  return Boolean(value);
}
