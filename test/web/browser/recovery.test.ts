import { readFileSync } from 'node:fs';

import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import {
  insertKey,
  useStage,
  type Endpoint,
  type StageTenant,
} from '../../support/installation/stage.ts';
import { status } from '../../support/receiver/receiver.ts';
import { describeInBrowser, shoot, useWebBrowser } from '../../support/browser/web-browser.ts';
import { waitFor } from '../../support/wait.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;
const FAILED = 60;

describeInBrowser('recovery', () => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '1' });
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let webhook: Endpoint;

  beforeAll(async () => {
    tenant = await stage.tenant();
    webhook = await tenant.endpoint(status(503), { name: 'Invoices' });
    await triggerMany(FAILED);
    await failed(FAILED);
  });
  const open = (path: string, key = tenant.key) =>
    openPage(stage.installation.address, { key, path });
  async function triggerMany(count: number): Promise<void> {
    const events = Array.from({ length: count }, () => ({ type: 'user.created', payload: {} }));
    await tenant.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
  }
  const failed = (count: number) =>
    waitFor(async () => {
      const { deliveryCount } = await tenant.ask<{ deliveryCount: number }>(
        '{ deliveryCount(filter: { statuses: [FAILED] }, upTo: 10000) }',
      );
      return deliveryCount === count;
    });
  const create = (input: unknown) =>
    tenant.mutate<{ recovery: { id: string } }>('recoveryCreate', input, 'recovery { id }');

  it(
    'is watched on its page, in the list and in the header of every page, and is cancelled',
    async () => {
      stage.receiver.on(webhook.path, status(200));
      const { recovery } = await create({ retry: { webhookIds: [webhook.id] }, perSecond: 5 });
      const page = await open('/recoveries');
      const row = page.getByRole('row', { name: /Failed deliveries/ });
      await row.getByText('Invoices').waitFor();
      await row.getByText(/^([1-9]|1\d) of 60$/).waitFor();
      await shoot(page, 'recoveries-running');
      await page
        .getByRole('banner')
        .getByRole('link', { name: /Recovering/ })
        .click();
      await page.waitForURL(`**/recoveries/${recovery.id}`);
      await page.getByText(/^about \d+ s left$/).waitFor();
      await shoot(page, 'recovery-running');
      const seen = await page.getByRole('progressbar').last().getAttribute('aria-valuenow');
      expect(Number(seen)).toBeLessThan(100);

      await page.getByRole('button', { name: 'Cancel recovery' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel recovery' }).click();
      await page.getByText('Cancelled', { exact: true }).waitFor();
      await page.getByText('Not put back').waitFor();
      await page.getByRole('link', { name: /Recovering/ }).waitFor({ state: 'detached' });
      await shoot(page, 'recovery-cancelled');
      // The rest by another, whose end is seen where its page was opened meanwhile.
      const rest = await create({ retry: {} });
      await page.goto(`${stage.installation.address}/recoveries/${rest.recovery.id}`);
      await page.getByText('Done', { exact: true }).waitFor();
      await failed(0);
    },
    TIMEOUT_MS,
  );

  it(
    'is begun from the list of deliveries: for all that match, and for rows that are picked',
    async () => {
      stage.receiver.on(webhook.path, status(503));
      await triggerMany(12);
      await failed(12);
      const page = await open(`/deliveries?webhook=${webhook.id}&status=FAILED`);
      const list = page.locator('[data-deliveries]');
      const box = (row: number) => list.getByLabel('Pick this delivery').nth(row);
      await box(1).click();
      await box(5).click({ modifiers: ['Shift'] });
      const bar = page.getByRole('toolbar', { name: 'Picked deliveries' });
      await bar.getByText('5 picked').waitFor();
      await shoot(page, 'picked');
      // By the keys: one more, one back.
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await bar.getByText('6 picked').waitFor();
      await page.keyboard.press('x');
      await bar.getByText('5 picked').waitFor();

      stage.receiver.on(webhook.path, status(200));
      await bar.getByRole('button', { name: 'Retry 5' }).click();
      const dialog = page.getByRole('dialog', { name: 'Retry 5 deliveries?' });
      await dialog.getByRole('listitem').nth(4).waitFor();
      await dialog.getByRole('button', { name: 'Retry 5' }).click();
      await failed(7);
      await bar.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Retry all 7 that match' }).click();
      const all = page.getByRole('dialog', { name: 'Retry 7 deliveries?' });
      await all.getByText('Status: Failed').waitFor();
      await all.getByLabel('At most a second').fill('0');
      await all.getByText('Write a whole number').waitFor();
      await all.getByLabel('At most a second').fill('5');
      await all.getByText('That takes 2 s or longer.').waitFor();
      await shoot(page, 'retry-all');
      await all.getByRole('button', { name: 'Retry 7' }).click();
      // That of the first is still there.
      await page.getByRole('button', { name: 'Watch' }).last().click();
      await page.getByText('7 of 7').first().waitFor();
      await failed(0);
    },
    TIMEOUT_MS,
  );

  it(
    'brings back what a webhook missed while it was off, and what failed before',
    async () => {
      const off = await tenant.endpoint(status(503), { name: 'Shop', eventTypes: ['order.*'] });
      const events = [{ type: 'order.created', payload: {} }];
      await tenant.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
      await failed(1);
      await tenant.mutate('webhookUpdate', { id: off.id, isActive: false }, 'webhook { id }');
      const missed = Array.from({ length: 3 }, () => ({ type: 'order.updated', payload: {} }));
      await tenant.mutate('eventTriggerBatch', { events: missed }, 'results { webhooksNotified }');
      stage.receiver.on(off.path, status(200));

      const page = await open(`/webhooks/${off.id}`);
      await page.getByText('What it misses can be brought back').waitFor();
      await shoot(page, 'webhook-off');
      await page.getByRole('button', { name: 'Switch on and recover…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Recover Shop' });
      await dialog.getByText('Events it missed: 3 events').waitFor();
      await dialog.getByText('Deliveries that failed: none').waitFor();
      // The failure was before that.
      await dialog.getByRole('combobox', { name: 'Since' }).click();
      await page.getByRole('option', { name: 'Last hour' }).click();
      await dialog.getByText('Deliveries that failed: 1 delivery').waitFor();
      await dialog.getByText('order.updated').nth(2).waitFor();
      await shoot(page, 'recover-webhook');
      await dialog.getByRole('button', { name: 'Recover 4' }).click();
      await failed(0);
      await stage.receiver.waitForRequests(off.path, 5);
      await page.getByRole('button', { name: 'Watch' }).click();
      await page.getByRole('row', { name: /Missed events.*Done/ }).waitFor();
      await page.getByRole('row', { name: /Failed deliveries.*Shop.*Done/ }).waitFor();

      await page.goto(`${stage.installation.address}/webhooks/${off.id}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Recover since…' }).click();
      const again = page.getByRole('dialog', { name: 'Recover Shop' });
      await again.getByText('Events it missed: none').waitFor();
      await again.getByRole('combobox', { name: 'Since' }).click();
      await page.getByRole('option', { name: 'A time of your own' }).click();
      await again.getByLabel('From').fill('');
      await again.getByText('Enter a date and a time.').waitFor();
      expect(await again.getByRole('button', { name: 'Recover' }).isDisabled()).toBe(true);
    },
    TIMEOUT_MS,
  );

  it(
    'stands beside an export of what is listed',
    async () => {
      const page = await open(`/deliveries?webhook=${webhook.id}`);
      const lines = async (format: string) => {
        await page.getByRole('button', { name: 'Export' }).click();
        const dialog = page.getByRole('dialog', { name: 'Export what is listed' });
        await dialog.getByRole('radio', { name: format, exact: true }).click();
        const coming = page.waitForEvent('download');
        await dialog.getByRole('button', { name: 'Export' }).click();
        const download = await coming;
        expect(download.suggestedFilename()).toMatch(
          new RegExp(`^deliveries-\\d{4}-.*\\.${format.toLowerCase()}$`),
        );
        return readFileSync(await download.path(), 'utf8')
          .trimEnd()
          .split(/\r?\n/);
      };
      const { deliveries } = await tenant.ask<{ deliveries: { nodes: { id: string }[] } }>(
        `query ($id: ID!) { deliveries(filter: { webhookIds: [$id] }, first: 100) { nodes { id } } }`,
        { id: webhook.id },
      );
      const ids = deliveries.nodes.map(({ id }) => id);
      const [heading, ...csv] = await lines('CSV');
      expect(heading).toMatch(/^id,status,/);
      expect(csv.map((line) => line.split(',')[0])).toEqual(ids);
      const json = await lines('NDJSON');
      expect(json.map((line): unknown => JSON.parse(line))).toMatchObject(
        ids.map((id) => ({ id, webhookName: 'Invoices' })),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'is seen by who may only read, and not stopped',
    async () => {
      stage.receiver.on(webhook.path, status(503));
      await triggerMany(20);
      await failed(20);
      const { recovery } = await create({ retry: {}, perSecond: 1 });
      const viewer = await insertKey(stage.installation, tenant.tenantId, 'VIEWER');
      const page = await open(`/recoveries/${recovery.id}`, viewer);
      await page.getByText('Running', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: 'Cancel recovery' }).count()).toBe(0);
      const list = await open('/deliveries?status=FAILED', viewer);
      await list.getByText('user.created').first().waitFor();
      expect(await list.getByLabel('Pick this delivery').count()).toBe(0);
      expect(await list.getByRole('button', { name: /Retry/ }).count()).toBe(0);
      await list.getByRole('button', { name: 'Export' }).waitFor();
      await tenant.mutate('recoveryCancel', { id: recovery.id }, 'recovery { id }');
      await page.getByText('Cancelled', { exact: true }).waitFor();
      await page.goto(`${stage.installation.address}/recoveries/rec_06gq8000000000000000000000`);
      await page.getByText('Recovery not found').waitFor();
    },
    TIMEOUT_MS,
  );
});
