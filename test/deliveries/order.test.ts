import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimDue, type ClaimedDelivery } from '../../server/deliveries/changes/claim.ts';
import { findWaitedFor } from '../../server/deliveries/changes/order.ts';
import { recordInLine } from '../../server/deliveries/changes/record.ts';
import { releaseClaimsOf } from '../../server/deliveries/changes/release.ts';
import { countDue } from '../../server/deliveries/due-count.ts';
import { findOldestDue } from '../../server/deliveries/oldest-due.ts';
import type { Verdict } from '../../server/domain/delivery/attempt-verdict.ts';
import { createOrderSweep } from '../../server/worker/order-sweep.ts';
import { attemptAt, newClaimer, PATIENT } from '../support/database/claims.ts';
import {
  insertSubscription,
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { createRandom } from '../support/random.ts';

let test: TestServices;
let pool: Pool;
beforeAll(async () => {
  test = await createTestServices();
  pool = test.batches;
});
afterAll(() => test.close());

const SUCCESS: Verdict = { status: 'SUCCESS' };
const FAILED: Verdict = { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' };
const RETRYING: Verdict = { status: 'RETRYING', delaySeconds: 0 };

async function orderedWebhook(): Promise<MadeWebhook> {
  const webhook = await insertWebhook(pool, await insertTenant(pool));
  await insertSubscription(pool, webhook);
  await pool.query(`UPDATE "Webhook" SET ordering = 'KEY' WHERE id = $1`, [webhook.id]);
  return webhook;
}

/** Triggers events with these keys, one call each or all in one; their deliveries, in their order. */
async function trigger(
  { tenantId, id: webhookId }: MadeWebhook,
  keys: readonly (string | null)[],
  how: 'singly' | 'together' = 'together',
): Promise<string[]> {
  const inputs = keys.map((orderingKey) => ({ type: 'user.created', payload: {}, orderingKey }));
  const ids: string[] = [];
  if (how === 'together') {
    const { value } = await test.services.events.triggerBatch(tenantId, inputs, ['input']);
    ids.push(...(value ?? []).map(({ id }) => id));
  } else {
    for (const input of inputs) {
      const { value } = await test.services.events.trigger(tenantId, input, ['input']);
      if (value) ids.push(value.id);
    }
  }
  const { rows } = await pool.query<{ id: string }>(
    `SELECT d.id FROM unnest($1::uuid[]) WITH ORDINALITY AS e(id, place)
     JOIN "Delivery" d ON d."eventRef" = e.id AND d."webhookId" = $2 ORDER BY e.place`,
    [ids, webhookId],
  );
  expect(rows).toHaveLength(keys.length);
  return rows.map(({ id }) => id);
}

const claim = async ({ id: webhookId }: MadeWebhook, room: number, claimer = newClaimer()) =>
  (await claimDue(pool, claimer, [{ webhookId, room }], 0)).claimed;

const record = (delivery: ClaimedDelivery, verdict: Verdict) =>
  recordInLine(pool, [attemptAt(delivery, verdict)], PATIENT);

const waitedFor = async (id: string) => (await findWaitedFor(pool, [id])).get(id) ?? null;

describe('a line of deliveries with the same key', () => {
  it('has one of them go at a time, whatever becomes of it', async () => {
    const webhook = await orderedWebhook();
    const [first = '', second = '', third = ''] = await trigger(webhook, ['a', 'a', 'a']);
    const [other = ''] = await trigger(webhook, ['b'], 'singly');
    const [free = ''] = await trigger(webhook, [null], 'singly');
    expect(await waitedFor(first)).toBeNull();
    expect(await waitedFor(third)).toBe(first);
    expect((await countDue(pool, [webhook.id])).get(webhook.id)).toBe(5);
    const begun = await claim(webhook, 10);
    expect(begun.map(({ id }) => id).toSorted()).toEqual([first, other, free].toSorted());
    expect((await countDue(pool, [webhook.id])).get(webhook.id)).toBe(2);
    expect((await findOldestDue(pool, [webhook.id])).get(webhook.id)).toBeInstanceOf(Date);

    const head = begun.find(({ id }) => id === first);
    if (head === undefined) throw new Error('the first was not claimed');
    expect((await record(head, RETRYING)).turned).toEqual([]);
    const [again] = await claim(webhook, 10);
    expect(again?.id).toBe(first);
    if (again === undefined) throw new Error('the first was not claimed again');
    const { turned } = await record(again, FAILED);
    expect(turned.map(({ id }) => id)).toEqual([second]);
    expect(await waitedFor(third)).toBe(second);
    // The first again, by hand: it comes before the second, which nobody has begun.
    await test.services.retryDelivery(webhook.tenantId, first);
    expect(await waitedFor(second)).toBe(first);
    expect((await claim(webhook, 10)).map(({ id }) => id)).toEqual([first]);
  });

  it('is kept however triggers, claims, ends, kills and retries by hand come', async () => {
    for (const seed of [1, 2, 3, 4]) {
      await playModel(seed);
    }
  });

  it('is kept where triggers and workers run at once, in the order of the commits', async () => {
    const webhook = await orderedWebhook();
    const keys = ['x', 'y'];
    const inFlight = new Set<string>();
    const begun = new Map<string, string[]>(keys.map((key) => [key, []]));
    const faults: string[] = [];
    const TOTAL = 120;
    let ended = 0;
    const triggers = Array.from({ length: 6 }, async (_each, index) => {
      for (let n = 0; n < TOTAL / 6; n += 1) {
        await trigger(webhook, [keys[(n + index) % 2] ?? 'x'], n % 3 === 0 ? 'together' : 'singly');
      }
    });
    const workers = Array.from({ length: 3 }, async () => {
      while (ended < TOTAL) {
        for (const delivery of await claim(webhook, 3)) {
          const key = delivery.orderingKey ?? '';
          if (inFlight.has(key)) faults.push(`two of ${key} at once`);
          inFlight.add(key);
          begun.get(key)?.push(delivery.id);
          await Promise.resolve();
          // Before the next may begin, which is when this has committed.
          inFlight.delete(key);
          await record(delivery, SUCCESS);
          ended += 1;
        }
      }
    });
    await Promise.all([...triggers, ...workers]);
    expect(faults).toEqual([]);
    for (const key of keys) {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT id FROM "Delivery" WHERE "webhookId" = $1 AND "orderingKey" = $2 ORDER BY "orderingSeq"`,
        [webhook.id, key],
      );
      expect(begun.get(key)).toEqual(rows.map(({ id }) => id));
    }
  });

  it('goes on where its turn was lost, and is broken up where its webhook keeps no order', async () => {
    const webhook = await orderedWebhook();
    const [first = '', second, ...rest] = await trigger(webhook, ['a', 'a', 'a', 'a']);
    await pool.query(`DELETE FROM "DeliveryChange" WHERE "deliveryId" = $1`, [first]);
    await pool.query(`DELETE FROM "Delivery" WHERE id = $1`, [first]);
    expect(await claim(webhook, 10)).toEqual([]);
    const turned: string[] = [];
    const sweep = createOrderSweep(pool, (changed) => turned.push(...changed.map(({ id }) => id)));
    await sweep();
    expect(turned).toEqual([second]);
    await sweep();
    expect(turned).toEqual([second]);

    await pool.query(`UPDATE "Webhook" SET ordering = 'NONE' WHERE id = $1`, [webhook.id]);
    await sweep();
    expect(turned.slice(1).toSorted()).toEqual(rest.toSorted());
    expect(await claim(webhook, 10)).toHaveLength(3);
  });

  it('ends with its webhook', async () => {
    const webhook = await orderedWebhook();
    await trigger(webhook, ['a', 'a', 'a']);
    await pool.query(`UPDATE "Webhook" SET "isActive" = false WHERE id = $1`, [webhook.id]);
    await createOrderSweep(pool, () => undefined)();
    const room = [{ webhookId: webhook.id, room: 10 }];
    const { claimed, changed } = await claimDue(pool, newClaimer(), room, 0);
    expect(claimed).toEqual([]);
    expect(changed).toHaveLength(3);
  });

  it('of ten thousand slows no other', async () => {
    const webhook = await orderedWebhook();
    for (let batch = 0; batch < 10; batch += 1) {
      await trigger(webhook, Array<string>(1_000).fill('long'));
    }
    const [other] = await trigger(webhook, ['short'], 'singly');
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT id FROM "Delivery" d
       WHERE d."webhookId" = $1 AND d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" <= now()
       ORDER BY d."nextAttemptAt" LIMIT 10`,
      [webhook.id],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Delivery_due_idx');
    expect(plan).not.toContain('Rows Removed');
    expect((await claim(webhook, 10)).map(({ id }) => id)).toContain(other);
  });
});

/** Steps at random, each held against what the order asks for. */
async function playModel(seed: number): Promise<void> {
  const random = createRandom(seed);
  const webhook = await orderedWebhook();
  const keys = ['a', 'b', 'c', null];
  interface Modelled {
    id: string;
    key: string | null;
    hasEnded: boolean;
  }
  const all: Modelled[] = [];
  const inFlight = new Map<string, { delivery: ClaimedDelivery; workerId: string }>();
  const ofKey = (key: string | null) => all.filter((each) => each.key === key);
  const find = (id: string) => {
    const found = all.find((each) => each.id === id);
    if (found === undefined) throw new Error('a delivery that nobody made');
    return found;
  };

  async function begin(room: number): Promise<number> {
    const claimer = newClaimer();
    const claimed = await claim(webhook, room, claimer);
    for (const delivery of claimed) {
      const { key, id } = find(delivery.id);
      if (key !== null) {
        expect(ofKey(key).find(({ hasEnded }) => !hasEnded)?.id).toBe(id);
        expect(ofKey(key).filter((each) => inFlight.has(each.id))).toEqual([]);
      }
      inFlight.set(id, { delivery, workerId: claimer.workerId });
    }
    return claimed.length;
  }
  async function end(verdict: Verdict): Promise<void> {
    const [id, { delivery }] = random.pick([...inFlight]);
    inFlight.delete(id);
    find(id).hasEnded = verdict.status !== 'RETRYING';
    await record(delivery, verdict);
  }

  for (let step = 0; step < 250; step += 1) {
    const what = random.integer(0, 10);
    if (what < 2) {
      const given = Array.from({ length: random.integer(1, 5) }, () => random.pick(keys));
      const ids = await trigger(webhook, given, random.pick(['singly', 'together'] as const));
      ids.forEach((id, index) => all.push({ id, key: given[index] ?? null, hasEnded: false }));
    } else if (what < 5) await begin(random.integer(1, 5));
    else if (what < 8 && inFlight.size > 0) await end(random.pick([SUCCESS, FAILED, RETRYING]));
    else if (what === 8 && inFlight.size > 0) {
      const [, { workerId }] = random.pick([...inFlight]);
      await releaseClaimsOf(pool, [workerId]);
      for (const [id, each] of inFlight) if (each.workerId === workerId) inFlight.delete(id);
    } else if (all.length > 0) {
      const { id } = random.pick(all);
      const { faults } = await test.services.retryDelivery(webhook.tenantId, id);
      if (!faults) find(id).hasEnded = false;
    }
  }
  // No line has lost its turn: all that is left goes out.
  for (;;) {
    while (inFlight.size > 0) await end(SUCCESS);
    if ((await begin(20)) === 0) break;
  }
  expect(all.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
}
