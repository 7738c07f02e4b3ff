import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { status } from '../../support/receiver/receiver.ts';
import { useStage } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, shoot, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

/** All of it in one go, on a machine that is busy with other tests. */
const TIMEOUT_MS = 300_000;
const PATH = '/orders';
const NAME = 'Order service';

describeInBrowser('the first use of the web app', () => {
  // Long enough to be seen waiting, by a browser that is slow as well.
  const stage = useStage(variant, {
    MAX_RETRY_ATTEMPTS: '2',
    INITIAL_RETRY_DELAY: '6',
    // The app's own operations are all that it needs.
    PERSISTED_OPERATIONS_ONLY: 'true',
    INTROSPECTION: 'false',
  });
  const { openPage, expectComplaint } = useWebBrowser();

  const button = (within: Page | Locator, name: string) =>
    within.getByRole('button', { name, exact: true });
  const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

  async function choose(page: Page, action: string): Promise<void> {
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: action }).click();
  }

  async function signIn(page: Page, key: string): Promise<void> {
    const field = page.getByLabel('API key');
    await field.fill('not-a-key-of-anybody');
    await button(page, 'Sign in').click();
    await page.getByRole('alert').getByText(/key/).waitFor();
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    await field.fill(key);
    await field.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  }

  /** Returns the secret. */
  async function createWebhook(page: Page, url: string): Promise<string> {
    const start = page.getByText('Three steps to your first delivery.');
    await start.waitFor();
    await page.getByRole('link', { name: 'New webhook' }).click();
    await start.waitFor({ state: 'detached' });
    await page.getByLabel('Name', { exact: true }).fill(NAME);
    const field = page.getByLabel('URL', { exact: true });
    const fault = page.getByText('The URL must start with https:// or http://.');
    await field.pressSequentially('htt');
    expect(await fault.count()).toBe(0);
    await field.pressSequentially('x://example.com');
    await fault.waitFor();
    await field.fill(url);
    await fault.waitFor({ state: 'detached' });

    const group = page.getByRole('group', { name: 'User', exact: true });
    const checked = () => group.getByRole('checkbox', { checked: true }).count();
    await group.getByRole('checkbox', { name: 'user.created' }).click();
    expect(await checked()).toBe(1);
    await group.getByRole('checkbox', { name: 'User', exact: true }).click();
    expect(await checked()).toBe(await group.getByRole('checkbox').count());
    await page.getByText(/^3 of \d+ selected$/).waitFor();
    await button(page, 'Create webhook').click();
    return takeSecret(page, 'Webhook created');
  }

  /** The secret is there to be copied, and is not left by accident. */
  async function takeSecret(page: Page, title: string): Promise<string> {
    const shown = dialog(page, title);
    const secret = await shown
      .getByText(/^whsec_/)
      .first()
      .innerText();
    await button(shown, 'Copy signing secret').click();
    await shown.getByText('Copied').first().waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    await shoot(page, `first-use ${title}`);
    await page.keyboard.press('Escape');
    const asked = page.getByRole('alertdialog', { name: 'Have you stored the secret?' });
    await button(asked, 'Cancel').click();
    await button(shown, 'I have stored the secret').click();
    await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    return secret;
  }

  /** Returns the place where the event's deliveries show. */
  async function triggerSample(page: Page): Promise<Locator> {
    const places = page.getByRole('navigation', { name: 'Main' });
    await places.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('link', { name: 'New event' }).first().click();
    await page
      .getByLabel(/^Event type/)
      .first()
      .click();
    await page.getByLabel('Find an event type').fill('user.created');
    await page.keyboard.press('Enter');
    await page.getByText('1 webhook will receive it:').waitFor();
    await page.getByLabel('Payload, JSON').getByText('user_id').waitFor();
    await button(page, 'Trigger event').click();
    return page.getByRole('region', { name: 'The event triggered last' });
  }

  it(
    'leads from a key to a delivery that failed, was mended and arrived, and out again',
    async () => {
      expectComplaint(/401/);
      const { receiver, installation } = stage;
      const { key } = await stage.tenant();
      const page = await openPage(installation.address, { key: null });
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);

      await signIn(page, key);
      const secret = await createWebhook(page, receiver.url(PATH));

      const first = await triggerSample(page);
      await first.getByRole('listitem').getByText('Success', { exact: true }).waitFor();
      await first.getByText('1 succeeded').waitFor();

      receiver.on(PATH, status(500, '{"why":"the database is away"}'));
      const second = await triggerSample(page);
      await second.getByRole('listitem').getByText('Retrying', { exact: true }).waitFor();
      await second.getByRole('listitem').getByRole('link').click();
      const pane = page.getByRole('complementary', { name: `Delivery user.created to ${NAME}` });
      await pane.getByText(/^Next attempt in 0:0\d$/).waitFor();
      await pane.getByText('Given up: every attempt failed').waitFor();
      await pane.getByText('Failed', { exact: true }).first().waitFor();
      await pane.getByText('The receiver’s own code failed').first().waitFor();
      await pane.getByText('the database is away').first().waitFor();
      await shoot(page, 'first-use failed');

      receiver.on(PATH, status(200, 'thanks'));
      await button(pane, 'Retry').click();
      const question = page.getByRole('alertdialog', { name: /^Retry/ });
      await question.getByText(/duplicate, under the same webhook-id/).waitFor();
      await button(question, 'Retry').click();
      await pane.getByText('Delivered at attempt 3').waitFor();
      await pane.getByText('Success', { exact: true }).first().waitFor();
      const [, retried, , again] = receiver.requests(PATH);
      expect(again?.headers['webhook-id']).toBe(retried?.headers['webhook-id']);

      await pane.getByRole('link', { name: NAME }).click();
      await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
      await choose(page, 'Rotate secret…');
      const rotation = dialog(page, 'Rotate secret');
      await rotation.getByText('24 hours', { exact: true }).first().waitFor();
      await button(rotation, 'Rotate secret').click();
      await page.getByText('For 24 hours deliveries carry signatures of both secrets.').waitFor();
      expect(await takeSecret(page, 'Secret rotated')).not.toBe(secret);

      await button(page, 'Send test event').click();
      const test = dialog(page, 'Send test event');
      await button(test, 'Send test event').click();
      await test.getByText('The receiver has taken it').waitFor();
      await test.getByText('HTTP 200').waitFor();
      const address = await test
        .getByRole('link', { name: 'Open the delivery' })
        .getAttribute('href');
      const sent = receiver.requests(PATH).at(-1);
      expect(address).toBe(`/deliveries/${String(sent?.headers['webhook-id'])}`);
      expect(String(sent?.headers['webhook-signature']).split(' ')).toHaveLength(2);
      await button(test, 'Done').click();

      await choose(page, 'Switch off…');
      await button(page.getByRole('alertdialog'), 'Switch off').click();
      const banner = page.getByText(/^Switched off by hand/);
      await banner.waitFor();
      await button(page, 'Switch on').click();
      await banner.waitFor({ state: 'detached' });

      await choose(page, 'Delete…');
      const deletion = page.getByRole('alertdialog', { name: 'Delete this webhook?' });
      const confirm = button(deletion, 'Delete webhook');
      expect(await confirm.isDisabled()).toBe(true);
      await deletion.getByLabel(/to confirm/).fill(NAME);
      await confirm.click();
      await page.getByText('No webhooks yet').waitFor();

      await page.getByRole('button', { name: 'Account and theme' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.goto(`${installation.address}/webhooks`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await waitFor(async () => (await page.context().cookies()).length === 0);
    },
    TIMEOUT_MS,
  );
});
