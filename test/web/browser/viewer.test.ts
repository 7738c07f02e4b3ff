import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { insertKey, useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

const TIMEOUT_MS = 300_000;
const patient = { timeoutMs: 60_000, everyMs: 50 };

/** What writes, by the words on its button or link. */
const WRITES =
  /^(new (webhook|event|api key|customer|event type)|create .*|edit|delete.*|rotate .*|send (a )?test.*|retry|trigger .*|switch o.*|revoke .*|erase|save .*|more actions|r)$/i;

describeInBrowser('roles in the web app', () => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '1' });
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let views: Record<string, { path: string; offersWriters: boolean }>;

  beforeAll(async () => {
    tenant = await stage.tenant();
    const { id } = await tenant.endpoint(status(500, 'no'));
    const { event } = await tenant.trigger();
    const [delivery] = await tenant.ended(event?.eventId ?? '');
    await tenant.mutate('customerUpsert', { key: 'acme' }, 'isNew');
    const off = await tenant.endpoint();
    await tenant.mutate('webhookUpdate', { id: off.id, isActive: false }, 'webhook { id }');
    views = {
      dashboard: { path: '/', offersWriters: false },
      webhooks: { path: '/webhooks', offersWriters: true },
      'a webhook': { path: `/webhooks/${id}`, offersWriters: true },
      'a webhook that is off': { path: `/webhooks/${off.id}`, offersWriters: true },
      'the form of a new webhook': { path: '/webhooks/new', offersWriters: true },
      'the form of a webhook': { path: `/webhooks/${id}/edit`, offersWriters: true },
      deliveries: { path: '/deliveries', offersWriters: false },
      'a failed delivery': { path: `/deliveries/${delivery?.id ?? ''}`, offersWriters: true },
      events: { path: '/events', offersWriters: true },
      'an event': { path: `/events/${event?.id ?? ''}`, offersWriters: true },
      'the composer': { path: '/events/new', offersWriters: true },
      'event types': { path: '/event-types', offersWriters: true },
      'an event type': { path: '/event-types/order.created', offersWriters: true },
      customers: { path: '/customers', offersWriters: true },
      'a customer': { path: '/customers/acme', offersWriters: true },
      settings: { path: '/settings', offersWriters: true },
    };
  });

  /** What the view offers to press, once it is whole. */
  async function offered(page: Page): Promise<string[]> {
    await page.locator('main h1').first().waitFor();
    await page.locator('output[data-status="live"]').waitFor();
    await waitFor(
      async () =>
        (await page.locator('main [aria-busy="true"], main [aria-label="Loading"]').count()) === 0,
      patient,
    );
    const names = await page
      .locator('main :is(button, a[href], [role="menuitem"])')
      .evaluateAll((all) =>
        all.map((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim()),
      );
    return names.filter((name) => WRITES.test(name));
  }

  it(
    'a VIEWER is offered nothing that would be refused, on any view',
    async () => {
      const viewer = await insertKey(stage.installation, tenant.tenantId, 'VIEWER');
      const { address } = stage.installation;
      const seen = await openPage(address, { key: viewer });
      const written = await openPage(address, { key: tenant.key });
      for (const [name, { path, offersWriters }] of Object.entries(views)) {
        if (offersWriters) {
          await written.goto(address + path);
          await waitFor(async () => (await offered(written)).length > 0, patient);
        }
        await seen.goto(address + path);
        expect({ [name]: await offered(seen) }).toEqual({ [name]: [] });
      }
      await seen.goto(`${address}/deliveries`);
      await seen.getByRole('row').nth(1).waitFor();
      await seen.keyboard.press('j');
      await seen.keyboard.press('r');
      await seen.keyboard.press('?');
      await seen.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      expect(await seen.getByRole('alertdialog').count()).toBe(0);
      expect(await seen.getByText('Retry the delivery').count()).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'a form says why it is not there for a VIEWER, and so do the API keys for all but an ADMIN',
    async () => {
      const { address } = stage.installation;
      for (const role of ['VIEWER', 'OPERATOR'] as const) {
        const page = await openPage(address, {
          key: await insertKey(stage.installation, tenant.tenantId, role),
          path: '/settings',
        });
        await page.getByText('Only for keys with the role Admin').waitFor();
        expect(await page.getByRole('button', { name: /new .*key|revoke/i }).count()).toBe(0);
        if (role === 'OPERATOR') continue;
        await page.goto(`${address}/webhooks/new`);
        await page.getByText('Your API key may read only').waitFor();
        await page.goto(`${address}/events/new`);
        await page.getByText('This API key may not trigger events').waitFor();
      }
      const operator = await openPage(address, {
        key: await insertKey(stage.installation, tenant.tenantId, 'OPERATOR'),
        path: '/webhooks',
      });
      await operator.getByRole('link', { name: 'New webhook' }).waitFor();
    },
    TIMEOUT_MS,
  );
});
