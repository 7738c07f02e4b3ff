import { expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { useStage } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];
const TIMEOUT_MS = 180_000;
const patient = { timeoutMs: 60_000, everyMs: 50 };

/** A browser's own JSON would make 1234567890123456800, 9223372036854776000, 20 and 100 of these. */
const WRITTEN =
  '{"big":9223372036854775808,"exp":1e2,"id":1234567890123456789,"price":20.0,"plain":[1,2.5]}';
const KEPT =
  '{"big":9223372036854775808,"exp":100.0,"id":1234567890123456789,"plain":[1,2.5],"price":20.0}';

describeInBrowser('numbers of a payload', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();

  it(
    'are in the composer, at the receiver and in the JSON view as they were written',
    async () => {
      const tenant = await stage.tenant();
      const endpoint = await tenant.endpoint();
      const page = await openPage(stage.installation.address, {
        key: tenant.key,
        path: '/events/new?type=user.created',
      });
      const editor = page.locator('.cm-content');
      await editor.fill(WRITTEN);
      await page.getByRole('button', { name: 'Trigger event' }).click();
      const { body } = await waitFor(() => endpoint.requests()[0], patient);
      expect(body.toString()).toContain(`{"data":${KEPT},`);

      const { events } = await tenant.ask<{ events: { nodes: { id: string }[] } }>(
        '{ events { nodes { id } } }',
      );
      await page.goto(`${stage.installation.address}/events/${events.nodes[0]?.id}`);
      const view = page.getByRole('region', { name: 'Payload' });
      await waitFor(async () => (await view.innerText()).includes('1234567890123456789'), patient);
      const shown = await view.innerText();
      for (const number of ['9223372036854775808', '100.0', '20.0', '2.5']) {
        expect(shown).toContain(number);
      }

      await page.getByRole('link', { name: 'Trigger again with changes' }).click();
      await waitFor(
        async () => (await editor.innerText()).includes('1234567890123456789'),
        patient,
      );
      const again = (await editor.innerText()).replaceAll(/\s/g, '');
      expect(again).toBe(KEPT);
    },
    TIMEOUT_MS,
  );
});
