import { setInterval as ticks } from 'node:timers/promises';

import type { Page } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openRedisFeed } from '../../../server/feed/backends/redis.ts';
import type { FeedBackend } from '../../../server/feed/contract.ts';
import type { DeliveryStatus } from '../../../server/domain/delivery/delivery-states.ts';
import {
  insertDeliveries,
  insertEvents,
  insertWebhook,
  makeDelivery,
  makeEvent,
  type MadeDelivery,
} from '../../support/database/delivery-factory.ts';
import { changeDeliveries } from '../../support/database/delivery-rows.ts';
import { testRedisUrl } from '../../support/queue/redis.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../../support/installation/served-processes.ts';
import type { RunningServer } from '../../support/installation/server-process.ts';
import { deliveriesTable, shownRows } from '../../support/browser/shown-deliveries.ts';
import { longestTaskOf, watchRows } from '../../support/browser/page-watch.ts';
import { waitFor } from '../../support/wait.ts';
import { describeInBrowser, useWebBrowser } from '../../support/browser/web-browser.ts';

const TIMEOUT_MS = 300_000;
const ROWS = 10_000;
const ROWS_SCROLLED = 1_000;

/** 1,000 changes a second for 20 seconds, with a new delivery among them every half second. */
const TICK_MS = 100;
const TICKS = 200;
const CHANGES = 100;
const TICKS_PER_NEW_ONE = 5;
/** Changes go to the newest ones: some of them are on the screen. */
const IN_MOTION = 300;
/**
 * Of what changed on the screen, what its reader must at least have seen change: some 1,500 on a
 * quiet machine, fewer on one that draws seldom.
 */
const LEAST_SEEN = 20;
/** CPU time of the page's longest task: some 20 ms. What a busy machine adds is no time of the page's. */
const LONGEST_TASK_MS = 100;

/** What a delivery becomes with its next change. */
const COURSE: readonly DeliveryStatus[] = ['SENDING', 'RETRYING', 'SENDING', 'SUCCESS', 'PENDING'];

describeInBrowser('the deliveries page under load', () => {
  // In a process of its own: what it works on must not stand in the test's way, nor the reverse.
  let served: ServedProcesses | undefined;
  let backend: FeedBackend | undefined;
  const { openPage } = useWebBrowser();

  beforeAll(async () => {
    served = await makeServedProcesses();
  });
  afterAll(async () => {
    await backend?.close();
    await served?.stop();
  });

  async function fill({ database: { pool } }: ServedProcesses): Promise<MadeDelivery[]> {
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM "Tenant"');
    const tenantId = rows[0]?.id ?? '';
    const webhook = await insertWebhook(pool, tenantId);
    const events = Array.from({ length: ROWS }, (_, index) =>
      makeEvent(tenantId, { createdAt: new Date(Date.now() - index * 1_000) }),
    );
    await insertEvents(pool, events);
    const deliveries = events.map((event) => makeDelivery(event, webhook.id));
    await insertDeliveries(pool, deliveries);
    return deliveries;
  }

  /** As the hot path does it: the change and its log in one transaction, then the announcement. */
  async function change(deliveries: readonly MadeDelivery[], status: DeliveryStatus) {
    const client = await served?.database.pool.connect();
    if (client === undefined) throw new Error('nothing is served');
    try {
      await client.query('BEGIN');
      const ids = deliveries.map(({ id }) => ({ deliveryId: id }));
      const changes = await changeDeliveries(client, ids, status);
      // So that the page shows of each row which version of it it has.
      await client.query(
        'UPDATE "Delivery" SET "attemptCount" = version WHERE id = ANY ($1::uuid[])',
        [deliveries.map(({ id }) => id)],
      );
      await client.query('COMMIT');
      backend?.announce(changes.map(({ tenantId }) => tenantId));
    } finally {
      client.release();
    }
  }

  async function storm(made: readonly MadeDelivery[]): Promise<number> {
    const pool = served?.database.pool;
    const [model] = made;
    if (pool === undefined || model === undefined) throw new Error('nothing is served');
    const inMotion = made.slice(0, IN_MOTION);
    let [tick, at, changes] = [0, 0, 0];
    for await (const one of ticks(TICK_MS, 1)) {
      tick += one;
      if (tick % TICKS_PER_NEW_ONE === 0) {
        const event = makeEvent(model.tenantId);
        await insertEvents(pool, [event]);
        const fresh = makeDelivery(event, model.webhookId, { status: 'PENDING' });
        await insertDeliveries(pool, [fresh]);
        inMotion.unshift(fresh);
        inMotion.length = IN_MOTION;
      }
      const chosen = Array.from(
        { length: CHANGES },
        (_, index) => inMotion[(at + index) % IN_MOTION] ?? model,
      );
      await change(chosen, COURSE[tick % COURSE.length] ?? 'SENDING');
      at += CHANGES;
      changes += CHANGES;
      if (tick === TICKS) break;
    }
    // Also the newest one, which has not been announced yet.
    await change(inMotion, 'SUCCESS');
    return changes + inMotion.length;
  }

  async function scrollDown(page: Page): Promise<void> {
    const list = page.locator('[data-deliveries]');
    for (let row = 0; row < ROWS_SCROLLED; row += 50) {
      const top = row * 40;
      await waitFor(
        () =>
          list.evaluate((element, to) => {
            element.scrollTo({ top: to });
            return element.scrollTop >= to;
          }, top),
        { timeoutMs: 30_000 },
      );
    }
    expect((await shownRows(page)).length).toBeLessThan(60);
    await list.evaluate((element) => element.scrollTo({ top: 0 }));
  }

  it(
    'stays smooth and true with 10,000 rows and 1,000 changes a second',
    async ({ annotate }) => {
      if (served === undefined) throw new Error('nothing is served');
      const server: RunningServer = await served.start('api');
      const { ask } = served.clientOf(server);
      backend = await openRedisFeed({
        url: testRedisUrl(),
        prefix: served.env['QUEUE_PREFIX'] ?? '',
        logger: pino({ level: 'silent' }),
      });
      const made = await fill(served);
      const page = await openPage(server.address, {
        key: served.env['BOOTSTRAP_API_KEY'] ?? null,
        path: '/deliveries',
      });
      await page.locator('output[data-status="live"]').waitFor();
      await deliveriesTable(page).waitFor();
      await scrollDown(page);

      const watch = await watchRows(page);
      const begun = performance.now();
      let changes = 0;
      const longest = await longestTaskOf(page, async () => {
        changes = await storm(made);
      });
      const seconds = (performance.now() - begun) / 1_000;

      const QUERY =
        'query ($first: Int!) { deliveries(first: $first) { nodes { id status attemptCount } } }';
      const truth = await ask<{
        deliveries: { nodes: { id: string; status: string; attemptCount: number }[] };
      }>(QUERY, { first: 20 });
      const expected = truth.deliveries.nodes.map(
        ({ id, status, attemptCount }) => `${id} ${status} ${attemptCount}`,
      );
      await waitFor(
        async () => {
          const shown = await watch.shown();
          expect(shown.slice(0, expected.length)).toEqual(expected);
          return true;
        },
        { timeoutMs: 30_000, everyMs: 100 },
      );
      const { backwards, seen } = await watch.result();
      await annotate(
        `longest task ${longest.wallMs} ms (${longest.cpuMs} ms of CPU), ` +
          `${Math.round(changes / seconds)} changes/s, ${seen} changes drawn`,
      );
      expect(backwards).toEqual([]);
      expect(seen).toBeGreaterThan(LEAST_SEEN);
      expect(longest.cpuMs).toBeLessThan(LONGEST_TASK_MS);
    },
    TIMEOUT_MS,
  );
});
