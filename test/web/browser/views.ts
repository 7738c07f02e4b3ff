import type { Page } from 'playwright-core';

import type { SeededTenant } from '../../support/database/seeded-tenant.ts';
import { settle } from '../../support/browser/settled-page.ts';

/** A view of the app, and how to come to it. */
export interface View {
  /** Also the name of its picture. */
  name: string;
  path: (seeded: SeededTenant) => string;
  /** Whose key opens it; that of an ADMIN if omitted. */
  as?: 'nobody' | 'viewer';
  /** What is there once it is; its heading if omitted. */
  ready?: string;
  /** What is done there before it is looked at. */
  prepare?: (page: Page) => Promise<void>;
}

/** A table; cards on a phone. */
const DELIVERY_LIST = '[aria-label="Deliveries"]';

const pathOf = (path: string) => () => path;

/** What fills the page by itself. */
export const PAGES: readonly View[] = [
  { name: 'sign-in', path: pathOf('/'), as: 'nobody', ready: 'input[name="api-key"]' },
  { name: 'dashboard', path: pathOf('/') },
  { name: 'webhooks', path: pathOf('/webhooks'), ready: 'a[href*="/webhooks/"]' },
  { name: 'webhook-new', path: pathOf('/webhooks/new'), ready: 'form' },
  { name: 'webhook', path: ({ webhooks }) => `/webhooks/${webhooks.failing}` },
  {
    name: 'webhook-edit',
    path: ({ webhooks }) => `/webhooks/${webhooks.good}/edit`,
    ready: 'form',
  },
  { name: 'deliveries', path: pathOf('/deliveries'), ready: DELIVERY_LIST },
  {
    name: 'delivery',
    path: ({ deliveries }) => `/deliveries/${deliveries.failed}`,
    ready: 'aside ol',
    prepare: unfoldAttempts,
  },
  { name: 'events', path: pathOf('/events'), ready: 'table' },
  {
    name: 'composer',
    path: pathOf('/events/new?type=order.created'),
    ready: '.cm-content',
  },
  { name: 'event', path: ({ event }) => `/events/${event.id}` },
  {
    name: 'event-of-customer',
    path: ({ customerEvent }) => `/events/${customerEvent.id}`,
    ready: '[aria-label="Why"]',
  },
  { name: 'recoveries', path: pathOf('/recoveries'), ready: 'table' },
  { name: 'recovery', path: ({ recovery }) => `/recoveries/${recovery}` },
  { name: 'customers', path: pathOf('/customers'), ready: 'table' },
  { name: 'customer', path: pathOf('/customers/acme') },
  { name: 'event-types', path: pathOf('/event-types'), ready: 'table' },
  { name: 'event-type-new', path: pathOf('/event-types/new'), ready: 'form' },
  { name: 'event-type', path: pathOf('/event-types/order.created'), ready: '.cm-content' },
  {
    name: 'webhook-of-customer',
    path: ({ webhooks }) => `/webhooks/${webhooks.ofCustomer}`,
  },
  { name: 'settings', path: pathOf('/settings') },
  { name: 'not-found', path: pathOf('/no/such/page') },
];

/** What stands before a page, or is another for other readers. */
export const STATES: readonly View[] = [
  {
    name: 'rotate',
    path: ({ webhooks }) => `/webhooks/${webhooks.good}`,
    async prepare(page) {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Rotate secret' }).click();
      await settle(page, '[role="dialog"]');
    },
  },
  {
    name: 'shortcuts',
    path: pathOf('/deliveries'),
    ready: DELIVERY_LIST,
    async prepare(page) {
      await page.keyboard.press('?');
      await settle(page, '[role="dialog"]');
    },
  },
  {
    name: 'delivery-retrying',
    path: ({ deliveries }) => `/deliveries/${deliveries.retrying}`,
    ready: 'aside ol',
  },
  {
    name: 'webhook-off',
    path: ({ webhooks }) => `/webhooks/${webhooks.off}`,
  },
  {
    name: 'webhook-of-a-viewer',
    as: 'viewer',
    path: ({ webhooks }) => `/webhooks/${webhooks.good}`,
  },
  {
    name: 'delivery-missing',
    path: pathOf('/deliveries/dlv_06gq8000000000000000000000'),
    ready: 'aside h2, aside h3, aside p',
  },
];

export const keyFor = (view: View, { key, viewerKey }: SeededTenant): string | null =>
  ({ nobody: null, viewer: viewerKey, admin: key })[view.as ?? 'admin'];

/** All of them, so that each one's response and request are looked at. */
async function unfoldAttempts(page: Page): Promise<void> {
  const folded = page.locator('aside li > button[aria-expanded="false"]');
  for (let left = await folded.count(); left > 0; left -= 1) await folded.first().click();
  await settle(page, 'aside ol');
}
