import type { Page } from 'playwright-core';
import { it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { useStage } from '../../support/installation/stage.ts';
import { describeInBrowser, shoot, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

const TIMEOUT_MS = 300_000;

describeInBrowser('event types in the web app', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it(
    'are made with a schema that is marked where it is wrong, tried on past events, and deprecated',
    async () => {
      const { address } = stage.installation;
      const tenant = await stage.tenant();
      for (const total of [1, 2, 'three']) {
        await tenant.trigger({ type: 'order.created', payload: { total } });
      }
      const page = await openPage(address, { key: tenant.key, path: '/event-types' });
      await page
        .getByRole('row', { name: /order\.created/ })
        .getByText('3')
        .waitFor();
      await page.getByRole('link', { name: 'New event type' }).click();
      await page.getByLabel('Name').fill('invoice.paid');
      await page.getByLabel('Group').fill('Billing');
      const schema = page.getByRole('textbox', { name: 'Schema, JSON' });
      await schema.fill('{ "type": "objekt" }');
      await page
        .getByText(/^\/type in the schema/)
        .first()
        .waitFor();
      await page.locator('.cm-lintRange-error').first().waitFor();
      await schema.fill(
        '{ "type": "object", "properties": { "paid": { "type": "number", "minimum": 3 } } }',
      );
      await button(page, 'Make it of the schema').click();
      await page.getByRole('textbox', { name: 'Sample, JSON' }).getByText('"paid"').waitFor();
      await page.getByRole('radio', { name: 'Reject' }).click();
      await button(page, 'Make event type').click();
      await page.getByRole('heading', { level: 1, name: 'Event types' }).waitFor();
      await page
        .getByRole('row', { name: /invoice\.paid/ })
        .getByText('Rejects')
        .waitFor();
      await shoot(page, 'event-types list');

      await page.getByRole('link', { name: 'order.created' }).click();
      await page
        .getByRole('textbox', { name: 'Schema, JSON' })
        .fill(
          '{ "properties": { "total": { "type": "number" }, "user_id": { "type": "string" } } }',
        );
      await page.getByText('of the last 3 events fit').waitFor();
      await page.getByText('/total must be number').waitFor();
      await shoot(page, 'event-types editor');
      await page.getByRole('switch').click();
      await button(page, 'Save changes').click();
      await page
        .getByRole('row', { name: /order\.created/ })
        .getByText('deprecated')
        .waitFor();

      await page.getByRole('link', { name: 'order.created' }).click();
      await button(page, 'Delete').click();
      await button(page, 'Delete event type').click();
      await page.getByText(/Events of it are kept/).waitFor();
    },
    TIMEOUT_MS,
  );
});
