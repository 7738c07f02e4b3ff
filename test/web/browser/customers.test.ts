import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { useStage } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, shoot, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

const TIMEOUT_MS = 300_000;
const patient = { timeoutMs: 60_000, everyMs: 50 };

describeInBrowser('customers, patterns and filters in the web app', () => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '1' });
  const { openPage } = useWebBrowser();

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  async function makeCustomer(page: Page): Promise<void> {
    await page.goto(`${stage.installation.address}/customers`);
    await button(page, 'New customer').first().click();
    const dialog = page.getByRole('dialog', { name: 'New customer' });
    await dialog.getByLabel('Key').fill('a b');
    await button(page, 'Make customer').click();
    await dialog.getByText(/1 to 128 characters/).waitFor();
    await dialog.getByLabel('Key').fill('acme');
    await dialog.getByLabel('Name').fill('Acme Ltd');
    await dialog.getByLabel('Notes').fill('{"plan":"pro"}');
    await button(page, 'Make customer').click();
    await page.getByRole('heading', { level: 1, name: 'Acme Ltd' }).waitFor();
  }

  async function makeWebhook(page: Page, url: string): Promise<void> {
    await page.getByRole('link', { name: 'New webhook' }).click();
    await page.getByRole('button', { name: 'Customer: acme' }).waitFor();
    await page.getByLabel('Name').fill('Till');
    await page.getByLabel('URL', { exact: true }).fill(url);
    await page.getByLabel('Pattern', { exact: true }).fill('order*');
    expect(await button(page, 'Add pattern').isDisabled()).toBe(true);
    await page.getByLabel('Pattern', { exact: true }).fill('order.*');
    await button(page, 'Add pattern').click();
    await page.getByText('by order.*').first().waitFor();
    // Ticking a type keeps the pattern.
    await page.getByRole('checkbox', { name: 'user.created' }).click();
    await page.getByText(/^1 of \d+ selected, 1 pattern$/).waitFor();

    await button(page, 'Add a field').click();
    await page.getByRole('button', { name: /^data\.order_id/ }).click();
    await page.getByText(/There are no events of these types|of the last/).waitFor();
    const editor = page.getByRole('textbox', { name: 'Filter, JSON' });
    await editor.fill('{ "data": { "total": { "$gtt": 100 } } }');
    await page.getByText(/is no operator/).waitFor();
    await editor.fill('{ "data": { "total": { "$gt": 100 } } }');
    await page.getByText(/There are no events of these types|of the last/).waitFor();
    await shoot(page, 'customers webhook form');
    await button(page, 'Create webhook').click();
    await button(page, 'I have stored the secret').click();
    await page.getByRole('heading', { level: 1, name: 'Till' }).waitFor();
    await page.getByText('order.*').first().waitFor();
    await page.getByRole('link', { name: 'Acme Ltd' }).waitFor();
  }

  it(
    'lead from a customer to an event that says why it went where it went, and are erased',
    async () => {
      const { receiver, installation } = stage;
      const tenant = await stage.tenant();
      const all = await tenant.endpoint(status(200), { name: 'Everything', eventTypes: ['*'] });
      receiver.on('/till', status(200));
      const page = await openPage(installation.address, { key: tenant.key });
      await makeCustomer(page);
      await makeWebhook(page, receiver.url('/till'));

      await page.goto(`${installation.address}/events/new?type=order.created`);
      await page.getByRole('button', { name: 'Customer: Nobody in particular' }).click();
      await page.getByRole('button', { name: /Acme Ltd/ }).click();
      const payload = page.getByRole('textbox', { name: 'Payload, JSON' });
      await payload.fill('{ "total": 42 }');
      await page.getByText('1 webhook will receive it:').waitFor();
      await page.getByText('1 that subscribes will not').click();
      await page.getByText('Its filter wants {"$gt":100} of /data/total; it is 42.').waitFor();
      await shoot(page, 'customers composer');
      await payload.fill('{ "total": 420 }');
      await page.getByText('2 webhooks will receive it:').waitFor();
      await payload.fill('{ "total": 42 }');
      await page.getByText('1 webhook will receive it:').waitFor();
      await button(page, 'Trigger event').click();
      const result = page.getByRole('region', { name: 'The event triggered last' });
      await result.getByRole('link', { name: 'order.created' }).click();

      const why = page.getByRole('list', { name: 'Why' });
      await why.getByText('Filtered').waitFor();
      await why.getByText(/Its filter wants/).waitFor();
      await shoot(page, 'customers event');
      expect(all.requests()).toHaveLength(1);
      expect(receiver.requests('/till')).toHaveLength(0);

      await page.goto(`${installation.address}/deliveries?customer=acme`);
      await page.getByText('Everything').first().waitFor();
      await page.getByRole('button', { name: 'Clear customer acme' }).waitFor();

      await page.goto(`${installation.address}/customers/acme`);
      await page.getByText('Everything').first().waitFor();
      await shoot(page, 'customers customer');
      await button(page, 'Erase').click();
      const confirm = page.getByRole('alertdialog');
      expect(await button(page, 'Erase customer').isDisabled()).toBe(true);
      await confirm.getByRole('textbox').fill('acme');
      await button(page, 'Erase customer').click();
      await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
      const { webhooks } = await tenant.ask<{ webhooks: { nodes: { name: string }[] } }>(
        '{ webhooks { nodes { name } } }',
      );
      expect(webhooks.nodes.map(({ name }) => name)).toEqual(['Everything']);
      await waitFor(async () => {
        const { events } = await tenant.ask<{ events: { nodes: unknown[] } }>(
          '{ events { nodes { id } } }',
        );
        return events.nodes.length === 0;
      }, patient);
    },
    TIMEOUT_MS,
  );
});
