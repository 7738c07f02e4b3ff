import { expect, test } from 'vitest';

import { createChangeRate } from '../../web/live/change-rate.ts';

test('a rate is that of the last five seconds, and none where nothing comes', () => {
  let now = 1_000_000;
  const rate = createChangeRate(() => now);
  expect(rate.perSecond()).toBe(0);
  for (let ms = 0; ms < 10_000; ms += 20) {
    now += 20;
    rate.count();
  }
  expect(rate.perSecond()).toBeGreaterThan(45);
  expect(rate.perSecond()).toBeLessThan(55);
  now += 6_000;
  expect(rate.perSecond()).toBe(0);
});

test('a single change is one a second at most', () => {
  let now = 999;
  const rate = createChangeRate(() => now);
  rate.count();
  expect(rate.perSecond()).toBeLessThanOrEqual(1);
  now += 3_000;
  expect(rate.perSecond()).toBeGreaterThan(0);
  expect(rate.perSecond()).toBeLessThan(0.5);
});
