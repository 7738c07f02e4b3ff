import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMicroBatch } from '../../server/database/micro-batch.ts';
import { waitFor } from '../support/wait.ts';

/** A flush that ends when the test says so. */
function heldFlushes() {
  const flushes: { items: number[]; end: () => void; fail: (error: Error) => void }[] = [];
  return {
    flushes,
    sizes: () => flushes.map(({ items }) => items.length),
    flush: (items: number[]) =>
      new Promise<number[]>((resolve, reject) => {
        flushes.push({ items, end: () => resolve(items.map((n) => n * 10)), fail: reject });
      }),
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a micro-batch', () => {
  it('answers each caller with its own result, and one flush serves all of a moment', async () => {
    const sizes: number[] = [];
    const batch = createMicroBatch<number, number>({
      maxItems: 50,
      parallel: 1,
      async flush(items) {
        sizes.push(items.length);
        return items.map((n) => n * 10);
      },
    });
    const results = await Promise.all(numbers(20).map((n) => batch.add(n)));
    expect(results).toEqual(numbers(20).map((n) => n * 10));
    expect(sizes).toEqual([20]);
  });

  it('holds at most so many items, in so many flushes at a time, in order', async () => {
    const { flush, flushes, sizes } = heldFlushes();
    const batch = createMicroBatch({ maxItems: 4, parallel: 2, flush });
    const all = Promise.all(numbers(11).map((n) => batch.add(n)));
    await turn();
    expect(sizes()).toEqual([4, 4]);
    flushes[0]?.end();
    await waitFor(() => flushes.length === 3);
    expect(flushes.flatMap(({ items }) => items)).toEqual(numbers(11));
    for (const { end } of flushes) end();
    expect(await all).toEqual(numbers(11).map((n) => n * 10));
  });

  it('lets only a full batch go out beside another once there are so many items', async () => {
    const { flush, flushes, sizes } = heldFlushes();
    const batch = createMicroBatch({ maxItems: 4, parallel: 2, aloneFrom: 3, flush });
    const first = batch.add(0);
    await turn();
    const second = batch.add(1);
    await turn();
    // Few: they do not wait for each other.
    expect(sizes()).toEqual([1, 1]);
    flushes[0]?.end();
    await first;
    const some = numbers(3).map((n) => batch.add(n));
    await turn();
    await turn();
    expect(sizes()).toEqual([1, 1]);
    const fourth = batch.add(3);
    expect(sizes()).toEqual([1, 1, 4]);
    const rest = numbers(2).map((n) => batch.add(n));
    flushes[1]?.end();
    await second;
    await turn();
    expect(sizes()).toEqual([1, 1, 4]);
    flushes[2]?.end();
    await Promise.all([...some, fourth]);
    await waitFor(() => flushes.length === 4);
    flushes[3]?.end();
    expect(await Promise.all(rest)).toEqual([0, 10]);
  });

  it('waits for company only as long as it is told, and not when it is full', async () => {
    const { flush, flushes, sizes } = heldFlushes();
    let lingerMs = 60_000;
    const batch = createMicroBatch({ maxItems: 3, parallel: 9, lingerMs: () => lingerMs, flush });
    const full = Promise.all(numbers(3).map((n) => batch.add(n)));
    expect(sizes()).toEqual([3]);
    flushes[0]?.end();
    await full;

    lingerMs = 0;
    const alone = batch.add(7);
    await turn();
    expect(sizes()).toEqual([3, 1]);
    flushes[1]?.end();
    expect(await alone).toBe(70);

    lingerMs = 20;
    const begun = performance.now();
    const both = Promise.all([batch.add(1), batch.add(2)]);
    await waitFor(() => flushes.length === 3, { everyMs: 1 });
    expect(performance.now() - begun).toBeGreaterThan(15);
    expect(sizes()).toEqual([3, 1, 2]);
    flushes[2]?.end();
    await both;
  });

  it('fails each caller of a flush that fails, and goes on', async () => {
    const { flush, flushes } = heldFlushes();
    const batch = createMicroBatch({ maxItems: 2, parallel: 1, flush });
    const failing = Promise.allSettled([batch.add(1), batch.add(2)]);
    const next = batch.add(3);
    flushes[0]?.fail(new Error('lost'));
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await waitFor(() => flushes.length === 2);
    flushes[1]?.end();
    expect(await next).toBe(30);
  });

  it('fails its callers where a flush answers with another number of results', async () => {
    const batch = createMicroBatch<number, number>({
      maxItems: 9,
      parallel: 1,
      flush: async () => [1],
    });
    const outcomes = await Promise.allSettled([batch.add(1), batch.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('drains: what lingers goes out at once, and what runs is waited for', async () => {
    const { flush, flushes } = heldFlushes();
    const batch = createMicroBatch({ maxItems: 9, parallel: 1, lingerMs: () => 60_000, flush });
    await batch.drain();
    const added = batch.add(1);
    let isDrained = false;
    const drained = batch.drain().then(() => (isDrained = true));
    expect(flushes).toHaveLength(1);
    await turn();
    expect(isDrained).toBe(false);
    flushes[0]?.end();
    await drained;
    expect(await added).toBe(10);
  });
});
