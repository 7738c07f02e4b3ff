import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;

describeInBrowser('a webhook that deliveries do not reach', () => {
  const stage = useStage(variant, { INITIAL_RETRY_DELAY: '600' });
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let webhookId: string;
  let eventId: string;

  beforeAll(async () => {
    tenant = await stage.tenant();
    ({ id: webhookId } = await tenant.endpoint(status(200), { name: 'Invoices' }));
    await stage.installation.database.pool.query(
      `UPDATE "Webhook" SET "circuitOpenedAt" = now() - interval '3 minutes', "failingSince" = now() - interval '9 minutes',
         "nextProbeAt" = now() + interval '10 minutes' WHERE "tenantId" = $1`,
      [tenant.tenantId],
    );
    eventId = await tenant.send();
  });
  const open = (path: string) => openPage(stage.installation.address, { key: tenant.key, path });

  it(
    'is on the dashboard, with what comes next, until it is reached again',
    async () => {
      const page = await open('/');
      const card = page.getByRole('region', { name: 'Needs attention' });
      await card.getByText('On · held after failures').waitFor();
      await card.getByText('9 min ago').waitFor();
      await card.getByText(/^in (9|10):\d\d$/).waitFor();
      await card.getByText('Oldest waiting since').waitFor();
      // So it is with each list of deliveries.
      const latest = page.getByRole('region', { name: 'Latest deliveries' });
      await latest.getByText('Held', { exact: true }).waitFor();
      await card.getByRole('link', { name: 'Invoices' }).click();
      await page.getByText('Deliveries are held back').waitFor();
      await page.getByText(/^Next probe in (9|10):\d\d$/).waitFor();
      await page.getByText(/^Oldest waiting since/).waitFor();

      await page.goto(`${stage.installation.address}/webhooks?state=attention`);
      const rows = page.getByRole('table', { name: 'Webhooks' }).getByRole('link');
      await rows.getByText('Invoices').waitFor();
      await page.goto(`${stage.installation.address}/deliveries?event=${eventId}`);
      const list = page.locator('[data-deliveries]');
      await list.getByText('Held', { exact: true }).waitFor();

      await tenant.mutate(
        'deliveryRetry',
        { id: (await tenant.deliveriesOf(eventId))[0]?.id },
        'delivery { id }',
      );
      await list.getByText('Success', { exact: true }).waitFor();
      await page.goto(stage.installation.address);
      await latest.getByText('Success', { exact: true }).waitFor();
      await card.waitFor({ state: 'detached' });
    },
    TIMEOUT_MS,
  );

  it(
    'tells until when its former secret signs',
    async () => {
      const page = await open(`/webhooks/${webhookId}`);
      await page.getByText('Its first characters').waitFor();
      expect(await page.getByText('Former secret').count()).toBe(0);
      await tenant.mutate(
        'webhookSecretRotate',
        { id: webhookId, gracePeriodSeconds: 3_600 },
        'webhook { id }',
      );
      await page.reload();
      await page.getByText('Former secret').waitFor();
      await page.getByText(/^Signs too until \d+ \w+ \d{4}, \d\d:\d\d:\d\d/).waitFor();
    },
    TIMEOUT_MS,
  );
});
