import { expect, test } from 'vitest';
import { createFeedLag } from '../../web/live/feed-lag.ts';

/** A page whose clock stands elsewhere than the database's. */
function page() {
  let here = 50_000;
  const base = Date.parse('2026-01-01T00:00:00Z');
  const lag = createFeedLag(() => here);
  const at = (ms: number) => new Date(base + ms).toISOString();
  return {
    lag,
    /** A change of this moment, told and shown so many milliseconds later. */
    come(changed: number, { toldAfter = 5, shownAfter = 10 } = {}) {
      here = 50_000 + changed + toldAfter + shownAfter;
      lag.observe({ changedAt: at(changed), toldAt: at(changed + toldAfter) });
    },
    wait(ms: number) {
      here += ms;
    },
  };
}

test('nothing has come: nothing to be behind of', () => {
  expect(page().lag.get()).toBe(0);
});

test('the server is behind: also with the first update that comes', () => {
  const { lag, come } = page();
  come(0, { toldAfter: 4_000 });
  expect(lag.get()).toBe(4_000);
});

test('the way to the page is held up', () => {
  const { lag, come } = page();
  come(0);
  expect(lag.get()).toBeLessThan(20);
  come(1_000, { shownAfter: 3_010 });
  expect(lag.get()).toBe(3_005);
  come(10_000);
  expect(lag.get()).toBeLessThan(20);
});

test('without updates for a while it has caught up', () => {
  const { lag, come, wait } = page();
  come(0, { toldAfter: 4_000 });
  wait(2_001);
  expect(lag.get()).toBe(0);
});

test('clocks that drift apart are not taken for a way that grew', () => {
  const { lag, come } = page();
  for (let minute = 0; minute < 600; minute += 1) {
    // 5 s in ten hours.
    come(minute * 60_000, { shownAfter: 10 + minute * 8 });
  }
  expect(lag.get()).toBeLessThan(250);
});
