import { parse, subscribe } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { encodeCursor } from '../../server/feed/log/cursor.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import {
  insertTenant,
  insertSubscription,
  insertWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { callerOf, counting, run, schema } from './reading.ts';

let on: TestServices;
let tenantId: string;
let stranger: string;
let webhookId: string;
const open = new Set<AsyncIterator<unknown>>();

beforeAll(async () => {
  on = await createTestServices();
  const { pool } = on.services;
  tenantId = await insertTenant(pool);
  stranger = await insertTenant(pool);
  const webhook = await insertWebhook(pool, tenantId);
  webhookId = webhook.id;
  await insertSubscription(pool, webhook);
});
afterEach(async () => {
  for (const iterator of open) await iterator.return?.();
  open.clear();
});
afterAll(() => on.close());

/** Subscribes; the answer is what each `next()` brings, or the errors of a refusal. */
async function follow(
  source: string,
  variableValues: Record<string, unknown> = {},
  caller = callerOf(tenantId),
  services = on.services,
) {
  const result = await subscribe({
    schema,
    document: parse(source),
    variableValues,
    contextValue: { caller, services },
  });
  if (!(Symbol.asyncIterator in result)) {
    return { refused: result.errors?.map((error) => error.extensions['code'] ?? error.message) };
  }
  const iterator = result[Symbol.asyncIterator]();
  open.add(iterator);
  return {
    async next() {
      const { value, done } = await iterator.next();
      if (done === true) return 'ended';
      return JSON.parse(JSON.stringify(value.errors ?? value.data)) as unknown;
    },
    leave: () => iterator.return?.(),
  };
}

let count = 0;
async function trigger(type = 'user.created', tenant = tenantId) {
  const { value, faults } = await on.services.events.trigger(
    tenant,
    { type, payload: {}, eventId: `event-${(count += 1)}` },
    [],
  );
  if (faults) throw new Error(JSON.stringify(faults));
  const { rows } = await on.services.pool.query<{ id: string }>(
    'SELECT id FROM "Delivery" WHERE "eventRef" = $1',
    [value.id],
  );
  return encodeGlobalId('Delivery', rows[0]?.id ?? '');
}

const UPDATED = `subscription ($filter: DeliveryFilter, $after: String) {
  deliveryUpdated(filter: $filter, after: $after) { cursor status matchesFilter delivery { id status version } }
}`;

const update = (id: string) => ({
  deliveryUpdated: {
    cursor: expect.any(String),
    status: 'PENDING',
    matchesFilter: true,
    delivery: { id, status: 'PENDING', version: 1 },
  },
});

describe('deliveryUpdated', () => {
  it('brings what happens, and after a cursor what happened since', async () => {
    const { data } = await run(on.services, callerOf(tenantId), '{ deliveries { feedCursor } }');
    const { deliveries } = z
      .object({ deliveries: z.object({ feedCursor: z.string() }) })
      .parse(data);
    const first = await trigger();
    const updates = await follow(UPDATED, { after: deliveries.feedCursor });
    expect(await updates.next?.()).toEqual(update(first));
    const second = await trigger();
    expect(await updates.next?.()).toEqual(update(second));
  });

  it('is of the tenant, and of what fits the filter', async () => {
    const filter = {
      webhookIds: [encodeGlobalId('Webhook', webhookId)],
      eventTypes: ['user.created'],
    };
    const none = { eventId: 'never \0 stored' };
    const theirs = await follow(UPDATED, {}, callerOf(stranger));
    const unfit = await follow(UPDATED, { filter: none });
    const fit = await follow(UPDATED, { filter });
    const id = await trigger();
    expect(await fit.next?.()).toMatchObject({ deliveryUpdated: { delivery: { id } } });
    for (const silent of [theirs, unfit]) {
      const pending = silent.next?.();
      await silent.leave?.();
      expect(await pending).toBe('ended');
    }
  });

  it('reads deliveries only where they are asked for', async () => {
    const counted = counting(on);
    try {
      const source = 'subscription { deliveryUpdated { cursor status } }';
      const updates = await follow(source, {}, callerOf(tenantId), counted.services);
      await trigger();
      expect(await updates.next?.()).toMatchObject({ deliveryUpdated: { status: 'PENDING' } });
      expect(counted.statements).toEqual([]);
    } finally {
      await counted.close();
    }
  });

  it('refuses what is no cursor, one too old, and a filter that cannot be meant', async () => {
    expect((await follow(UPDATED, { after: 'nonsense' })).refused).toEqual(['BAD_USER_INPUT']);
    const old = encodeCursor({ xmax: 3n, running: [], takenAt: Date.now() - 86_460_000 });
    expect((await follow(UPDATED, { after: old })).refused).toEqual(['CURSOR_EXPIRED']);
    const filter = { webhookIds: ['nonsense'] };
    expect((await follow(UPDATED, { filter })).refused).toEqual(['BAD_USER_INPUT']);
    const publisher = callerOf(tenantId, 'PUBLISHER');
    expect((await follow(UPDATED, {}, publisher)).refused).toEqual(['FORBIDDEN']);
  });
});

const totalOf = (answer: unknown) =>
  z.object({ statsUpdated: z.object({ total: z.number() }) }).parse(answer).statsUpdated.total;

describe('statsUpdated', () => {
  const STATS = `subscription ($webhookId: ID, $window: StatsWindow) {
    statsUpdated(webhookId: $webhookId, window: $window) { total pending }
  }`;

  it.each(['HOUR', 'DAY', 'WEEK', 'MONTH'])(
    'brings the last %s at once, then changes',
    async (window) => {
      const id = encodeGlobalId('Webhook', webhookId);
      const updates = await follow(STATS, { webhookId: id, window });
      const startedAt = performance.now();
      const before = totalOf(await updates.next?.());
      await trigger();
      await trigger();
      await trigger();
      // One value has all three, unless making them took longer than its second.
      let values = 0;
      for (let total = before; total < before + 3; values += 1) {
        total = totalOf(await updates.next?.());
      }
      expect(performance.now() - startedAt).toBeGreaterThan(values * 990);
    },
  );

  it('is of webhooks that there are', async () => {
    for (const id of ['nonsense', encodeGlobalId('Delivery', webhookId)]) {
      expect((await follow(STATS, { webhookId: id })).refused).toEqual(['BAD_USER_INPUT']);
    }
    const id = encodeGlobalId('Webhook', webhookId);
    const theirs = await follow(STATS, { webhookId: id }, callerOf(stranger));
    expect(theirs.refused).toEqual(['BAD_USER_INPUT']);
  });
});
