import { expect, test } from 'vitest';
import { faultsOf } from './history.ts';
import { killEmbedded } from './kill-embedded.ts';
import { FAULT_ROUNDS, FAULT_SEED } from './rounds.ts';
import { EMBEDDED_STEPS } from './schedule.ts';
import { tellKills } from './tell-kills.ts';

test(
  'an embedded installation that is killed at each step of its work loses nothing',
  { timeout: 1_800_000 },
  async () => {
    const seen = await killEmbedded({
      seed: FAULT_SEED,
      rounds: FAULT_ROUNDS,
      steps: EMBEDDED_STEPS,
    });
    tellKills(seen);
    expect(faultsOf(seen.history)).toEqual([]);
    expect(seen.history.kills).toHaveLength(EMBEDDED_STEPS.length * FAULT_ROUNDS);
  },
);
