import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { describeInBrowser, shoot, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;

describeInBrowser('the flow of a webhook', () => {
  const stage = useStage(variant, {});
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let webhookId: string;

  beforeAll(async () => {
    tenant = await stage.tenant();
    ({ id: webhookId } = await tenant.endpoint(status(200), { name: 'Invoices' }));
  });
  const open = (path: string) => openPage(stage.installation.address, { key: tenant.key, path });

  it(
    'is paused and resumed on its page; what waits meanwhile is shown as held, wherever it is listed',
    async () => {
      const page = await open(`/webhooks/${webhookId}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Pause…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Pause Invoices?' });
      await dialog.getByRole('combobox', { name: 'For how long' }).click();
      await page.getByRole('option', { name: '4 hours', exact: true }).click();
      await dialog.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('On · paused').waitFor();
      await page.getByText('Nothing waits yet.').waitFor();

      const eventId = await tenant.send();
      await page.getByText('1 delivery waits.').waitFor();
      await page.getByText('Held', { exact: true }).waitFor();
      await page.getByText(/^Resumes by itself in [34]/).waitFor();
      await shoot(page, 'paused-webhook');

      const elsewhere = await open(`/deliveries?event=${eventId}`);
      const list = elsewhere.locator('[data-deliveries]');
      await list.getByText('Held', { exact: true }).waitFor();
      await list.getByRole('link').first().click();
      await elsewhere.getByText('Held back: its webhook is paused', { exact: true }).waitFor();
      await shoot(elsewhere, 'held-by-pause');

      await page.getByRole('button', { name: 'Resume' }).click();
      await list.getByText('Success', { exact: true }).waitFor();
      await page.getByText('On · paused').waitFor({ state: 'detached' });
    },
    TIMEOUT_MS,
  );

  it(
    'is given a rate limit in its form, and what it holds back says so',
    async () => {
      const page = await open(`/webhooks/${webhookId}/edit`);
      const field = page.getByLabel('Rate limit');
      await field.fill('fast');
      await page.getByText('Write at most 100,000').waitFor();
      await field.fill('1 per hour');
      await page.getByText('At most 1 an hour: 1,000 waiting take about 1000 h.').waitFor();
      await shoot(page, 'rate-limit');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForURL((url) => !url.pathname.endsWith('/edit'));
      await page.getByText('at most 1 an hour').waitFor();

      await tenant.send();
      await tenant.send();
      const held = page.locator('li', { has: page.getByText('Held', { exact: true }) });
      await held.getByRole('link').click();
      await page.getByText('Held back: its webhook’s rate limit is used up').first().waitFor();
      await page.getByText('It gets at most 1 an hour: 1 waiting takes about 60 min.').waitFor();
      await shoot(page, 'held-by-rate-limit');
      await tenant.ask(
        `mutation ($id: ID!) { webhookUpdate(input: { id: $id, rateLimit: null }) { userErrors { message } } }`,
        { id: webhookId },
      );
      await page.getByText('Delivered at the first attempt').waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'keeps order, and what waits for an earlier one says for which',
    async () => {
      const page = await open(`/webhooks/${webhookId}/edit`);
      await page.getByRole('switch', { name: 'None: events go' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForURL((url) => !url.pathname.endsWith('/edit'));
      await page.getByText('By key, one after the other').waitFor();
      // The first one is held, and the second waits for it.
      await tenant.ask(
        `mutation ($id: ID!) { webhookPause(input: { id: $id }) { userErrors { message } } }`,
        { id: webhookId },
      );
      const composer = await open('/events/new?type=user.created');
      await composer.getByLabel('Ordering key').fill('user-1');
      const trigger = composer.getByRole('button', { name: 'Trigger event' });
      await trigger.click();
      await composer.getByText('user.created triggered', { exact: true }).waitFor();
      await trigger.click();
      await composer.getByText('Held', { exact: true }).waitFor();
      await shoot(composer, 'ordering-key');

      const held = page.locator('li', { has: page.getByText('Held', { exact: true }) });
      await held.nth(1).waitFor();
      await held.first().getByRole('link').click();
      await page.getByText('Waits for an earlier one of its ordering key').first().waitFor();
      await shoot(page, 'held-by-order');
      await page.getByText('It goes out once').getByRole('link').click();
      await page.getByText('Held back: its webhook is paused').first().waitFor();
      await tenant.ask(
        `mutation ($id: ID!) { webhookResume(input: { id: $id }) { userErrors { message } } }`,
        { id: webhookId },
      );
      await page.getByText('Delivered at the first attempt').waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'is given a retry policy in its form, in words',
    async () => {
      const page = await open(`/webhooks/${webhookId}/edit`);
      const field = page.getByLabel('Retries after');
      await field.fill('10s soon');
      await page.getByText('Write up to 19 waits').waitFor();
      await field.fill('10s 5m 1h');
      await page.getByText('4 attempts in all: 10 s, 5 min, 60 min.').waitFor();
      await shoot(page, 'retry-policy');
      await page.getByRole('button', { name: 'Save' }).click();
      // The form says the same words before it is saved.
      await page.waitForURL((url) => !url.pathname.endsWith('/edit'));
      await page.getByText('10 s, 5 min, 60 min').waitFor();
      const { webhook } = await tenant.ask<{ webhook: unknown }>(
        'query ($id: ID!) { webhook(id: $id) { retryPolicy { delays } } }',
        { id: webhookId },
      );
      expect(webhook).toEqual({ retryPolicy: { delays: [10, 300, 3_600] } });
    },
    TIMEOUT_MS,
  );
});
