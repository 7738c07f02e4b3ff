import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { decodeGlobalId } from '../../../server/domain/global-id.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
} from '../../support/database/delivery-factory.ts';
import { changeDeliveries } from '../../support/database/delivery-rows.ts';
import { holdAnswers } from '../../support/receiver/held-answers.ts';
import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { deliveriesTable, deliveryRow, shownRows } from '../../support/browser/shown-deliveries.ts';
import { insertKey, useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

/** With Chromium, server and database on two cores, beside other tests. */
const TIMEOUT_MS = 300_000;
const patient = { timeoutMs: 60_000, everyMs: 50 };

describeInBrowser('the web app, live', () => {
  const stage = useStage(variant);
  const { openPage, expectComplaint } = useWebBrowser();

  const badge = (page: Page, status: string) => page.locator(`output[data-status="${status}"]`);
  const signInHeading = (page: Page) => page.getByRole('heading', { name: 'Sign in' });

  async function openDeliveries(key: string, address = stage.installation.address): Promise<Page> {
    const page = await openPage(address, { key, path: '/deliveries' });
    await badge(page, 'live').waitFor();
    return page;
  }

  const statusOf = async (page: Page, id: string) =>
    (await shownRows(page)).find((row) => row.id === id)?.status;

  const idsOf = async (page: Page) => (await shownRows(page)).map(({ id }) => id);

  async function newest({ ask }: StageTenant, first = 50) {
    const { deliveries } = await ask<{ deliveries: { nodes: { id: string; status: string }[] } }>(
      'query ($first: Int!) { deliveries(first: $first) { nodes { id status } } }',
      { first },
    );
    return deliveries.nodes;
  }

  /** Ended deliveries to a webhook of this tenant, faster than by sending them. */
  async function insertEnded({ tenantId }: StageTenant, webhookId: string, count: number) {
    const { pool } = stage.installation.database;
    const rowId = decodeGlobalId(webhookId)?.id ?? '';
    const events = Array.from({ length: count }, (_, index) =>
      makeEvent(tenantId, { createdAt: new Date(Date.now() - (index + 1) * 60_000) }),
    );
    await insertEvents(pool, events);
    await insertDeliveries(
      pool,
      events.map((event) => makeDelivery(event, rowId)),
    );
  }

  it(
    'shows the same change to two readers, without a reload',
    async () => {
      const tenant = await stage.tenant();
      const held = holdAnswers();
      await tenant.endpoint(held.behaviour);
      const pages = await Promise.all([openDeliveries(tenant.key), openDeliveries(tenant.key)]);
      for (const page of pages) {
        await page.getByText('No deliveries yet').waitFor();
        await page.evaluate(() => (document.body.dataset['loaded'] = 'once'));
      }

      const eventId = await tenant.send();
      const [delivery] = await tenant.deliveriesOf(eventId);
      const id = delivery?.id ?? '';
      for (const page of pages) {
        await waitFor(async () => (await statusOf(page, id)) === 'Sending', patient);
      }
      held.release();
      for (const page of pages) {
        await waitFor(async () => (await statusOf(page, id)) === 'Success', patient);
        expect(await page.evaluate(() => document.body.dataset['loaded'])).toBe('once');
      }
    },
    TIMEOUT_MS,
  );

  it(
    'says how far behind it is, where that is more than a second',
    async () => {
      const tenant = await stage.tenant();
      const webhook = await tenant.endpoint();
      await insertEnded(tenant, webhook.id, 1);
      const page = await openDeliveries(tenant.key);
      const [delivery] = await newest(tenant);
      await waitFor(async () => (await shownRows(page)).length === 1, patient);
      expect(await badge(page, 'live').innerText()).toBe('Live');

      const { pool } = stage.installation.database;
      const deliveryId = decodeGlobalId(delivery?.id ?? '')?.id ?? '';
      /** Committed long after it was made: the feed cannot have told of it before. */
      async function changeLate(): Promise<void> {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          await changeDeliveries(client, [{ deliveryId }], 'SUCCESS');
          await client.query(
            `UPDATE "DeliveryChange" SET at = now() - interval '7 s' WHERE "deliveryId" = $1`,
            [deliveryId],
          );
          await client.query('COMMIT');
        } finally {
          client.release();
        }
      }
      await waitFor(
        async () => {
          await changeLate();
          return /Live\s+[78] s behind/.test(await badge(page, 'live').innerText());
        },
        { ...patient, everyMs: 200 },
      );
      await waitFor(async () => (await badge(page, 'live').innerText()) === 'Live', patient);
    },
    TIMEOUT_MS,
  );

  it(
    'asks for a sign-in within five seconds of the key’s revocation',
    async () => {
      expectComplaint(/401/);
      const tenant = await stage.tenant();
      const page = await openDeliveries(
        await insertKey(stage.installation, tenant.tenantId, 'OPERATOR'),
      );
      const { apiKeys } = await tenant.ask<{ apiKeys: { nodes: { id: string; role: string }[] } }>(
        '{ apiKeys { nodes { id role } } }',
      );
      const operator = apiKeys.nodes.find(({ role }) => role === 'OPERATOR');
      const revoked = await tenant.mutate('apiKeyRevoke', { id: operator?.id }, 'apiKey { id }');
      expect(revoked.userErrors).toEqual([]);

      await signInHeading(page).waitFor({ timeout: 5_000 });
      await page.getByText('The session has ended: sign in again.').waitFor();
      expect(await deliveriesTable(page).count()).toBe(0);
      await page.reload();
      await signInHeading(page).waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'ends every tab of a session with the sign-out in one of them',
    async () => {
      expectComplaint(/401/);
      const tenant = await stage.tenant();
      const tab = await openDeliveries(tenant.key);
      const other = await tab.context().newPage();
      await other.goto(`${stage.installation.address}/webhooks`);
      await badge(other, 'live').waitFor();
      const stranger = await openDeliveries(tenant.key);

      await tab.getByRole('button', { name: 'Account and theme' }).click();
      await tab.getByRole('menuitem', { name: 'Sign out' }).click();
      await signInHeading(tab).waitFor();
      await signInHeading(other).waitFor();

      // The same key's other session is its own.
      await tenant.endpoint();
      await tenant.send();
      await waitFor(async () => (await shownRows(stranger)).length === 1, patient);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps new rows waiting while the reader is further down or has paused',
    async () => {
      const tenant = await stage.tenant();
      const held = holdAnswers();
      const { id: webhookId } = await tenant.endpoint(held.behaviour);
      await insertEnded(tenant, webhookId, 60);
      const underWay = await tenant.send();
      const [moving] = await tenant.deliveriesOf(underWay);
      const movingId = moving?.id ?? '';
      const page = await openDeliveries(tenant.key);
      await waitFor(async () => (await statusOf(page, movingId)) === 'Sending', patient);

      await page.locator('[data-deliveries]').evaluate((list) => list.scrollTo({ top: 20 }));
      const before = await shownRows(page);
      await tenant.send();
      await page.getByRole('button', { name: '1 new' }).waitFor();
      await tenant.send();
      await page.getByRole('button', { name: '2 new' }).waitFor();
      held.release();
      await waitFor(async () => (await statusOf(page, movingId)) === 'Success', patient);
      const places = (rows: typeof before) => rows.map(({ id, top }) => [id, top]);
      expect(places(await shownRows(page))).toEqual(places(before));

      await page.getByRole('button', { name: '2 new' }).click();
      await waitFor(async () => (await idsOf(page))[2] === movingId, patient);
      expect(await page.locator('[data-deliveries]').evaluate(({ scrollTop }) => scrollTop)).toBe(
        0,
      );
      expect((await idsOf(page)).slice(0, 3)).toEqual(
        (await newest(tenant, 3)).map(({ id }) => id),
      );

      await page.getByRole('button', { name: 'Pause' }).click();
      const paused = places(await shownRows(page));
      await tenant.ended(await tenant.send());
      await page.getByRole('button', { name: '1 new' }).waitFor();
      expect(places(await shownRows(page))).toEqual(paused);
      await page.getByRole('button', { name: 'Resume' }).click();
      const [first] = await newest(tenant, 1);
      await waitFor(async () => (await idsOf(page))[0] === first?.id, patient);
      expect(await page.getByRole('button', { name: /new$/ }).count()).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'says that it has lost the server, comes back by itself, and has missed nothing',
    async () => {
      expectComplaint(/ERR_CONNECTION_REFUSED|WebSocket connection/);
      const tenant = await stage.tenant();
      const held = holdAnswers();
      await tenant.endpoint(held.behaviour);
      const web = await stage.installation.addProcess({ ROLE: 'api' });
      const page = await openDeliveries(tenant.key, web.address);
      const early = await tenant.send();
      const [known] = await tenant.deliveriesOf(early);
      await waitFor(async () => (await statusOf(page, known?.id ?? '')) === 'Sending', patient);

      await web.stop();
      await badge(page, 'reconnecting').waitFor();
      await page.getByText('Reconnecting …').waitFor();
      held.release();
      const late = await Promise.all(Array.from({ length: 5 }, () => tenant.send()));
      await Promise.all([early, ...late].map((eventId) => tenant.ended(eventId)));

      await stage.installation.addProcess({ ROLE: 'api', PORT: new URL(web.address).port });
      await badge(page, 'live').waitFor({ timeout: 60_000 });
      const truth = await newest(tenant);
      expect(truth).toHaveLength(6);
      const words = truth.map(({ id }) => `${id} Success`);
      await waitFor(
        async () =>
          (await shownRows(page)).map(({ id, status }) => `${id} ${status}`).join() ===
          words.join(),
        patient,
      );
      // And goes on from there.
      await tenant.send();
      const [newer] = await newest(tenant, 1);
      await deliveryRow(page, newer?.id ?? '').waitFor();
    },
    TIMEOUT_MS,
  );
});
