import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;

describeInBrowser('what a page shows stays true', () => {
  const stage = useStage(variant, { INITIAL_RETRY_DELAY: '60', MAX_RETRY_ATTEMPTS: '3' });
  const { openPage, expectComplaint } = useWebBrowser();
  let tenant: StageTenant;

  beforeAll(async () => {
    tenant = await stage.tenant();
  });
  const open = (path: string) => openPage(stage.installation.address, { key: tenant.key, path });
  const idOf = async (eventId: string) => (await tenant.deliveriesOf(eventId))[0]?.id ?? '';
  const inStatus = (eventId: string, wanted: string) =>
    waitFor(async () => (await tenant.deliveriesOf(eventId)).every((d) => d.status === wanted));
  const retry = (id: string) =>
    tenant.mutate('deliveryRetry', { id }, 'delivery { id }').then(() => undefined);

  it(
    'of rows that fit the filter no more while the list is paused',
    async () => {
      const endpoint = await tenant.endpoint(status(500));
      const eventId = await tenant.send();
      await inStatus(eventId, 'RETRYING');
      const page = await open('/deliveries?status=RETRYING');
      const row = page.getByRole('row').filter({ hasText: eventId });
      await row.getByText('Retrying').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      stage.receiver.on(endpoint.path, status(200));
      await retry(await idOf(eventId));
      await row.getByText('Success').waitFor();
      await page.getByRole('button', { name: 'Resume' }).click();
      await row.waitFor({ state: 'detached' });
      await tenant.mutate('webhookDelete', { id: endpoint.id }, 'deletedWebhookId');
    },
    TIMEOUT_MS,
  );

  it(
    'of a delivery that an open circuit holds back, which can be sent all the same',
    async () => {
      const { id: webhookId } = await tenant.endpoint(status(200), { name: 'Held' });
      const { pool } = stage.installation.database;
      const circuit = (openedAt: string, probeAt: string) =>
        pool.query(
          `UPDATE "Webhook" SET "circuitOpenedAt" = ${openedAt}, "failingSince" = ${openedAt}, "nextProbeAt" = ${probeAt}
           WHERE name = 'Held' AND "tenantId" = $1`,
          [tenant.tenantId],
        );
      await circuit("now() - interval '3 minutes'", "now() + interval '10 minutes'");
      const eventId = await tenant.send();
      const page = await open(`/deliveries/${await idOf(eventId)}`);
      const pane = page.getByRole('complementary', { name: /^Delivery user.created/ });
      await pane.getByText('Held back: every attempt to its webhook fails').waitFor();
      await pane
        .getByText(/The first failed .* Single attempts probe the receiver, the next/)
        .waitFor();
      await pane.getByRole('button', { name: 'Send now' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Send user.created to Held now?' });
      await dialog.getByRole('button', { name: 'Send now' }).click();
      await pane.getByText('Delivered at the first attempt').waitFor();

      // The webhook's page knows that it is over, though no key was pressed.
      await circuit("now() - interval '3 minutes'", "now() + interval '10 minutes'");
      await page.goto(`${stage.installation.address}/webhooks/${webhookId}`);
      const banner = page.getByText('Deliveries are held back');
      await banner.waitFor();
      await circuit('NULL', 'NULL');
      await banner.waitFor({ state: 'detached' });
      await tenant.mutate('webhookDelete', { id: webhookId }, 'deletedWebhookId');
    },
    TIMEOUT_MS,
  );

  it(
    'of a webhook that was deleted, which is found and named as that',
    async () => {
      const { id: webhookId } = await tenant.endpoint(status(200), { name: 'Old endpoint' });
      const eventId = await tenant.send();
      await tenant.ended(eventId);
      await tenant.mutate('webhookDelete', { id: webhookId }, 'deletedWebhookId');

      const page = await open(`/deliveries/${await idOf(eventId)}`);
      const pane = page.getByRole('complementary', { name: /^Delivery user.created/ });
      await pane.getByText('Deleted', { exact: true }).waitFor();
      await pane.getByRole('link', { name: 'Old endpoint' }).click();
      await page.getByRole('heading', { level: 1, name: 'Old endpoint' }).waitFor();
      await page.getByText('Nothing is sent to it any more').waitFor();
      await page.getByRole('link', { name: /user.created/ }).waitFor();

      await page.goto(`${stage.installation.address}/deliveries`);
      await page.getByRole('button', { name: 'Webhook', exact: true }).click();
      await page.getByRole('checkbox', { name: /Old endpoint \(deleted\)/ }).click();
      await page.keyboard.press('Escape');
      await page.getByLabel('Filters in use').getByText('Old endpoint (deleted)').waitFor();
      await page.getByRole('row').filter({ hasText: eventId }).waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'of events that come while one looks, and once the server can be reached again',
    async () => {
      const page = await open('/events');
      await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
      const first = await tenant.send();
      await page.getByRole('row').filter({ hasText: first }).waitFor();

      expectComplaint(/Failed to load resource|ERR_FAILED|net::/);
      await page.route('**/graphql', (route) => route.abort());
      await page.getByRole('button', { name: 'Refresh' }).click();
      const fault = page.getByRole('alert').filter({ hasText: /reached/ });
      await fault.waitFor();
      await page.unroute('**/graphql');
      await fault.waitFor({ state: 'detached' });
    },
    TIMEOUT_MS,
  );

  it(
    'of what was written in the composer, for each event type, with the pane beside it',
    async () => {
      const { id: webhookId } = await tenant.endpoint(status(200));
      const page = await open('/events/new?type=user.created');
      const editor = page.getByRole('textbox', { name: 'Payload, JSON' });
      const write = async (text: string) => {
        await editor.click();
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.insertText(text);
      };
      await write('{"mine": 1}');
      await page.getByRole('link', { name: 'Dashboard' }).click();
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
      await page.goBack();
      await editor.getByText('"mine"').waitFor();
      await page.reload();
      await editor.getByText('"mine"').waitFor();

      await page.getByRole('button', { name: 'Trigger event' }).click();
      const result = page.getByRole('region', { name: 'The event triggered last' });
      await result.getByText('Success').waitFor();
      await result.getByRole('list', { name: 'Deliveries' }).getByRole('link').first().click();
      const pane = page.getByRole('complementary', { name: /^Delivery user.created/ });
      await pane.getByText('Delivered at the first attempt').waitFor();
      await page.keyboard.press('Escape');
      await pane.waitFor({ state: 'detached' });
      await result.getByText('Success').waitFor();

      await write('{}');
      await page.getByRole('button', { name: 'Recent' }).click();
      await page
        .getByRole('button', { name: /"mine":1/ })
        .first()
        .click();
      await editor.getByText('"mine"').waitFor();
      await tenant.mutate('webhookDelete', { id: webhookId }, 'deletedWebhookId');
    },
    TIMEOUT_MS,
  );

  it(
    'of a key that is shown once: Escape asks before it is gone',
    async () => {
      const page = await open('/settings');
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByLabel('Name', { exact: true }).fill('ci');
      await page.getByRole('button', { name: 'Create key' }).click();
      const shown = page.getByRole('dialog', { name: 'ci is ready' });
      await shown.waitFor();
      await page.keyboard.press('Escape');
      const question = page.getByRole('alertdialog', { name: 'Have you stored the key?' });
      await question.getByRole('button', { name: 'Cancel' }).click();
      await shown.getByRole('button', { name: 'I have stored the key' }).click();
      await shown.waitFor({ state: 'detached' });
    },
    TIMEOUT_MS,
  );

  it(
    'of the pane: it leads to its neighbours in the list',
    async () => {
      const { id: webhookId } = await tenant.endpoint(status(200));
      const older = await tenant.send();
      await tenant.ended(older);
      const newer = await tenant.send();
      await tenant.ended(newer);
      const page = await open(`/deliveries/${await idOf(newer)}`);
      const pane = page.getByRole('complementary', { name: /^Delivery user.created/ });
      await pane.getByTitle(newer).waitFor();
      await pane.getByRole('button', { name: 'Next delivery (j)' }).click();
      await pane.getByTitle(older).waitFor();
      await pane.getByRole('button', { name: 'Previous delivery (k)' }).click();
      await pane.getByTitle(newer).waitFor();
      await tenant.mutate('webhookDelete', { id: webhookId }, 'deletedWebhookId');
    },
    TIMEOUT_MS,
  );

  it(
    'of a row that somebody aims at: none comes between',
    async () => {
      const { id: webhookId } = await tenant.endpoint(status(200));
      await tenant.ended(await tenant.send());
      const page = await open('/');
      const list = page.getByRole('list', { name: 'Deliveries' });
      const rows = list.getByRole('link');
      await rows.first().waitFor();
      const hrefOf = () => rows.first().getAttribute('href');
      const before = await hrefOf();
      const box = await rows.first().boundingBox();
      if (box === null) throw new Error('the row is not drawn');
      const aim = (by: number) => page.mouse.move(box.x + 20 + by, box.y + 10);
      await aim(0);
      await tenant.ended(await tenant.send());
      for (let step = 1; step < 8; step += 1) {
        await aim(step);
        expect(await hrefOf()).toBe(before);
      }
      await page.mouse.move(5, 5);
      await waitFor(async () => (await hrefOf()) !== before);
      await tenant.mutate('webhookDelete', { id: webhookId }, 'deletedWebhookId');
    },
    TIMEOUT_MS,
  );
});
