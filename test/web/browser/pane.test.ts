import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;
const run = promisify(execFile);

describeInBrowser('the pane of a delivery', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let deliveryId: string;
  let path: string;

  beforeAll(async () => {
    tenant = await stage.tenant();
    const endpoint = await tenant.endpoint(status(200), { name: 'Orders' });
    ({ path } = endpoint);
    [{ id: deliveryId = '' } = {}] = await tenant.ended(await tenant.send());
  });
  const open = (options: { path?: string; viewport?: { width: number; height: number } } = {}) =>
    openPage(stage.installation.address, {
      key: tenant.key,
      path: `/deliveries/${deliveryId}`,
      ...options,
    });

  it(
    'is as wide as it is drawn, also the next time, beside the list or over the whole page',
    async () => {
      const page = await open();
      const pane = page.getByRole('complementary', { name: /^Delivery user.created/ });
      const list = page.getByRole('region', { name: 'List of deliveries' });
      await pane.waitFor();
      const widthOf = async () => Math.round((await pane.boundingBox())?.width ?? 0);
      /** The list ends where the pane begins. */
      const isBeside = async () => {
        const [beside, over] = [await list.boundingBox(), await pane.boundingBox()];
        return (beside?.x ?? 0) + (beside?.width ?? Infinity) <= (over?.x ?? 0);
      };
      await waitFor(async () => (await widthOf()) === 704);
      const edge = page.getByRole('separator', { name: 'Width of the pane' });
      await edge.focus();
      for (let press = 0; press < 3; press += 1) await edge.press('ArrowRight');
      await waitFor(async () => (await widthOf()) === 608);
      const box = await edge.boundingBox();
      await page.mouse.move((box?.x ?? 0) + 4, 400);
      await page.mouse.down();
      await page.mouse.move(900, 400, { steps: 4 });
      await page.mouse.up();
      await waitFor(async () => (await widthOf()) === 540);
      await waitFor(isBeside);
      await page.reload();
      await pane.waitFor();
      await waitFor(async () => (await widthOf()) === 540);

      await page.getByRole('button', { name: 'Whole page (w)' }).click();
      await waitFor(async () => (await widthOf()) === 1440 - 216);
      await page.keyboard.press('w');
      await waitFor(async () => (await widthOf()) === 540);
      await edge.dblclick();
      await waitFor(async () => (await widthOf()) === 704);

      await page.setViewportSize({ width: 1024, height: 800 });
      await waitFor(isBeside);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves the filters one line, behind a button where they have no room',
    async () => {
      const page = await open();
      const bar = page.getByRole('search', { name: 'Deliveries' });
      await bar.waitFor();
      const heightOf = async () => (await bar.boundingBox())?.height ?? 0;
      await waitFor(async () => (await heightOf()) === 36);
      await bar.getByRole('button', { name: /^Filters/ }).click();
      const all = page.getByRole('dialog', { name: 'All filters' });
      await all.getByRole('button', { name: 'Status' }).click();
      const panel = page.getByRole('dialog', { name: 'Filter by status' });
      await panel.getByRole('checkbox', { name: 'Failed' }).click();
      await page.getByText('No delivery fits these filters').waitFor();
      await page.getByText('0 deliveries').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Clear all' }).click();
      await page.getByText('1 delivery', { exact: true }).waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'is not opened by a cell’s button, which narrows the list to what stands there',
    async () => {
      const page = await open({ path: '/deliveries' });
      const cell = page.getByRole('cell').filter({ hasText: 'Orders' });
      await cell.hover();
      await cell.getByRole('button', { name: 'Show only this webhook' }).click();
      await page.getByRole('list', { name: 'Filters in use' }).getByText('Orders').waitFor();
      expect(new URL(page.url()).pathname).toBe('/deliveries');
      await page.getByRole('row').filter({ hasText: 'user.created' }).waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'gives a command that the receiver takes for a delivery',
    async () => {
      const page = await open();
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy as cURL' }).first().click();
      await page.getByText('Copied').first().waitFor();
      const command = await page.evaluate(() => navigator.clipboard.readText());
      const before = stage.receiver.requests(path).length;
      await run('sh', ['-c', `${command} -sS`]);
      const [sent, ...others] = stage.receiver.requests(path).slice(before);
      expect(others).toEqual([]);
      expect(sent?.headers['webhook-id']).toBe(deliveryId);
      const [first] = stage.receiver.requests(path);
      expect(sent?.body).toEqual(first?.body);
      // The brief's signature is of the body alone: the same as at the attempt.
      expect(sent?.headers['x-webhook-signature']).toBe(first?.headers['x-webhook-signature']);
      expect(sent?.headers['webhook-signature']).toMatch(/^v1,/);
      expect(Number(sent?.headers['webhook-timestamp'])).toBeGreaterThanOrEqual(
        Number(first?.headers['webhook-timestamp']),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'shows times as they were chosen in the settings, everywhere',
    async () => {
      const page = await open({ path: '/settings' });
      await page.getByRole('radiogroup', { name: 'Times' }).getByText('UTC').click();
      await page.goto(`${stage.installation.address}/deliveries/${deliveryId}`);
      const pane = page.getByRole('complementary', { name: /^Delivery user.created/ });
      const made = pane.locator('time').first();
      const at = new Date((await made.getAttribute('datetime')) ?? '');
      expect(await made.textContent()).toBe(at.toISOString().slice(11, 19));
      expect(await made.getAttribute('title')).toMatch(/UTC$/);
      const row = page.locator('[data-deliveries]').getByRole('listitem');
      await row.getByText(at.toISOString().slice(11, 19), { exact: true }).waitFor();
    },
    TIMEOUT_MS,
  );
});
