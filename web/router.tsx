import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';

import { deliveriesSearchOf } from './deliveries/deliveries-search.ts';
import { customersSearchOf } from './features/customers/customers-search.ts';
import { eventsSearchOf, newEventSearchOf } from './features/events/list/events-search.ts';
import { newWebhookSearchOf, webhooksSearchOf } from './features/webhooks/list/webhooks-search.ts';
import { cursorSearchOf } from './lib/cursor-page.ts';
import { currentId } from './lib/global-id.ts';
import { parseSearch, strictSearch, stringifySearch } from './lib/search-text.ts';
import { rangeSearchOf } from './lib/time/time-range.ts';
import { ErrorPage } from './shell/error-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { Shell } from './shell/shell.tsx';

/** All pages and what their addresses carry. Each page is loaded when it is first opened. */

const root = createRootRoute({
  component: Shell,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: strictSearch(rangeSearchOf),
  component: lazyRouteComponent(
    () => import('./features/dashboard/dashboard-page.tsx'),
    'DashboardPage',
  ),
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/webhooks',
  validateSearch: strictSearch(webhooksSearchOf),
  component: lazyRouteComponent(
    () => import('./features/webhooks/list/webhooks-page.tsx'),
    'WebhooksPage',
  ),
});

const newWebhook = createRoute({
  getParentRoute: () => root,
  path: '/webhooks/new',
  validateSearch: strictSearch(newWebhookSearchOf),
  component: lazyRouteComponent(
    () => import('./features/webhooks/form/new-webhook-page.tsx'),
    'NewWebhookPage',
  ),
});

const webhook = createRoute({
  getParentRoute: () => root,
  path: '/webhooks/$webhookId',
  params: { parse: ({ webhookId }) => ({ webhookId: currentId(webhookId) }) },
  validateSearch: strictSearch(rangeSearchOf),
  component: lazyRouteComponent(
    () => import('./features/webhooks/page/webhook-page.tsx'),
    'WebhookPage',
  ),
});

const editWebhook = createRoute({
  getParentRoute: () => root,
  path: '/webhooks/$webhookId/edit',
  params: { parse: ({ webhookId }) => ({ webhookId: currentId(webhookId) }) },
  component: lazyRouteComponent(
    () => import('./features/webhooks/form/edit-webhook-page.tsx'),
    'EditWebhookPage',
  ),
});

const deliveries = createRoute({
  getParentRoute: () => root,
  path: '/deliveries',
  validateSearch: strictSearch(deliveriesSearchOf),
  component: lazyRouteComponent(
    () => import('./features/deliveries/deliveries-page.tsx'),
    'DeliveriesPage',
  ),
});

const delivery = createRoute({
  getParentRoute: () => deliveries,
  path: '$deliveryId',
  params: { parse: ({ deliveryId }) => ({ deliveryId: currentId(deliveryId) }) },
  component: lazyRouteComponent(
    () => import('./deliveries/delivery-pane.tsx'),
    'DeliveryPaneOfList',
  ),
});

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch: strictSearch(eventsSearchOf),
  component: lazyRouteComponent(
    () => import('./features/events/list/events-page.tsx'),
    'EventsPage',
  ),
});

const newEvent = createRoute({
  getParentRoute: () => root,
  path: '/events/new',
  validateSearch: strictSearch(newEventSearchOf),
  component: lazyRouteComponent(
    () => import('./features/events/composer/new-event-page.tsx'),
    'NewEventPage',
  ),
});

const event = createRoute({
  getParentRoute: () => root,
  path: '/events/$eventId',
  params: { parse: ({ eventId }) => ({ eventId: currentId(eventId) }) },
  component: lazyRouteComponent(() => import('./features/events/page/event-page.tsx'), 'EventPage'),
});

const recoveries = createRoute({
  getParentRoute: () => root,
  path: '/recoveries',
  validateSearch: strictSearch(cursorSearchOf),
  component: lazyRouteComponent(
    () => import('./features/recoveries/recoveries-page.tsx'),
    'RecoveriesPage',
  ),
});

const recovery = createRoute({
  getParentRoute: () => root,
  path: '/recoveries/$recoveryId',
  component: lazyRouteComponent(
    () => import('./features/recoveries/recovery-page.tsx'),
    'RecoveryPage',
  ),
});

const customers = createRoute({
  getParentRoute: () => root,
  path: '/customers',
  validateSearch: strictSearch(customersSearchOf),
  component: lazyRouteComponent(
    () => import('./features/customers/customers-page.tsx'),
    'CustomersPage',
  ),
});

const customer = createRoute({
  getParentRoute: () => root,
  path: '/customers/$customerKey',
  component: lazyRouteComponent(
    () => import('./features/customers/customer-page.tsx'),
    'CustomerPage',
  ),
});

const eventTypes = createRoute({
  getParentRoute: () => root,
  path: '/event-types',
  component: lazyRouteComponent(
    () => import('./features/event-types/event-types-page.tsx'),
    'EventTypesPage',
  ),
});

const newEventType = createRoute({
  getParentRoute: () => root,
  path: '/event-types/new',
  component: lazyRouteComponent(
    () => import('./features/event-types/new-event-type-page.tsx'),
    'NewEventTypePage',
  ),
});

const eventType = createRoute({
  getParentRoute: () => root,
  path: '/event-types/$name',
  component: lazyRouteComponent(
    () => import('./features/event-types/event-type-page.tsx'),
    'EventTypePage',
  ),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('./features/settings/settings-page.tsx'),
    'SettingsPage',
  ),
});

/** The sign-in itself stands in front of the router; who arrives here is signed in already. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- how the router goes elsewhere
    throw redirect({ to: '/', replace: true });
  },
});

const routeTree = root.addChildren([
  dashboard,
  webhooks,
  newWebhook,
  webhook,
  editWebhook,
  deliveries.addChildren([delivery]),
  events,
  newEvent,
  event,
  recoveries,
  recovery,
  customers,
  customer,
  eventTypes,
  newEventType,
  eventType,
  settings,
  signIn,
]);

/** A router of its own for each sign-in: nothing of one session's pages is left for the next. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // In the page's place: navigation stays.
    defaultErrorComponent: ErrorPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
