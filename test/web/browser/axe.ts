import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds serious or critical on the page as it stands, in words that say where. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Past the policy: what the browser's own tools run is no script of the page.
  await page.evaluate(source);
  const violations = await page.evaluate(
    async (): Promise<AxeResults['violations']> => (await window.axe.run(document)).violations,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '', html }) =>
          `${impact} ${id} at ${target.join(' ')}: ${html.slice(0, 200)}\n${failureSummary}`,
      ),
    );
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
