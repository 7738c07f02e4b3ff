import { expect, test } from 'vitest';
import { startStand } from '../../bench/stand/stand.ts';
import { makeWebhooks } from '../../bench/stand/webhooks.ts';
import { followAcross } from '../stops/followed-across.ts';
import { waitFor } from '../support/wait.ts';
import { flood } from './flood.ts';

const SECONDS = 60;
/** What comes beside what waits is refused before it is read, mostly; some of it is still to be connected. */
const REFUSED_WITHIN_MS = 1_000;
/** And what is let in waits for a second or two; beyond four no connection to the database is free. */
const ACCEPTED_WITHIN_MS = 4_000;
const BUSY = 'graphql.database_busy';

test(
  'ten times what it takes at the door: refused soon, with a time to wait; what is accepted is delivered and told',
  { timeout: 600_000 },
  async () => {
    const stand = await startStand({ kind: 'served' });
    const endpoints = await makeWebhooks(stand, 1);
    const feed = followAcross(() => stand.address, stand.key, { statuses: ['SUCCESS'] });
    let events = 0;
    const told = () => new Set(feed.updates.map(({ delivery }) => delivery.event.eventId)).size;
    const flooded = async (how: Parameters<typeof flood>[1]) => {
      const seen = await flood(stand, how);
      events += seen.events;
      return seen;
    };
    try {
      await flooded({ seconds: 5, clients: 16 });
      await endpoints.received(events);
      const usual = await flooded({ seconds: 5, clients: 16 });
      const perSecond = usual.accepted / 5;
      await endpoints.received(events);
      const memoryBefore = stand.peakMemory();

      const seen = await flooded({ seconds: SECONDS, perSecond: 10 * perSecond });
      const behind = events - told();
      await waitFor(
        async () => {
          const { rows } = await stand.database.query<{ open: boolean }>(
            `SELECT EXISTS (SELECT FROM "Delivery" WHERE status <> 'SUCCESS') AS open`,
          );
          return rows[0]?.open === false;
        },
        { timeoutMs: 180_000, everyMs: 500 },
      );
      await endpoints.received(events);
      await waitFor(() => told() === events, { timeoutMs: 60_000, everyMs: 500 });
      const memory = stand.peakMemory();
      const { acceptedMs, refusedMs } = seen;
      const shape = ({ p50, p95, most }: typeof acceptedMs) =>
        [p50, p95, most].map((each) => Math.round(each)).join(' / ');
      process.stdout.write(
        `${Math.round(perSecond)} calls of ten events are taken in a second; of ${seen.sent} in ${SECONDS} s ` +
          `${seen.accepted} were accepted (p50 / p95 / most ${shape(acceptedMs)} ms), ${seen.refused} refused ` +
          `(${shape(refusedMs)} ms); the feed was ${behind} events behind at the end; ` +
          `at most ${Math.round(memory)} MB, ${Math.round(memoryBefore)} before\n`,
      );
      expect([...seen.other]).toEqual([]);
      expect(seen.refused).toBeGreaterThan(seen.sent / 2);
      // Who is refused costs little.
      expect(seen.accepted / SECONDS).toBeGreaterThan(perSecond / 3);
      expect(refusedMs.p50).toBeLessThan(REFUSED_WITHIN_MS);
      expect(acceptedMs.p50).toBeLessThan(ACCEPTED_WITHIN_MS);
      expect(memory).toBeLessThan(memoryBefore + 300);
      for (const { complaints, log } of stand.servers) {
        expect(complaints).toEqual([]);
        // What waited longest found no connection to the database: it was refused too.
        const serious = log.filter(({ level, msg }) => level >= 50 && msg !== BUSY);
        expect(serious).toEqual([]);
      }

      // And all is as before.
      const after = await flooded({ seconds: 2, clients: 4 });
      expect([...after.other]).toEqual([]);
      expect(after.refused).toBe(0);
      await waitFor(() => told() === events, { timeoutMs: 10_000, everyMs: 200 });
    } finally {
      feed.stop();
      endpoints.end();
      await stand.stop();
    }
  },
);
