import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createStatsPulse, type StatsTopic } from '../../server/graphql/stats/pulse.ts';
import type { LoggedChange } from '../../server/feed/log/change-log.ts';
import { madeChange } from '../support/database/made-changes.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const TOPIC: StatsTopic = { tenantId: 't', webhookId: null, windowMs: 3_600_000 };

function open() {
  const told = new Set<(change: LoggedChange | null) => void>();
  const pulse = createStatsPulse({
    async onChanges(_tenantId, onChange) {
      told.add(onChange);
      return () => void told.delete(onChange);
    },
  });
  return {
    listeners: () => told.size,
    change: (change: LoggedChange | null = null) => {
      for (const each of told) each(change);
    },
    follow(topic = TOPIC) {
      const came: { topic: StatsTopic; at: number }[] = [];
      const values = pulse.follow(topic)[Symbol.asyncIterator]();
      const done = (async () => {
        for (let next = await values.next(); !next.done; next = await values.next()) {
          came.push({ topic: next.value, at: performance.now() });
        }
      })();
      return { came, leave: () => Promise.all([values.return?.(), done]) };
    },
  };
}

it('comes at once, then once a second while there are changes, at the same time to all', async () => {
  const { change, follow } = open();
  const [first, second] = [follow(), follow()];
  await vi.advanceTimersByTimeAsync(10);
  expect([first.came.length, second.came.length]).toEqual([1, 1]);
  for (let ms = 0; ms < 3_000; ms += 10) {
    change();
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(first.came.length).toBeGreaterThanOrEqual(4);
  expect(first.came.length).toBeLessThanOrEqual(5);
  expect(second.came.map(({ at }) => at)).toEqual(first.came.map(({ at }) => at));
  first.came.forEach(({ topic }, index) => expect(second.came[index]?.topic).toBe(topic));
  const gaps = first.came.slice(1).map(({ at }, index) => at - (first.came[index]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(999);
});

it('says nothing where nothing that matters changed', async () => {
  const { change, follow } = open();
  const mine = follow({ ...TOPIC, webhookId: 'mine' });
  await vi.advanceTimersByTimeAsync(10);
  change(madeChange({ delivery: { webhookId: 'mine', isTest: true } }));
  change(madeChange({ delivery: { webhookId: 'other' } }));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(mine.came).toHaveLength(1);
  change(madeChange({ delivery: { webhookId: 'mine' } }));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(mine.came).toHaveLength(2);
});

it('who comes while nothing changes is told by the object that the others have', async () => {
  const { follow } = open();
  const first = follow();
  await vi.advanceTimersByTimeAsync(500);
  const second = follow();
  await vi.advanceTimersByTimeAsync(10);
  expect(second.came[0]?.topic).toBe(first.came[0]?.topic);
});

it('those who came at almost the same moment are told together, and once', async () => {
  const { change, follow } = open();
  const first = follow();
  await vi.advanceTimersByTimeAsync(5);
  const second = follow();
  await vi.advanceTimersByTimeAsync(5);
  change();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(first.came).toHaveLength(2);
  expect(second.came).toHaveLength(2);
  expect(second.came[1]?.topic).toBe(first.came[1]?.topic);
});

it('who comes while there are changes keeps none of the others from being told', async () => {
  const { change, follow } = open();
  const first = follow();
  await vi.advanceTimersByTimeAsync(10);
  const others = [];
  for (let ms = 0; ms < 5_000; ms += 100) {
    change();
    others.push(follow());
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(first.came.length).toBeGreaterThanOrEqual(5);
  await vi.advanceTimersByTimeAsync(3_000);
  const newest = first.came.at(-1)?.topic;
  for (const { came } of others) expect(came.at(-1)?.at).toBeGreaterThan(5_000 - 100);
  expect(newest).toBeDefined();
});

it('ends at once, and listens no longer than it has followers', async () => {
  const { listeners, follow } = open();
  const [first, second] = [follow(), follow()];
  await vi.advanceTimersByTimeAsync(10);
  expect(listeners()).toBe(1);
  await first.leave();
  expect(listeners()).toBe(1);
  await second.leave();
  await vi.advanceTimersByTimeAsync(1);
  expect(listeners()).toBe(0);
});
