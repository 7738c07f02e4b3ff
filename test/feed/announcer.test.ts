import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createAnnouncer } from '../../server/feed/announcer.ts';
import type { DeliveryChange } from '../../server/feed/topics.ts';
import { madeChange } from '../support/made-changes.ts';

const logger = pino({ level: 'silent' });

/** A backend whose hand-overs end when the test says so. */
function heldBackend() {
  const batches: (readonly DeliveryChange[])[] = [];
  const ends: (() => void)[] = [];
  return {
    batches,
    endNext: () => ends.shift()?.(),
    announce(changes: readonly DeliveryChange[]) {
      batches.push(changes);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
  };
}

test('an idle announcer hands over at once; while it does, the rest gathers in order', async () => {
  const backend = heldBackend();
  const announcer = createAnnouncer(backend, { logger });
  const changes = Array.from({ length: 50 }, (_, version) => madeChange({ version }));
  for (const change of changes) announcer.announce([change]);
  expect(backend.batches).toEqual([changes.slice(0, 1)]);

  const flushed = announcer.flush();
  backend.endNext();
  await expect.poll(() => backend.batches.length).toBe(2);
  expect(backend.batches[1]).toEqual(changes.slice(1));
  backend.endNext();
  await flushed;
});

test('a backend that hangs costs bounded memory: the oldest are dropped', async () => {
  const backend = heldBackend();
  const announcer = createAnnouncer(backend, { logger });
  const change = madeChange();
  const batch = Array.from({ length: 1_000 }, () => change);
  for (let count = 0; count < 300; count += 1) announcer.announce(batch);
  const last = madeChange();
  announcer.announce([last]);

  const flushed = announcer.flush();
  const release = setInterval(() => backend.endNext(), 1);
  await flushed;
  clearInterval(release);
  const handedOver = backend.batches.flat();
  expect(handedOver.length).toBeLessThan(60_000);
  expect(handedOver.at(-1)).toBe(last);
});

test('a backend that fails stops nothing', async () => {
  let calls = 0;
  const announcer = createAnnouncer(
    {
      async announce() {
        calls += 1;
        throw new Error('away');
      },
    },
    { logger },
  );
  announcer.announce([madeChange()]);
  await announcer.flush();
  announcer.announce([madeChange()]);
  await announcer.flush();
  expect(calls).toBe(2);
});
