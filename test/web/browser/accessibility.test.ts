import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';

import { seedTenant, SEED_ENV, type SeededTenant } from '../../support/database/seeded-tenant.ts';
import { settle } from '../../support/browser/settled-page.ts';
import { useStage } from '../../support/installation/stage.ts';
import {
  describeInBrowser,
  PHONE,
  shoot,
  useWebBrowser,
  type Theme,
} from '../../support/browser/web-browser.ts';
import { accessibilityFaults } from './axe.ts';
import { keyFor, PAGES, STATES } from './views.ts';

const THEMES: readonly Theme[] = ['light', 'dark'];

const TIMEOUT_MS = 120_000;

describeInBrowser(
  'axe-core finds nothing serious or critical, in light, dark or on a phone, on',
  () => {
    const stage = useStage({ name: 'PostgreSQL alone', redis: false }, SEED_ENV);
    const browser = useWebBrowser();
    let seeded: SeededTenant;
    beforeAll(async () => {
      seeded = await seedTenant(stage);
    });

    it.each([...PAGES, ...STATES])('$name', { timeout: TIMEOUT_MS }, async (view) => {
      const page = await browser.openPage(stage.installation.address, {
        key: keyFor(view, seeded),
        path: view.path(seeded),
      });
      await settle(page, view.ready);
      await view.prepare?.(page);
      const faults: string[] = [];
      for (const theme of THEMES) {
        // The open page follows its system.
        await page.emulateMedia({ colorScheme: theme });
        await settle(page, `[data-theme="${theme}"]`);
        await shoot(page, `${view.name}-${theme}`);
        faults.push(...(await accessibilityFaults(page)).map((fault) => `${theme}: ${fault}`));
      }
      expect(faults.join('\n\n')).toBe('');
      if (!PAGES.includes(view)) return;

      await page.setViewportSize(PHONE);
      await page.goto(stage.installation.address + view.path(seeded));
      await settle(page, view.ready);
      await view.prepare?.(page);
      await shoot(page, `${view.name}-phone`);
      // Nothing is to be scrolled sideways for.
      expect(await wideElements(page)).toEqual([]);
      expect((await accessibilityFaults(page)).join('\n\n')).toBe('');
    });
  },
);

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
