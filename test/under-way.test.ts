import { expect, test } from 'vitest';

import { createUnderWay } from '../server/under-way.ts';

test('a stop waits for what is under way, however it ends', async () => {
  const underWay = createUnderWay();
  await underWay.none();
  let fail = (_error: Error) => {};
  underWay.track(new Promise((_resolve, reject) => (fail = reject)));
  underWay.begin();
  let isOver = false;
  const over = underWay.none().then(() => (isOver = true));
  fail(new Error('it went wrong'));
  // A turn of the loop: all that was settled has been told.
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  underWay.end();
  await over;
  await underWay.none();
});
