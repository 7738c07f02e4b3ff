import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;

describeInBrowser('one box finds', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let webhookId: string;
  let eventId: string;
  let deliveryId: string;

  beforeAll(async () => {
    tenant = await stage.tenant();
    ({ id: webhookId } = await tenant.endpoint(undefined, { name: 'Invoices of Ümit' }));
    eventId = await tenant.send({ eventId: 'invoice-90210' });
    [{ id: deliveryId = '' } = {}] = await tenant.ended(eventId);
    const { id } = await tenant.endpoint(undefined, { name: 'Old invoices' });
    await tenant.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  const cases: [what: string, typed: () => string, heading: string | RegExp][] = [
    ['a delivery by its id', () => ` ${deliveryId}\n`, 'Deliveries'],
    ['a delivery by the beginning of its id', () => deliveryId.slice(0, 16), 'Deliveries'],
    ['an event by a part of the id that its sender gave it', () => 'ce-9021', 'user.created'],
    ['an event by the id that its sender gave it', () => eventId, 'user.created'],
    ['a webhook by its id', () => webhookId, 'Invoices of Ümit'],
    ['a webhook by a part of its name', () => 'of ümit', 'Invoices of Ümit'],
  ];

  it.each(cases)(
    '%s',
    async (_what, typed, heading) => {
      const page = await openPage(stage.installation.address, {
        key: tenant.key,
        path: '/settings',
      });
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
      await page.keyboard.press('ControlOrMeta+k');
      const box = page.getByRole('searchbox', { name: 'An id, a webhook’s name or URL' });
      await box.fill(typed());
      await page.getByRole('list', { name: 'Found' }).getByRole('button').first().waitFor();
      await box.press('Enter');
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'a deleted webhook too, and says where there is nothing',
    async () => {
      const page = await openPage(stage.installation.address, { key: tenant.key, path: '/' });
      await page.getByRole('button', { name: 'Find anything' }).click();
      const box = page.getByRole('searchbox', { name: 'An id, a webhook’s name or URL' });
      await box.fill('dlv_00000000000000000000000000');
      await page.getByText('Nothing has this id, name or URL.').waitFor();
      await box.fill('old inv');
      await page.getByRole('button', { name: /Deleted webhook Old invoices/ }).waitFor();
    },
    TIMEOUT_MS,
  );
});
