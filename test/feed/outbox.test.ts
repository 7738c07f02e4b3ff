import { expect, test } from 'vitest';
import { createOutbox } from '../../server/feed/backends/outbox.ts';

const NO_PAUSE = { perSecond: 1_000_000, burst: 1, gapMs: 0 };

/** Hand-overs that end when the test says so. */
function heldSends() {
  const batches: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  return {
    batches,
    endNext: () => ends.shift()?.(),
    send(tenantIds: readonly string[]) {
      batches.push(tenantIds);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
  };
}

test('idle, it hands over at once; while it does, the rest gathers, each tenant once', async () => {
  const held = heldSends();
  const outbox = createOutbox(held.send, NO_PAUSE);
  outbox.add(['a', 'a']);
  expect(held.batches).toEqual([['a']]);
  for (let count = 0; count < 1_000; count += 1) outbox.add(['b', 'a']);

  const flushed = outbox.flush();
  held.endNext();
  await expect.poll(() => held.batches.length).toBe(2);
  expect(held.batches[1]).toEqual(['b', 'a']);
  held.endNext();
  await flushed;
  expect(held.batches).toHaveLength(2);
});

test('what waits for its time is handed over when it is flushed', async () => {
  const held = heldSends();
  const outbox = createOutbox(held.send, { perSecond: 0.001, burst: 1, gapMs: 0 });
  outbox.add(['a']);
  held.endNext();
  outbox.add(['b']);
  const flushed = outbox.flush();
  await expect.poll(() => held.batches).toEqual([['a'], ['b']]);
  held.endNext();
  await flushed;
});
