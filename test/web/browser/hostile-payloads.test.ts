import type { Locator, Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';

import { HOSTILE_MARKUP, ODD_TEXTS } from '../../support/browser/hostile-texts.ts';
import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import type { Behaviour } from '../../support/receiver/receiver.ts';
import { deliveryRow, shownRows } from '../../support/browser/shown-deliveries.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

const TIMEOUT_MS = 300_000;
const patient = { timeoutMs: 60_000, everyMs: 50 };

/** Nothing of the app itself is any of these. */
const MADE_OF_TEXT = [
  'img:not([src^="/"])',
  'iframe, object, embed, base, video, math, template, animate',
  'link[href*="evil"], meta[http-equiv], form[action]',
  'a[href^="javascript:" i], a[href*="//evil"]',
  '[onerror], [onload], [onclick], [onfocus], [ontoggle], [onmouseover], [onbegin]',
].join(', ');

describeInBrowser('texts of strangers', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();
  let dialogs: string[] = [];
  afterEach(() => (dialogs = []));

  async function open(key: string, path: string): Promise<Page> {
    // With room for the list in its full width beside the pane.
    const viewport = { width: 2_300, height: 900 };
    const page = await openPage(stage.installation.address, { key, path, viewport });
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    return page;
  }

  /** Nothing has run, nothing but text was made of them, and the view is still there. */
  async function expectInert(page: Page): Promise<void> {
    const found = await page.evaluate(
      (selector) => ({
        pwned: '__pwned' in window,
        elements: [...document.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML),
        foreignScripts: [...document.scripts].filter(
          ({ src }) => src === '' || new URL(src).origin !== location.origin,
        ).length,
        isThere: document.querySelector('main h1') !== null,
      }),
      MADE_OF_TEXT,
    );
    expect(found).toEqual({ pwned: false, elements: [], foreignScripts: 0, isThere: true });
    expect(dialogs).toEqual([]);
  }

  /** Whatever the font or the layout does with it. */
  const textOf = async (place: Locator) => (await place.textContent()) ?? '';

  async function goTo(page: Page, path: string): Promise<void> {
    await page.goto(stage.installation.address + path);
    await page.locator('main h1').waitFor();
  }

  const texts = [...HOSTILE_MARKUP, ...ODD_TEXTS];

  /** So many texts stand in one request and its answer: a pane each would take minutes. */
  const TOGETHER = 6;
  const togetherFrom = (index: number) => texts.slice(index, index + TOGETHER);

  /** Answers with some of the texts in turn, in the body and, where they may stand there, in headers. */
  function answerWithTexts(): Behaviour {
    let turn = 0;
    return (_request, response) => {
      const group = togetherFrom(turn % texts.length);
      turn += 1;
      const markup = group.filter((text) => HOSTILE_MARKUP.includes(text));
      response.writeHead(200, {
        'content-type': 'text/html',
        ...Object.fromEntries(markup.map((text, at) => [`x-own-${at}`, text])),
      });
      response.end(group.join('\n'));
    };
  }

  it(
    'are text in the list, in panes with what was sent and came back, and on each event’s page',
    async () => {
      const tenant = await stage.tenant();
      await tenant.endpoint(answerWithTexts(), {
        name: HOSTILE_MARKUP[2],
        description: HOSTILE_MARKUP[0],
        headers: HOSTILE_MARKUP.slice(0, 10).map((value, index) => ({
          name: `x-own-${index}`,
          value,
          isSecret: false,
        })),
      });
      // One after the other, so that the receiver's answers have their texts' order.
      for (const [index, text] of texts.entries()) {
        await tenant.ended(
          await tenant.send({
            eventId: text,
            payload: { text, list: togetherFrom(index), [text]: { [text]: text } },
          }),
        );
      }

      const page = await open(tenant.key, '/deliveries');
      await waitFor(async () => (await shownRows(page)).length >= 20, patient);
      for (const row of await shownRows(page)) {
        expect(texts).toContain(row.eventId);
        expect(row.webhook).toBe(HOSTILE_MARKUP[2]);
      }
      await expectInert(page);

      for (let index = 0; index < texts.length; index += TOGETHER) {
        const group = togetherFrom(index);
        const [delivery] = await tenant.deliveriesOf(group[0] ?? '');
        const id = delivery?.id ?? '';
        if (index === 0) await goTo(page, `/deliveries/${id}`);
        else {
          await page
            .locator('[data-deliveries]')
            .evaluate((list, top) => list.scrollTo({ top }), (texts.length - 1 - index) * 40);
          await deliveryRow(page, id).getByRole('link').press('Enter');
        }
        await page.waitForURL((url) => url.pathname.endsWith(id));
        const pane = page.getByRole('complementary');
        const response = pane.getByRole('region', { name: 'Response body' });
        for (const text of group) {
          await waitFor(async () => isShownIn(await textOf(response), text), patient);
        }
        const headers = pane.getByRole('table', { name: 'Response headers' });
        for (const text of group.filter((each) => HOSTILE_MARKUP.includes(each))) {
          expect(await textOf(headers)).toContain(text);
        }
        await pane.getByRole('tab', { name: 'Request' }).click();
        const request = pane.getByRole('region', { name: 'Request body' });
        for (const text of group) {
          await waitFor(async () => isShownIn(await textOf(request), text), patient);
        }
        await pane.getByText('Raw', { exact: true }).first().click();
        expect(await textOf(pane)).toContain(HOSTILE_MARKUP[2]);
        await expectInert(page);
      }

      for (const text of [texts[0], texts[9], texts[19], texts.at(-1)]) {
        const [event] = await eventsOf(tenant, text ?? '');
        await goTo(page, `/events/${event?.id ?? ''}`);
        const payload = page.getByRole('region', { name: 'Payload' });
        await waitFor(async () => isShownIn(await textOf(payload), text ?? ''), patient);
        await expectInert(page);
        await page.getByRole('link', { name: 'Trigger again with changes' }).click();
        await page.getByText(`${HOSTILE_MARKUP[2]}`).first().waitFor();
        await page.getByLabel('Payload, JSON').getByText('"list"').waitFor();
        await expectInert(page);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'are text in the lists of webhooks and events, on the dashboard and in forms',
    async () => {
      const tenant = await stage.tenant();
      const ids: string[] = [];
      for (const text of texts) {
        const { id } = await tenant.createWebhook({
          name: text,
          description: text,
          url: `${stage.receiver.url('/')}?q=${encodeURIComponent(text)}&r='"<b>`.replaceAll(
            /["<>]/g,
            encodeURIComponent,
          ),
          headers: [
            {
              name: 'x-own',
              value: HOSTILE_MARKUP[ids.length % HOSTILE_MARKUP.length],
              isSecret: false,
            },
          ],
        });
        ids.push(id);
      }
      await tenant.ended(await tenant.send({ eventId: texts[1] ?? '' }), texts.length, 60_000);

      const page = await open(tenant.key, '/webhooks');
      const shown = new Set<string>();
      for (const isLast of [false, true]) {
        await waitFor(async () => {
          const names = await page
            .getByRole('table', { name: 'Webhooks' })
            .getByRole('link')
            .allTextContents();
          for (const name of names) shown.add(name);
          return shown.size === (isLast ? texts.length : 25);
        }, patient);
        await expectInert(page);
        if (!isLast) await page.getByRole('button', { name: 'Next' }).click();
      }
      expect([...shown].sort()).toEqual([...texts].sort());

      for (const [index, text] of texts.entries()) {
        if (index % 9 !== 0) continue;
        await goTo(page, `/webhooks/${ids[index] ?? ''}`);
        await page.getByText('Latest deliveries').waitFor();
        expect(await textOf(page.locator('main h1'))).toBe(text);
        await expectInert(page);
        await page.getByRole('link', { name: 'Edit', exact: true }).click();
        await waitFor(
          async () => (await page.getByLabel('Name', { exact: true }).inputValue()) === text,
          patient,
        );
        await expectInert(page);
      }

      await goTo(page, '/');
      await page.getByText('user.created').first().waitFor();
      await expectInert(page);
      await goTo(page, '/events');
      await page.getByText('user.created').first().waitFor();
      await expectInert(page);
      await goTo(page, `/events?event=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
      await page.getByText('<img src=x onerror=alert(1)>').waitFor();
      await expectInert(page);
      await goTo(page, `/deliveries?event=${encodeURIComponent(HOSTILE_MARKUP[0] ?? '')}`);
      await page.getByRole('list', { name: 'Filters in use' }).getByText('<script>').waitFor();
      await expectInert(page);
    },
    TIMEOUT_MS,
  );

  it(
    'do no harm when bytes are no UTF-8, JSON is nested without end, or a body is one long word',
    async () => {
      const tenant = await stage.tenant();
      const bodies = [
        Buffer.from([
          0x66, 0x61, 0x6c, 0x73, 0x65, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x00, 0x3c, 0x62, 0x3e,
        ]),
        Buffer.from('['.repeat(8_000) + ']'.repeat(8_000)),
        Buffer.from('W'.repeat(16_000)),
        Buffer.from(`{"a":"${'<b>'.repeat(4_000)}"}`),
      ];
      let at = 0;
      await tenant.endpoint((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(bodies[at++ % bodies.length]);
      });
      let deep: unknown = 'end';
      for (let level = 0; level < 30; level += 1) deep = level % 2 === 0 ? [deep] : { '<b>': deep };
      const page = await open(tenant.key, '/deliveries');
      for (const body of bodies) {
        const eventId = await tenant.send({
          payload: { deep, half: '\uD800', long: 'W'.repeat(5_000) },
        });
        const [delivery] = await tenant.ended(eventId);
        await goTo(page, `/deliveries/${delivery?.id ?? ''}`);
        const pane = page.getByRole('complementary');
        await pane.getByRole('region', { name: 'Response body' }).waitFor();
        const unfold = pane.getByRole('button', { name: /items?$|keys?$/, expanded: false });
        for (let level = 0; level < 5 && (await unfold.count()) > 0; level += 1)
          await unfold.first().click();
        await pane.getByRole('tab', { name: 'Request' }).click();
        await pane.getByRole('region', { name: 'Request body' }).waitFor();
        await expectInert(page);
        const isWithin = await pane.evaluate(
          (element) => element.scrollWidth <= element.clientWidth,
        );
        expect([body.toString().slice(0, 10), isWithin]).toEqual([
          body.toString().slice(0, 10),
          true,
        ]);
      }
    },
    TIMEOUT_MS,
  );
});

/** Word for word, or with what cannot be seen (and what would end a JSON string) escaped. */
function isShownIn(shown: string, text: string): boolean {
  const json = JSON.stringify(text).slice(1, -1);
  const start = text.split(/[^a-z]/)[0] ?? '';
  return (
    shown.includes(text) ||
    shown.includes(json) ||
    (ODD_TEXTS.includes(text) && shown.includes(start))
  );
}

async function eventsOf({ ask }: StageTenant, eventId: string): Promise<{ id: string }[]> {
  const { events } = await ask<{ events: { nodes: { id: string }[] } }>(
    'query ($eventId: String!) { events(first: 1, filter: { eventId: $eventId }) { nodes { id } } }',
    { eventId },
  );
  return events.nodes;
}
