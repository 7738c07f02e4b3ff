import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { seedTenant, SEED_ENV } from '../../support/database/seeded-tenant.ts';
import { settle } from '../../support/browser/settled-page.ts';
import { useStage } from '../../support/installation/stage.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const BUDGET_KB = 230;
const BUILT = fileURLToPath(new URL('../../../dist/web', import.meta.url));

describeInBrowser('the first load of the web app', () => {
  const stage = useStage({ name: 'PostgreSQL alone', redis: false }, SEED_ENV);
  const browser = useWebBrowser();

  it(`takes at most ${BUDGET_KB} kB of JavaScript, gzipped, to the whole dashboard`, async () => {
    const { address } = stage.installation;
    const { key } = await seedTenant(stage);
    const page = await browser.openPage(address, { key });
    await settle(page);
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => new URL(name).pathname.endsWith('.js')),
    );
    // Chromium takes Brotli, which is less: the budget is for gzip, as the build made it.
    const sizes = scripts.map((name) => {
      const { pathname } = new URL(name);
      const isCompressed = pathname.startsWith('/assets/');
      return { pathname, bytes: statSync(`${BUILT}${pathname}${isCompressed ? '.gz' : ''}`).size };
    });
    const kB = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000;
    console.log(`first load: ${kB.toFixed(1)} kB of JavaScript in ${sizes.length} files, gzipped`);
    expect(sizes.length).toBeGreaterThan(1);
    expect(kB, JSON.stringify(sizes, null, 1)).toBeLessThanOrEqual(BUDGET_KB);
  });
});
