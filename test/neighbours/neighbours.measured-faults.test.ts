import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { median } from '../../bench/percentiles.ts';
import { hang, status } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';
import { openNeighbourhood, type Neighbourhood } from './neighbourhood.ts';

const WAITING = 10_000;
const ROUNDS = 5;
const SECONDS = 4;
/** What hangs hangs for longer than all rounds take. */
const ENV = { WEBHOOK_TIMEOUT: '120', RETRY_JITTER: '0.1', INITIAL_RETRY_DELAY: '5' };
/** As long as it takes on a slow machine. */
const SET_UP_MS = 120_000;

/** Where nobody is bad; what is measured elsewhere is measured here by turns. */
let peaceful: Neighbourhood;
beforeAll(async () => {
  peaceful = await openNeighbourhood(ENV);
  await peaceful.measure(SECONDS);
}, SET_UP_MS);
afterAll(() => peaceful.close());

/** The good ones' p95 with and without what is bad, in milliseconds, the medians of five rounds. */
async function compare(disturbed: Neighbourhood, rounds = ROUNDS) {
  const [without, beside]: number[][] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    without?.push(await peaceful.measure(SECONDS));
    beside?.push(await disturbed.measure(SECONDS));
  }
  return { without: median(without ?? []), beside: median(beside ?? []) };
}

function tell(what: string, { without, beside }: { without: number; beside: number }): void {
  process.stdout.write(`${what}: p95 ${without.toFixed(1)} ms, ${beside.toFixed(1)} ms beside\n`);
}

const most = (without: number) => Math.max(1.2 * without, without + 20);

describe.each([
  {
    name: 'one webhook that hangs, with 10,000 waiting',
    env: {},
    async disturb(bad: Neighbourhood) {
      await bad.makeBad(1, hang());
      await bad.triggerBad(WAITING);
    },
    holds: 64,
  },
  {
    name: '200 webhooks that hang, with 10,000 waiting',
    env: {},
    async disturb(bad: Neighbourhood) {
      await bad.makeBad(200, hang());
      await bad.triggerBad(WAITING / 200);
    },
    holds: 200,
  },
  {
    name: 'one webhook that begins to hang when it has all the room that one can have',
    env: { WEBHOOK_CONCURRENCY: '1000' },
    async disturb(bad: Neighbourhood) {
      await bad.makeBad(1, (_request, response) => void setTimeout(() => response.end(), 200));
      await bad.triggerBad(WAITING);
      await waitFor(() => bad.held.most > 100, { timeoutMs: 60_000 });
      bad.answerBad(hang());
      await bad.triggerBad(WAITING);
    },
    holds: 100,
  },
])('$name', ({ name, env, disturb, holds }) => {
  test('delays no other', { timeout: 300_000 }, async () => {
    const disturbed = await openNeighbourhood({ ...ENV, ...env });
    try {
      await disturbed.measure(SECONDS);
      await disturb(disturbed);
      await waitFor(() => disturbed.held.now >= holds, { timeoutMs: 60_000 });
      const seen = await compare(disturbed);
      tell(name, seen);
      expect(disturbed.held.now).toBeGreaterThanOrEqual(holds);
      expect(seen.beside).toBeLessThanOrEqual(most(seen.without));
    } finally {
      await disturbed.close();
    }
  });
});

test(
  'a webhook that is back after an outage gets its 50,000 by a bounded share',
  { timeout: 400_000 },
  async () => {
    const disturbed = await openNeighbourhood(ENV);
    try {
      await disturbed.measure(SECONDS);
      await disturbed.makeBad(1, status(503));
      await disturbed.triggerBad(50_000);
      const before = disturbed.badRequests();
      let answered = 0;
      disturbed.answerBad((_request, response) => {
        answered += 1;
        setTimeout(() => response.end(), 20);
      });
      await waitFor(() => answered > 1_000, { timeoutMs: 60_000 });
      const seen = await compare(disturbed, 2);
      tell(`after an outage, ${answered} of 50,000 caught up`, seen);
      await waitFor(() => answered >= 50_000 - before, { timeoutMs: 200_000 });
      expect(disturbed.held.most).toBeLessThanOrEqual(64);
      // The machine is busy for both.
      expect(seen.beside).toBeLessThanOrEqual(most(seen.without));
    } finally {
      await disturbed.close();
    }
  },
);
