import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { unhurried } from '../../server/database/unhurried.ts';

describe('work that has time', () => {
  it('rests three times as long as it took', async () => {
    const begun = performance.now();
    let tookMs = 0;
    const result = await unhurried(async () => {
      await pause(20);
      tookMs = performance.now() - begun;
      return 'done';
    });
    expect(result).toBe('done');
    // A timer may be early by a millisecond.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(4 * tookMs - 2);
  });

  it('rests no longer than until it is to stop', async () => {
    const stopping = new AbortController();
    const work = unhurried(async () => {
      await pause(20);
      stopping.abort();
      return 'done';
    }, stopping.signal);
    expect(await work).toBe('done');
  });

  it('fails as it fails, with no rest', async () => {
    await expect(unhurried(() => Promise.reject(new Error('deadlock')))).rejects.toThrow(
      'deadlock',
    );
  });
});
