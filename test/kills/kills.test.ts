import { describe, expect, test } from 'vitest';
import { SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { faultsOf } from './history.ts';
import { killEmbedded } from './kill-embedded.ts';
import { killServed } from './kill-served.ts';
import { EMBEDDED_STEPS, STEPS } from './schedule.ts';

/** A sample of what the *.faults.test.ts here do: one kill at each step, on one backend or the other. */
const SEED = 1;
const everySecond = (from: number) => STEPS.filter((_step, index) => index % 2 === from);

describe.concurrent('processes that are killed at the steps of their work lose nothing', () => {
  test.each(SERVED_BACKENDS)('on $on', { timeout: 300_000 }, async ({ options, on }) => {
    const steps = everySecond(on === 'Redis' ? 0 : 1);
    const { history } = await killServed({ ...options, seed: SEED, rounds: 1, steps });
    expect(faultsOf(history)).toEqual([]);
    expect(history.kills).toHaveLength(steps.length);
  });

  test('embedded', { timeout: 300_000 }, async () => {
    const steps = EMBEDDED_STEPS.slice(-2);
    const { history } = await killEmbedded({ seed: SEED, rounds: 1, steps });
    expect(faultsOf(history)).toEqual([]);
    expect(history.kills).toHaveLength(steps.length);
  });
});
