import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';

import { seedTenant, SEED_ENV, type SeededTenant } from '../support/seeded-tenant.ts';
import { settle } from '../support/settled-page.ts';
import { useStage } from '../support/stage.ts';
import { describeInBrowser, PHONE, shoot, useWebBrowser } from '../support/web-browser.ts';
import { accessibilityFaults } from './axe.ts';
import { keyFor, PAGES } from './views.ts';

const TIMEOUT_MS = 120_000;

describeInBrowser(`a screen ${PHONE.width} px wide shows without scrolling sideways`, () => {
  const stage = useStage({ name: 'PostgreSQL alone', redis: false }, SEED_ENV);
  const browser = useWebBrowser();
  let seeded: SeededTenant;
  beforeAll(async () => {
    seeded = await seedTenant(stage);
  });

  it.each(PAGES)('$name', { timeout: TIMEOUT_MS }, async (view) => {
    const page = await browser.openPage(stage.installation.address, {
      key: keyFor(view, seeded),
      path: view.path(seeded),
      viewport: PHONE,
    });
    await settle(page, view.ready);
    await view.prepare?.(page);
    await shoot(page, `${view.name}-phone`);
    expect(await wideElements(page)).toEqual([]);
    expect((await accessibilityFaults(page)).join('\n\n')).toBe('');
  });
});

/** What makes the page wider than the screen; empty where it is not. */
function wideElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = window.innerWidth;
    if ((document.scrollingElement?.scrollWidth ?? 0) <= width) return [];
    const wide = [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > width)
      .map((element) => element.outerHTML.slice(0, 160));
    return [`the page is ${document.scrollingElement?.scrollWidth} px wide`, ...wide.slice(0, 12)];
  });
}
