import { expect, test } from 'vitest';
import { SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { faultsOf, leftLying } from './history.ts';
import { killServed } from './kill-served.ts';
import { FAULT_ROUNDS, FAULT_SEED } from './rounds.ts';
import { STEPS } from './schedule.ts';
import { heldAt, tellKills } from './tell-kills.ts';

/** Of all that was held, with a thousand under way all the time. */
const LATE_AT_MOST = 0.01;

test.each(SERVED_BACKENDS)(
  'API, worker and both in one: killed at each step of their work they lose nothing, on $on',
  { timeout: 1_800_000 },
  async ({ options }) => {
    const seen = await killServed({
      ...options,
      seed: FAULT_SEED,
      rounds: FAULT_ROUNDS,
      steps: STEPS,
    });
    tellKills(seen);
    expect(faultsOf(seen.history)).toEqual([]);
    // Under a backlog that lasts a few wait longer than they should.
    expect(leftLying(seen.history).length).toBeLessThanOrEqual(heldAt(seen) * LATE_AT_MOST);
    expect(seen.history.kills).toHaveLength(STEPS.length * FAULT_ROUNDS);
  },
);
