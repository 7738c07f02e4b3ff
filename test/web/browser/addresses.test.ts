import { beforeAll, expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 120_000;

interface Case {
  /** With WEBHOOK where a webhook's id goes. */
  address: string;
  heading: string | RegExp;
  /** What the note says was left out; null where there is none. */
  leftOut: string | null;
}

const cases: Case[] = [
  { address: '/?range=15m', heading: 'Dashboard', leftOut: 'time range “15m”' },
  { address: '/?range=__proto__', heading: 'Dashboard', leftOut: 'time range “__proto__”' },
  { address: '/?from=abc&to=2026-99-99', heading: 'Dashboard', leftOut: 'start of the time range' },
  { address: '/?utm_source=mail#top', heading: 'Dashboard', leftOut: null },
  { address: '/?range=%E0%A4%A', heading: 'Dashboard', leftOut: 'time range' },
  { address: '/deliveries?status=failed', heading: 'Deliveries', leftOut: 'status “failed”' },
  { address: '/deliveries?range=15m', heading: 'Deliveries', leftOut: 'time range “15m”' },
  { address: '/deliveries?from=abc', heading: 'Deliveries', leftOut: 'start of the time range' },
  { address: '/deliveries?test=1&status=,,', heading: 'Deliveries', leftOut: 'tests “1”' },
  { address: '/deliveries?status=FAILED', heading: 'Deliveries', leftOut: null },
  { address: '/events?range=15m', heading: 'Events', leftOut: 'time range “15m”' },
  { address: '/webhooks?state=broken', heading: 'Webhooks', leftOut: 'state “broken”' },
  { address: '/webhooks/WEBHOOK?range=15m', heading: 'An endpoint', leftOut: 'time range “15m”' },
  { address: '/settings?range=15m', heading: 'Settings', leftOut: null },
];

describeInBrowser('an address that was made by hand, or came by mail', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let webhookId: string;

  beforeAll(async () => {
    tenant = await stage.tenant();
    ({ id: webhookId } = await tenant.endpoint(undefined, { name: 'An endpoint' }));
    await tenant.ended(await tenant.send());
  });

  it.each(cases)(
    '$address shows its page, and says what it leaves out',
    async ({ address, heading, leftOut }) => {
      const page = await openPage(stage.installation.address, {
        key: tenant.key,
        path: address.replace('WEBHOOK', webhookId),
      });
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await page.getByRole('navigation').getByRole('link', { name: 'Deliveries' }).waitFor();
      const note = page.getByText('leaves out:');
      if (leftOut === null) expect(await note.count()).toBe(0);
      else expect(await note.innerText()).toContain(leftOut);
      expect(await page.getByText('This page broke').count()).toBe(0);
    },
    TIMEOUT_MS,
  );
});
