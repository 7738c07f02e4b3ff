import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { platformOn } from '../support/installation/platform.ts';
import { makeServedProcesses, SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { failTimes, startReceiver } from '../support/receiver/receiver.ts';

const SHIFTED_CLOCK = fileURLToPath(
  new URL('../support/installation/shifted-clock.mjs', import.meta.url),
);
const MINUTES_MS = 10 * 60_000;
const DELAY_MS = 3_000;
/** An attempt is early by so much at most, and late by so much. */
const EARLY_MS = 1_000;
const LATE_MS = 2_000;
const EVENTS = 60;

const withClock = (shiftMs: number) => ({
  NODE_OPTIONS: `--import=${SHIFTED_CLOCK}`,
  CLOCK_SHIFT_MS: String(shiftMs),
});

describe.concurrent('processes whose clocks are ten minutes apart', () => {
  test.each(SERVED_BACKENDS)(
    'make each attempt in its time, and sign by their own clock, on $on',
    { timeout: 120_000 },
    async ({ options }) => {
      const receiver = await startReceiver();
      // So few in flight that both workers have some.
      const env = { INITIAL_RETRY_DELAY: String(DELAY_MS / 1_000), WEBHOOK_CONCURRENCY: '8' };
      const served = await makeServedProcesses({ ...options, env });
      try {
        const [api] = await Promise.all([
          served.start('api', withClock(-MINUTES_MS)),
          served.start('worker'),
          served.start('worker', withClock(MINUTES_MS)),
        ]);
        const client = served.clientOf(api);
        const platform = platformOn(client);
        receiver.on('/fails', failTimes(EVENTS));
        await platform.createWebhook({ url: receiver.url('/fails') });
        const events = Array.from({ length: EVENTS }, () => ({
          type: 'user.created',
          payload: {},
        }));
        await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
        const deliveries = await waitUntilAllEnded(client, 30_000);

        expect(deliveries.map(({ status }) => status)).toEqual(
          Array.from({ length: EVENTS }, () => 'SUCCESS'),
        );
        const firstAt = new Map<unknown, number>();
        const waits: number[] = [];
        const shifts = new Set<number>();
        for (const { headers, at } of receiver.requests('/fails')) {
          const id = headers['webhook-id'];
          const first = firstAt.get(id);
          if (first === undefined) firstAt.set(id, at);
          else waits.push(at - first);
          const signedAt = Number(headers['webhook-timestamp']) * 1_000;
          // To the second: so it is written.
          shifts.add(Math.round((signedAt - at) / MINUTES_MS) * MINUTES_MS);
          expect(Math.abs((signedAt - at) % MINUTES_MS)).toSatisfy(
            (off: number) => off < 3_000 || off > MINUTES_MS - 3_000,
          );
        }
        expect(waits).toHaveLength(EVENTS);
        expect(Math.min(...waits)).toBeGreaterThanOrEqual(DELAY_MS - EARLY_MS);
        expect(Math.max(...waits)).toBeLessThanOrEqual(DELAY_MS + LATE_MS);
        expect(shifts).toEqual(new Set([0, MINUTES_MS]));
      } finally {
        await served.stop();
        await receiver.close();
      }
    },
  );
});
