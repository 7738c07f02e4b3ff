import { expect, test } from 'vitest';
import { startChild } from '../../bench/children/child.ts';
import type { FeedReport } from '../../bench/children/feed-sockets.ts';
import { percentiles } from '../../bench/percentiles.ts';
import { createDriver } from '../../bench/stand/driver.ts';
import { startStand } from '../../bench/stand/stand.ts';
import { makeWebhooks } from '../../bench/stand/webhooks.ts';
import { openDeafSockets } from './deaf-sockets.ts';

const READERS = 450;
const DEAF = 50;
const TENANTS = 50;
/** Events a second over all tenants, and to the one that nobody listens to. */
const RATE = 67;
const DEAF_RATE = 10;
const SECONDS = 30;
/** So that what the system keeps for a socket is soon full. */
const LARGE = { text: 'x'.repeat(20_000) };
const SUCCESS_WITHIN_MS = 250;

test(
  '500 sockets, 50 of which read nothing: the others are told in time, and no memory is lost to these',
  { timeout: 300_000 },
  async () => {
    const stand = await startStand({ kind: 'served' });
    const keys = await stand.addTenants(TENANTS);
    const [deafKey = '', ...others] = keys;
    const endpoints = await makeWebhooks(stand, 1, keys);
    const { address } = stand;
    const readers = await startChild<FeedReport>(
      'feed-sockets.ts',
      address,
      `${READERS}`,
      ...others,
    );
    const deaf = await openDeafSockets(address, deafKey, DEAF);
    const connections = 32;
    const warmUp = createDriver({
      addresses: [address],
      keys: others,
      connections,
      isWarmUp: true,
    });
    const heard = createDriver({ addresses: [address], keys: others, connections });
    const unheard = createDriver({
      addresses: [address],
      keys: [deafKey],
      connections,
      payload: LARGE,
    });
    try {
      await warmUp.atRate(RATE, 2 * RATE);
      await endpoints.received(2 * RATE);
      const memoryBefore = stand.peakMemory();
      await Promise.all([
        heard.atRate(RATE, RATE * SECONDS),
        unheard.atRate(DEAF_RATE, DEAF_RATE * SECONDS),
      ]);
      await endpoints.received((2 + SECONDS) * RATE + SECONDS * DEAF_RATE);
      const { success, fromChange } = await readers.report();
      const [told, since] = [percentiles(success), percentiles(fromChange)];
      const memory = stand.peakMemory();
      process.stdout.write(
        `told after ${told.p50.toFixed(1)} ms, p95 ${told.p95.toFixed(1)} ms (${since.p95.toFixed(1)} ms ` +
          `from the change); ${deaf.dropped} deaf sockets dropped; at most ${Math.round(memory)} MB, ` +
          `${Math.round(memoryBefore)} before\n`,
      );
      expect(success.length).toBeGreaterThan(0);
      expect(told.p95).toBeLessThan(SUCCESS_WITHIN_MS);
      expect(deaf.dropped).toBeGreaterThan(0);
      expect(memory).toBeLessThan(memoryBefore + 300);
      for (const { complaints, log } of stand.servers) {
        expect(complaints).toEqual([]);
        expect(log.filter(({ level }) => level >= 50)).toEqual([]);
      }
    } finally {
      deaf.close();
      readers.end();
      endpoints.end();
      await Promise.all([warmUp, heard, unheard].map((each) => each.close()));
      await stand.stop();
    }
  },
);
