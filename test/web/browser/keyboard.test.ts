import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { deliveryRow } from '../../support/browser/shown-deliveries.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

const TIMEOUT_MS = 300_000;
const patient = { timeoutMs: 60_000, everyMs: 25 };
const DELIVERIES = 3;

describeInBrowser('the keyboard in the web app', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  /** Newest first, as the list has them. */
  let ids: string[] = [];

  beforeAll(async () => {
    tenant = await stage.tenant();
    await tenant.endpoint();
    ids = [];
    for (let count = 0; count < DELIVERIES; count += 1) {
      const [delivery] = await tenant.ended(await tenant.send());
      ids.unshift(delivery?.id ?? '');
    }
  });

  async function open(path: string): Promise<Page> {
    const page = await openPage(stage.installation.address, { key: tenant.key, path });
    await page.locator('main h1').waitFor();
    return page;
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

  /** The delivery that j and k stand on, which has the focus too. */
  const isOn = (page: Page, id: string) =>
    waitFor(
      async () =>
        (await deliveryRow(page, id).evaluate((row) => row.contains(document.activeElement))) &&
        (await page.locator('[data-deliveries] [data-active]').count()) === 1 &&
        (await deliveryRow(page, id).getAttribute('data-active')) !== null,
      patient,
    );

  it(
    'goes through the deliveries, opens one, comes back to its row, and asks for a retry',
    async () => {
      const page = await open('/deliveries');
      const [first = '', second = '', third = ''] = ids;
      await deliveryRow(page, third).waitFor();
      const { keyboard } = page;
      await keyboard.press('j');
      await isOn(page, first);
      await keyboard.press('j');
      await isOn(page, second);
      await keyboard.press('j');
      await keyboard.press('j');
      await isOn(page, third);
      await keyboard.press('k');
      await isOn(page, second);

      await keyboard.press('Enter');
      const pane = page.getByRole('complementary', { name: /^Delivery/ });
      await page.waitForURL((url) => url.pathname === `/deliveries/${second}`);
      await waitFor(() => pane.evaluate((each) => each === document.activeElement), patient);
      expect(await deliveryRow(page, second).getAttribute('aria-current')).toBe('true');
      await keyboard.press('Escape');
      await pane.waitFor({ state: 'detached' });
      await page.waitForURL((url) => url.pathname === '/deliveries');
      await isOn(page, second);

      await keyboard.press('r');
      const question = page.getByRole('alertdialog', { name: /^Retry/ });
      await question.waitFor();
      await keyboard.press('j');
      await keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
      await isOn(page, second);

      await keyboard.press('Enter');
      await pane.getByRole('button', { name: 'Retry', exact: true }).waitFor();
      await keyboard.press('r');
      await question.waitFor();
      await keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
      await pane.waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'finds the search of each list with /, which takes letters as letters',
    async () => {
      const page = await open('/deliveries');
      for (const [path, label] of [
        ['/deliveries', 'Exact event id'],
        ['/webhooks', 'Search webhooks'],
        ['/events', 'Exact event id'],
      ] as const) {
        await page.goto(stage.installation.address + path);
        const search = page.getByRole('searchbox', { name: label });
        await search.waitFor();
        await page.keyboard.press('/');
        await waitFor(() => search.evaluate((each) => each === document.activeElement), patient);
        await page.keyboard.type('?jgd');
        expect(await search.inputValue()).toBe('?jgd');
        expect(new URL(page.url()).pathname).toBe(path);
        await page.keyboard.press('Escape');
        expect(await search.inputValue()).toBe('');
        await page.keyboard.press('Escape');
        await waitFor(() => search.evaluate((each) => each !== document.activeElement), patient);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'goes from page to page with g and a letter, and lists all keys with ?',
    async () => {
      const page = await open('/settings');
      for (const [letter, name] of [
        ['d', 'Dashboard'],
        ['w', 'Webhooks'],
        ['l', 'Deliveries'],
        ['e', 'Events'],
        ['s', 'Settings'],
      ] as const) {
        await page.keyboard.press('g');
        await page.keyboard.press(letter);
        await heading(page, name).waitFor();
      }
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await deliveryRow(page, ids[0] ?? '').waitFor();
      await page.keyboard.press('?');
      const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      for (const line of [
        'Search',
        'Next delivery',
        'Previous delivery',
        'Dashboard',
        'This list',
        'Find anything',
      ]) {
        await list.getByText(line, { exact: true }).waitFor();
      }
      await page.keyboard.press('g');
      await page.keyboard.press('d');
      await page.keyboard.press('Escape');
      await list.waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe('/deliveries');
    },
    TIMEOUT_MS,
  );
});
