import { expect, test } from 'vitest';

import { createRandom } from '../support/random.ts';
import { Cutoff, CutoffGroup } from '../../server/worker/sender/cutoff.ts';

test('a group cuts off its members, whichever of its signals fires, and nobody who has left', () => {
  const random = createRandom(1);
  for (let round = 0; round < 50; round += 1) {
    const signals = [new AbortController(), new AbortController()];
    const group = new CutoffGroup(
      signals.map(({ signal }) => signal),
      () => new Error('over'),
    );
    const left: Cutoff[] = [];
    const members = new Set<Cutoff>();
    for (let step = 0; step < 40; step += 1) {
      if (random.next() < 0.6 || members.size === 0) {
        const member = new Cutoff();
        members.add(member);
        group.add(member);
      } else {
        const member = random.pick([...members]);
        members.delete(member);
        group.delete(member);
        left.push(member);
      }
    }
    random.pick(signals).abort();
    expect([...members].every(({ aborted }) => aborted)).toBe(true);
    expect(left.some(({ aborted }) => aborted)).toBe(false);
  }
});
