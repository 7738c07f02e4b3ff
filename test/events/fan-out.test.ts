import { randomBytes, randomUUID } from 'node:crypto';

import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openPool } from '../../server/database/pool.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { findFanOut } from '../../server/events/fan-out.ts';
import { insertEvents, type NewEvent } from '../../server/events/trigger/insert-events.ts';
import {
  insertCustomer,
  insertFilter,
  insertSubscription,
  insertTenant,
  insertWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';
import { createRandom, type Random } from '../support/random.ts';

/*
 * Whom events go to, held against a few lines that say it: over catalogues, customers, webhooks,
 * patterns and filters as chance has them.
 */
let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openPool({ url: database.url, poolSize: 2 }, 'batches');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const SEGMENTS = ['a', 'b', 'ab'];

interface Webhook {
  id: string;
  tenantId: string;
  customerKey: string | null;
  patterns: string[];
  state: 'on' | 'off' | 'deleted';
  /** It wants more than this of the payload; null where it has no filter. */
  above: number | null;
}

const typeOf = (random: Random) =>
  Array.from({ length: 1 + random.integer(0, 3) }, () => random.pick(SEGMENTS)).join('.');

function patternOf(random: Random): string {
  const chance = random.integer(0, 10);
  if (chance === 0) return '*';
  return chance < 5 ? `${typeOf(random)}.*` : typeOf(random);
}

async function world(random: Random) {
  const tenants = [await insertTenant(database.pool), await insertTenant(database.pool)];
  const keys = ['c1', 'c2', 'c3'];
  const webhooks: Webhook[] = [];
  for (const tenantId of tenants) {
    const customers = new Map<string, string>();
    for (const key of keys) customers.set(key, await insertCustomer(database.pool, tenantId, key));
    for (let n = 0; n < 12; n += 1) {
      const customerKey = random.integer(0, 3) === 0 ? null : random.pick(keys);
      const state = random.pick(['on', 'on', 'on', 'off', 'deleted'] as const);
      const customerId = customers.get(customerKey ?? '');
      const webhook = await insertWebhook(database.pool, tenantId, {
        isDeleted: state === 'deleted',
        isActive: state === 'on',
        customerId,
      });
      const patterns = [
        ...new Set(Array.from({ length: 1 + random.integer(0, 4) }, () => patternOf(random))),
      ];
      for (const pattern of patterns)
        await insertSubscription(database.pool, { ...webhook, customerId }, pattern);
      const above = random.integer(0, 2) === 0 ? null : random.integer(0, 10);
      if (above !== null) await insertFilter(database.pool, webhook, { data: { $gt: above } });
      webhooks.push({ ...webhook, customerKey, patterns, state, above });
    }
  }
  return { tenants, keys, webhooks };
}

const fits = (pattern: string, type: string) =>
  pattern === '*' ||
  pattern === type ||
  (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));

/** Whom the event finds, and what becomes of it there. */
function expected(webhooks: readonly Webhook[], event: NewEvent, payload: number): string[] {
  return webhooks
    .filter(
      (webhook) =>
        webhook.tenantId === event.tenantId &&
        webhook.state !== 'deleted' &&
        (webhook.customerKey === null || webhook.customerKey === event.customerKey) &&
        webhook.patterns.some((pattern) => fits(pattern, event.type)),
    )
    .map(({ id, state, above }) => {
      const isMet = above === null || payload > above;
      const outcome = state === 'off' ? 'INACTIVE' : isMet ? 'DELIVERED' : 'FILTERED';
      return `${id} ${outcome}`;
    })
    .toSorted();
}

describe.each([1, 2, 3])('fan-out in world %i', (seed) => {
  it('goes to those that subscribe, are on, want it and may see it, and to nobody else', async () => {
    const random = createRandom(seed);
    const { tenants, keys, webhooks } = await world(random);
    const newEvent = (): NewEvent => ({
      id: newId(),
      tenantId: random.pick(tenants),
      customerKey: random.integer(0, 3) === 0 ? null : random.pick([...keys, 'nobody']),
      orderingKey: null,
      type: typeOf(random),
      eventId: randomUUID(),
      body: `{"data":${random.integer(0, 11)}}`,
      hash: randomBytes(32),
      violations: null,
      createdAt: new Date(),
    });
    for (const size of [1, 20, 300]) {
      const events = Array.from({ length: size }, newEvent);
      const made = await insertEvents(pool, events);
      const wanted = new Map<string, string[]>();
      for (const event of events) {
        const inserted = made.get(event.id);
        if (event.customerKey === 'nobody') {
          expect(inserted).toBeUndefined();
          continue;
        }
        const { type, customerKey } = event;
        const payload = Number(/\d+/.exec(event.body)?.[0]);
        const became = expected(webhooks, event, payload);
        const delivered = became.filter((each) => each.endsWith('DELIVERED'));
        const went = inserted?.webhookIds.map((id) => `${id} DELIVERED`).toSorted();
        expect({ type, customerKey, payload, went }).toEqual({
          type,
          customerKey,
          payload,
          went: delivered,
        });
        wanted.set(event.id, became);
      }
      const [tenant = '', other = ''] = tenants;
      for (const tenantId of [tenant, other]) {
        const ids = events.filter((event) => event.tenantId === tenantId).map(({ id }) => id);
        for (const [id, rows] of await findFanOut(database.pool, tenantId, ids)) {
          const found = rows.map((row) => `${row.id} ${row.outcome}`).toSorted();
          expect(found).toEqual(wanted.get(id) ?? []);
        }
      }
    }
  });
});
