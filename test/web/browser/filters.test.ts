import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';

import { decodeGlobalId, encodeGlobalId } from '../../../server/domain/global-id.ts';
import {
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
  type MadeDelivery,
} from '../../support/database/delivery-factory.ts';
import { holdAnswers } from '../../support/receiver/held-answers.ts';
import { VARIANTS, type Variant } from '../../support/installation/installation.ts';
import { deliveryRow, shownRows } from '../../support/browser/shown-deliveries.ts';
import { useStage, type StageTenant } from '../../support/installation/stage.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const [variant] = VARIANTS as [Variant];

const TIMEOUT_MS = 300_000;
const patient = { timeoutMs: 60_000, everyMs: 50 };
const HOUR_MS = 3_600_000;
/** Noon, and not so long that retention removes it. */
const LONG_AGO = new Date(new Date().setHours(12, 0, 0, 0) - 10 * 24 * HOUR_MS);
const DAY_BEFORE = new Date(LONG_AGO.getTime() - 24 * HOUR_MS);
const DAY_AFTER = new Date(LONG_AGO.getTime() + 24 * HOUR_MS);

interface Made extends MadeDelivery {
  webhookName: string;
}

interface Case {
  filter: string;
  /** Chooses it, as people do. */
  choose(page: Page): Promise<void>;
  search: string;
  chips: string[];
  fits(delivery: Made): boolean;
}

/** As a `datetime-local` input takes it, in this machine's zone. */
const localInputOf = (moment: Date) => {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
};

async function tick(page: Page, menu: string, ...boxes: string[]): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  const panel = page.getByRole('dialog', { name: `Filter by ${menu.toLowerCase()}` });
  for (const box of boxes) await panel.getByRole('checkbox', { name: box }).click();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
}

async function chooseOption(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label, exact: true }).click();
  await page.getByRole('button', { name: option, exact: true }).click();
}

describeInBrowser('the filters of the deliveries page', () => {
  const stage = useStage(variant);
  const { openPage } = useWebBrowser();
  let tenant: StageTenant;
  let made: Made[] = [];
  const webhookIds = new Map<string, string>();

  beforeAll(async () => {
    tenant = await stage.tenant();
    made = await makeAll();
  });

  /** Of everything some, all of them ended or far from due. */
  async function makeAll(): Promise<Made[]> {
    const { pool } = stage.installation.database;
    const deliveries: Made[] = [];
    for (const [at, webhookName] of ['Alpha', 'Beta', 'Gamma'].entries()) {
      const { id } = await tenant.endpoint(undefined, { name: webhookName, eventTypes: [] });
      webhookIds.set(webhookName, id);
      const rowId = decodeGlobalId(id)?.id ?? '';
      const events = Array.from({ length: 7 }, (_, index) =>
        makeEvent(tenant.tenantId, {
          type: ['user.created', 'order.created', 'payment.failed'][index % 3] ?? '',
          isTest: index % 4 === 3,
          eventId: `event-${at}-${index}`,
          createdAt: index === 6 ? LONG_AGO : new Date(Date.now() - (index * 25 + at) * 60_000),
        }),
      );
      await insertEvents(pool, events);
      for (const [index, event] of events.entries()) {
        const status = index % 2 === 0 ? 'SUCCESS' : 'FAILED';
        deliveries.push({ ...makeDelivery(event, rowId, { status }), webhookName });
      }
    }
    await insertDeliveries(pool, deliveries);
    return deliveries;
  }

  const expectedIds = (fits: Case['fits']) =>
    made
      .filter(fits)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .map(({ id }) => encodeGlobalId('Delivery', id));

  async function showsExactly(page: Page, fits: Case['fits']): Promise<void> {
    const expected = expectedIds(fits);
    expect(expected.length).toBeGreaterThan(0);
    await waitFor(
      async () => (await shownRows(page)).map(({ id }) => id).join() === expected.join(),
      patient,
    );
  }

  const chipsOf = (page: Page) =>
    page
      .getByRole('list', { name: 'Filters in use' })
      .getByRole('listitem')
      .filter({ hasNotText: 'Clear all' })
      .allInnerTexts();

  const cases: Case[] = [
    {
      filter: 'status',
      choose: (page) => tick(page, 'Status', 'Failed', 'Retrying'),
      search: '?status=RETRYING,FAILED',
      chips: ['Status Retrying', 'Status Failed'],
      fits: ({ status }) => status === 'FAILED',
    },
    {
      filter: 'webhook',
      async choose(page) {
        await page.getByRole('button', { name: 'Webhook', exact: true }).click();
        const panel = page.getByRole('dialog', { name: 'Filter by webhook' });
        await panel.getByRole('checkbox', { name: 'Alpha' }).waitFor();
        await panel.getByRole('searchbox').fill('bet');
        await panel.getByRole('checkbox', { name: 'Alpha' }).waitFor({ state: 'detached' });
        await panel.getByRole('checkbox', { name: 'Beta' }).click();
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      },
      search: '?webhook=BETA',
      chips: ['Webhook Beta'],
      fits: ({ webhookName }) => webhookName === 'Beta',
    },
    {
      filter: 'event type',
      choose: (page) => tick(page, 'Event type', 'order.created', 'payment.failed'),
      search: '?type=order.created,payment.failed',
      chips: ['Event type order.created', 'Event type payment.failed'],
      fits: ({ eventType }) => eventType !== 'user.created',
    },
    {
      filter: 'event id',
      choose: (page) => page.getByRole('searchbox', { name: 'Exact event id' }).fill(' event-1-2 '),
      search: '?event=event-1-2',
      chips: ['Event id event-1-2'],
      fits: ({ eventId }) => eventId === 'event-1-2',
    },
    {
      filter: 'time',
      async choose(page) {
        await page.getByRole('button', { name: 'Time', exact: true }).click();
        await page.getByRole('button', { name: 'Last hour' }).click();
      },
      search: '?range=1h',
      chips: ['Time Last hour'],
      fits: ({ createdAt }) => createdAt.getTime() > Date.now() - HOUR_MS,
    },
    {
      filter: 'own range of time',
      async choose(page) {
        await page.getByRole('button', { name: 'Time', exact: true }).click();
        // In the browser's zone, which is that of this process.
        await page.getByLabel('From', { exact: true }).fill(localInputOf(DAY_BEFORE));
        await page.getByLabel('To', { exact: true }).fill(localInputOf(DAY_AFTER));
        await page.getByRole('button', { name: 'Apply' }).click();
      },
      search: `?from=${DAY_BEFORE.toISOString()}&to=${DAY_AFTER.toISOString()}`,
      chips: [`From ${DAY_BEFORE.getDate()} `, `To ${DAY_AFTER.getDate()} `],
      fits: ({ createdAt }) => createdAt === LONG_AGO,
    },
    {
      filter: 'only tests',
      choose: (page) => chooseOption(page, 'Tests', 'Only tests'),
      search: '?test=only',
      chips: ['Tests Only tests'],
      fits: ({ isTest }) => isTest,
    },
    {
      filter: 'no tests',
      choose: (page) => chooseOption(page, 'Tests', 'No tests'),
      search: '?test=none',
      chips: ['Tests No tests'],
      fits: ({ isTest }) => !isTest,
    },
  ];

  it.each(cases)(
    '$filter: stands in the address, which shows the same anew, and its chips clear it',
    async ({ choose, search, chips, fits }) => {
      const address = search.replace('BETA', webhookIds.get('Beta') ?? '');
      const page = await openPage(stage.installation.address, {
        key: tenant.key,
        path: '/deliveries',
      });
      await showsExactly(page, () => true);
      await choose(page);
      await page.waitForURL((url) => url.search === address);
      await showsExactly(page, fits);

      const anew = await page.context().newPage();
      await anew.goto(`${stage.installation.address}/deliveries${address}`);
      await showsExactly(anew, fits);
      for (const each of [page, anew]) {
        const shown = (await chipsOf(each)).map((chip) => chip.replace(/\s+/g, ' ').trim());
        expect(shown).toHaveLength(chips.length);
        for (const [index, chip] of chips.entries()) expect(shown[index]).toContain(chip);
      }

      await anew.getByRole('button', { name: 'Clear all' }).click();
      await anew.waitForURL((url) => url.search === '');
      await showsExactly(anew, () => true);
      for (const [index] of chips.entries()) {
        await page
          .getByRole('button', { name: /^Clear (?!all)(?!:)/ })
          .first()
          .click();
        const left = chips.length - index - 1;
        await waitFor(async () => (await chipsOf(page)).length === left, patient);
      }
      await page.waitForURL((url) => url.search === '');
      await showsExactly(page, () => true);
      await page.goBack();
      await waitFor(async () => (await chipsOf(page)).length > 0, patient);
    },
    TIMEOUT_MS,
  );

  it(
    'together narrow the list to what fits all of them',
    async () => {
      const path = `/deliveries?status=FAILED&webhook=${webhookIds.get('Gamma') ?? ''}&type=order.created`;
      const page = await openPage(stage.installation.address, { key: tenant.key, path });
      await showsExactly(
        page,
        ({ status, webhookName, eventType }) =>
          status === 'FAILED' && webhookName === 'Gamma' && eventType === 'order.created',
      );
      await page.getByRole('button', { name: 'Clear event type order.created' }).click();
      await showsExactly(
        page,
        ({ status, webhookName }) => status === 'FAILED' && webhookName === 'Gamma',
      );
    },
    TIMEOUT_MS,
  );

  it(
    'hold for what happens live: what does not fit stays out, what no longer fits goes',
    async () => {
      const own = await stage.tenant();
      const held = holdAnswers();
      await own.endpoint(held.behaviour, { eventTypes: ['order.created'] });
      await own.endpoint(undefined, { eventTypes: ['user.created', 'order.updated'] });
      const page = await openPage(stage.installation.address, {
        key: own.key,
        path: '/deliveries?type=order.created,order.updated&status=SENDING,SUCCESS',
      });
      await page.getByText('No delivery fits these filters').waitFor();
      const sending = await openPage(stage.installation.address, {
        key: own.key,
        path: '/deliveries?status=SENDING',
      });
      await sending.getByText('No delivery fits these filters').waitFor();

      await own.ended(await own.send({ type: 'user.created' }));
      await own.send({ type: 'order.created' });
      await waitFor(async () => (await shownRows(page)).length === 1, patient);
      await waitFor(async () => (await shownRows(sending)).length === 1, patient);
      held.release();
      await sending.getByText('No delivery fits these filters').waitFor();
      await own.ended(await own.send({ type: 'order.updated' }));
      const [last] = await own.deliveriesOf(await own.send({ type: 'order.updated' }));
      await deliveryRow(page, last?.id ?? '').waitFor();
      expect((await shownRows(page)).map(({ eventType }) => eventType)).toEqual([
        'order.updated',
        'order.updated',
        'order.created',
      ]);
    },
    TIMEOUT_MS,
  );
});
