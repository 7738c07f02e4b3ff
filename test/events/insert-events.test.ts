import { randomBytes, randomUUID } from 'node:crypto';

import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openPool } from '../../server/database/pool.ts';
import type { ClaimAtOnce } from '../../server/deliveries/changes/claim-at-once.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { insertEvents, type NewEvent } from '../../server/events/trigger/insert-events.ts';
import { loggedOf, newClaimer, stateOf } from '../support/database/claims.ts';
import {
  insertSubscription,
  insertTenant,
  insertWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
/** As the server has it, and as it would be if plans were made anew. */
let pools: Record<'batches' | 'reads', Pool>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { url } = database;
  pools = { batches: openPool({ url, poolSize: 2 }, 'batches'), reads: database.pool };
});
afterAll(async () => {
  await pools.batches.end();
  await database.drop();
});

const claimWith = (change: Partial<ClaimAtOnce> = {}): ClaimAtOnce => ({
  claimer: newClaimer(),
  room: 100,
  crowded: [],
  ...change,
});

async function tenantWith(webhookCount: number) {
  const { pool } = database;
  const tenantId = await insertTenant(pool);
  const webhookIds: string[] = [];
  for (let n = 0; n < webhookCount; n += 1) {
    const webhook = await insertWebhook(pool, tenantId);
    await insertSubscription(pool, webhook);
    webhookIds.push(webhook.id);
  }
  return { tenantId, webhookIds };
}

function newEvent(tenantId: string, change: Partial<NewEvent> = {}): NewEvent {
  const id = newId();
  const createdAt = new Date();
  const made = { id, tenantId, type: 'user.created', eventId: randomUUID(), body: '{}', createdAt };
  const rest = { violations: null, customerKey: null, orderingKey: null };
  return { ...made, hash: randomBytes(32), ...rest, ...change };
}

describe.each(['batches', 'reads'] as const)('events put in by the pool for %s', (use) => {
  it('have a delivery for each webhook that wants them, all waiting where nobody claims', async () => {
    const { tenantId, webhookIds } = await tenantWith(3);
    const [event, other] = [newEvent(tenantId), newEvent(tenantId, { type: 'user.deleted' })];
    const made = await insertEvents(pools[use], [event, other]);

    const inserted = made.get(event.id);
    expect(inserted?.webhooksNotified).toBe(3);
    expect(inserted?.webhookIds.toSorted()).toEqual(webhookIds.toSorted());
    expect(inserted?.claimedAtRevision).toEqual([null, null, null]);
    for (const id of inserted?.deliveryIds ?? []) {
      expect(await stateOf(database.pool, { id })).toMatchObject({
        ...{ status: 'PENDING', version: 1, claimedBy: null, claimToken: null },
        dueIn: expect.any(Number),
      });
      expect(await loggedOf(database.pool, { id })).toEqual(['PENDING']);
    }
    expect(made.get(other.id)).toEqual({
      id: other.id,
      webhooksNotified: 0,
      inLine: [],
      ...{ deliveryIds: [], webhookIds: [], claimedAtRevision: [] },
    });
  });

  it('go to a webhook once, by whatever names and patterns it subscribes', async () => {
    const { pool } = database;
    const tenantId = await insertTenant(pool);
    const webhooks = new Map<string, string[]>();
    for (const patterns of [
      ['order.item.added', 'order.*', 'order.item.*', '*'],
      ['order.*'],
      ['order.item.*', 'order.created'],
      ['*'],
      ['order.item.added.*'],
      ['ord.*'],
      ['item.*', 'added', 'order', 'order.item'],
    ]) {
      const webhook = await insertWebhook(pool, tenantId);
      for (const pattern of patterns) await insertSubscription(pool, webhook, pattern);
      webhooks.set(webhook.id, patterns);
    }
    const everybody = [...webhooks.keys()];
    const [byName = '', ofOrders = '', ofItems = '', ofAll = '', below = ''] = everybody;
    const wanted: [string, string[]][] = [
      ['order.item.added', [byName, ofOrders, ofItems, ofAll]],
      ['order.created', [byName, ofOrders, ofItems, ofAll]],
      ['order.cancelled', [byName, ofOrders, ofAll]],
      ['order.item.added.twice', [byName, ofOrders, ofItems, ofAll, below]],
      ['order', [byName, ofAll, everybody[6] ?? '']],
      ['orders.created', [byName, ofAll]],
    ];
    const events = wanted.map(([type]) => newEvent(tenantId, { type }));
    const made = await insertEvents(pools[use], events);
    const went = events.map(({ id, type }) => [type, made.get(id)?.webhookIds.toSorted()]);
    expect(went).toEqual(wanted.map(([type, ids]) => [type, ids.toSorted()]));
  });

  it('of one eventId are one, the first, and only that is answered', async () => {
    const { tenantId } = await tenantWith(1);
    const [first, second] = [newEvent(tenantId), newEvent(tenantId)];
    const same = { eventId: first.eventId };
    const made = await insertEvents(pools[use], [
      newEvent(tenantId, same),
      { ...first, createdAt: new Date() },
      second,
    ]);
    expect(made.size).toBe(2);
    expect(made.has(second.id)).toBe(true);
    const { rows } = await database.pool.query<{ eventId: string }>(
      'SELECT "eventId" FROM "Delivery" WHERE "tenantId" = $1',
      [tenantId],
    );
    const eventIds = rows.map(({ eventId }) => eventId).toSorted();
    expect(eventIds).toEqual([first.eventId, second.eventId].toSorted());
  });

  it('can be claimed as they are made: both changes are logged, in one version each', async () => {
    const { tenantId } = await tenantWith(1);
    const event = newEvent(tenantId);
    const claim = claimWith();
    const inserted = (await insertEvents(pools[use], [event], claim)).get(event.id);
    expect(inserted?.claimedAtRevision).toEqual([expect.any(Number)]);
    const [id = ''] = inserted?.deliveryIds ?? [];
    expect(await stateOf(database.pool, { id })).toMatchObject({
      ...{ status: 'SENDING', version: 2, dueIn: null, attemptCount: 0 },
      claimedBy: claim.claimer.workerId,
      claimToken: claim.claimer.token,
    });
    expect(await loggedOf(database.pool, { id })).toEqual(['PENDING', 'SENDING']);
  });

  it('are claimed as far as there is room, and not for webhooks that have none', async () => {
    const { tenantId, webhookIds } = await tenantWith(4);
    const [crowded = '', broken = ''] = webhookIds;
    await database.pool.query('UPDATE "Webhook" SET "circuitOpenedAt" = now() WHERE id = $1', [
      broken,
    ]);
    const [event, another] = [newEvent(tenantId), newEvent(tenantId)];
    const claim = claimWith({ crowded: [crowded] });
    const all = (await insertEvents(pools[use], [event], claim)).get(event.id);
    const claimedFor = all?.webhookIds.filter((_, at) => all.claimedAtRevision[at] !== null);
    expect(claimedFor?.toSorted()).toEqual(webhookIds.slice(2).toSorted());
    expect(all?.webhooksNotified).toBe(4);

    const some = (await insertEvents(pools[use], [another], claimWith({ room: 1 }))).get(
      another.id,
    );
    expect(some?.deliveryIds).toHaveLength(4);
    expect(
      some?.claimedAtRevision.filter((revision) => revision !== null).length,
    ).toBeLessThanOrEqual(1);
  });
});
