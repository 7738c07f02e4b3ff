import type { Page } from 'playwright-core';

import { waitFor } from '../wait.ts';

/** What stands on a page only while something is on its way to it. */
const ON_ITS_WAY = [
  '[aria-busy="true"]',
  '[role="status"][aria-label="Loading"]',
  '.motion-safe\\:animate-pulse',
].join(', ');

/** Transitions that have an end. Where the reader wants little motion, there are hardly any. */
const MOVING = `document.getAnimations().filter((animation) =>
  animation.playState === 'running' &&
  animation.effect.getComputedTiming().endTime !== Infinity).length`;

/** Waits until the view (`ready`, its heading if omitted) is there, loaded, and stands still. */
export async function settle(page: Page, ready = 'h1'): Promise<void> {
  await page.locator(ready).first().waitFor();
  await waitFor(
    async () =>
      (await page.locator(ON_ITS_WAY).count()) === 0 && (await page.evaluate(MOVING)) === 0,
    { timeoutMs: 60_000, everyMs: 50 },
  );
  await page.evaluate('document.fonts.ready.then(() => true)');
}
