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
      await tenant.mutate('recoveryCancel', { id: recovery.id }, 'recovery { id }');
      await page.getByText('Cancelled', { exact: true }).waitFor();
      await page.goto(`${stage.installation.address}/recoveries/rec_06gq8000000000000000000000`);
      await page.getByText('Recovery not found').waitFor();
    },
    TIMEOUT_MS,
  );
});
