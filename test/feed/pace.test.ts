import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPace } from '../../server/feed/pace.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** At which milliseconds something that always wants to be done is done. */
function stepsIn(ms: number, pace = createPace({ perSecond: 50, burst: 3, gapMs: 5 })): number[] {
  const steps: number[] = [];
  for (let now = 0; now < ms; now += 1) {
    if (pace.wait() === 0) {
      pace.step();
      steps.push(now);
    }
    vi.advanceTimersByTime(1);
  }
  return steps;
}

test('a few come with a gap between them, then all come evenly', () => {
  expect(stepsIn(100)).toEqual([0, 5, 10, 20, 40, 60, 80]);
});

test('the first after a rest waits for what comes in its wake, the others do not', () => {
  const pace = createPace({ perSecond: 50, burst: 3, gapMs: 5, lingerMs: 4 });
  expect(pace.wait()).toBe(4);
  vi.advanceTimersByTime(4);
  pace.step();
  vi.advanceTimersByTime(6);
  expect(pace.wait()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(pace.wait()).toBe(4);
});

test('held back, the next waits longer, and only that one', () => {
  const pace = createPace({ perSecond: 50, burst: 3, gapMs: 5 });
  pace.step();
  pace.holdBack(40);
  vi.advanceTimersByTime(10);
  expect(pace.wait()).toBe(30);
  vi.advanceTimersByTime(30);
  expect(pace.wait()).toBe(0);
  pace.step();
  vi.advanceTimersByTime(5);
  expect(pace.wait()).toBe(0);
});

test('a rest makes room for a few again', () => {
  const pace = createPace({ perSecond: 50, burst: 3, gapMs: 5 });
  stepsIn(100, pace);
  expect(pace.wait()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(stepsIn(50, pace)).toEqual([0, 5, 10, 20, 40]);
});
