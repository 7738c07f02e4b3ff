import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimByIds, claimDue } from '../../server/deliveries/changes/claim.ts';
import { findDueWebhooks } from '../../server/deliveries/due-webhooks.ts';
import {
  insertWaiting,
  loggedOf,
  newClaimer,
  stateOf,
  sumsOf,
} from '../support/database/claims.ts';
import { eraseCustomer } from '../../server/customers/erase.ts';
import { deleteErased } from '../../server/customers/erasing.ts';
import {
  insertCustomer,
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  tenantId = await insertTenant(database.pool);
});
afterAll(() => database.drop());

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).toSorted();
const newWebhook = (): Promise<MadeWebhook> => insertWebhook(database.pool, tenantId);

describe('a claim', () => {
  it('takes what is due and waits, and leaves the rest', async () => {
    const { pool } = database;
    const webhook = await newWebhook();
    const due = [
      ...(await insertWaiting(pool, webhook, { count: 2 })),
      ...(await insertWaiting(pool, webhook, { status: 'RETRYING' })),
    ];
    const [later] = await insertWaiting(pool, webhook);
    await pool.query(
      `UPDATE "Delivery" SET "nextAttemptAt" = now() + interval '1 minute' WHERE id = $1`,
      [later?.id],
    );
    const others = await Promise.all(
      (['SUCCESS', 'FAILED', 'SENDING'] as const).map(
        async (status) => (await insertWaiting(pool, webhook, { status }))[0],
      ),
    );
    const all = [...due, later, ...others].flatMap((delivery) => delivery ?? []);
    const claimer = newClaimer();
    const { claimed, changed } = await claimByIds(pool, claimer, idsOf(all), 0);
    expect(idsOf(claimed)).toEqual(idsOf(due));
    expect(idsOf(changed)).toEqual(idsOf(due));
    for (const delivery of due) {
      expect(await stateOf(pool, delivery)).toMatchObject({
        status: 'SENDING',
        version: 2,
        claimedBy: claimer.workerId,
        claimToken: claimer.token,
        dueIn: null,
      });
      expect(await loggedOf(pool, delivery)).toEqual(['SENDING']);
    }
    const body = claimed.find(({ attemptCount }) => attemptCount === 1)?.body;
    expect(JSON.parse(body ?? '')).toMatchObject({ type: 'user.created', data: { n: 1 } });
  });

  it('is one worker’s alone, however many ask at once', async () => {
    const { pool } = database;
    const webhook = await newWebhook();
    const deliveries = await insertWaiting(pool, webhook, { count: 50 });
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        n % 2 === 0
          ? claimByIds(pool, newClaimer(), idsOf(deliveries), 0)
          : claimDue(pool, newClaimer(), [{ webhookId: webhook.id, room: 50 }], 0),
      ),
    );
    expect(idsOf(claims.flatMap(({ claimed }) => claimed))).toEqual(idsOf(deliveries));
  });

  it('takes of each webhook what there is room for, due longest first', async () => {
    const { pool } = database;
    const [one, two] = [await newWebhook(), await newWebhook()];
    const deliveries = await insertWaiting(pool, one, { count: 5 });
    await insertWaiting(pool, two, { count: 3 });
    const oldest = deliveries.slice(3);
    await pool.query(
      `UPDATE "Delivery" SET "nextAttemptAt" = now() - interval '1 hour' WHERE id = ANY($1::uuid[])`,
      [idsOf(oldest)],
    );
    const { claimed } = await claimDue(
      pool,
      newClaimer(),
      [
        { webhookId: one.id, room: 2 },
        { webhookId: two.id, room: 10 },
      ],
      0,
    );
    expect(idsOf(claimed.filter(({ webhookId }) => webhookId === one.id))).toEqual(idsOf(oldest));
    expect(claimed.filter(({ webhookId }) => webhookId === two.id)).toHaveLength(3);
  });

  it.each([
    ['off', 'WEBHOOK_INACTIVE', `"isActive" = false`],
    ['deleted', 'WEBHOOK_DELETED', `"deletedAt" = now()`],
  ])('ends what is due for a webhook that is %s', async (_state, reason, change) => {
    const { pool } = database;
    const webhook = await newWebhook();
    const [fresh] = await insertWaiting(pool, webhook);
    const [tried] = await insertWaiting(pool, webhook, { status: 'RETRYING' });
    const [test] = await insertWaiting(pool, webhook, { isTest: true });
    await pool.query(`UPDATE "Webhook" SET ${change} WHERE id = $1`, [webhook.id]);
    const wanted = [fresh, tried, test].flatMap((delivery) => delivery ?? []);
    const { claimed, changed } = await claimByIds(pool, newClaimer(), idsOf(wanted), 0);
    // A test goes to a webhook that is off too.
    expect(idsOf(claimed)).toEqual(reason === 'WEBHOOK_INACTIVE' ? [test?.id] : []);
    expect(idsOf(changed)).toEqual(idsOf(wanted));
    for (const delivery of [fresh, tried]) {
      expect(await stateOf(pool, delivery ?? { id: '' })).toMatchObject({
        status: 'FAILED',
        failureReason: reason,
        claimedBy: null,
        dueIn: null,
        completedAt: expect.any(Date),
      });
    }
    expect(await sumsOf(pool, webhook)).toEqual({ success: 0, failed: 2, waiting: -1 });
  });
});

describe('the look for what is due', () => {
  it('finds each webhook that has something due, page by page', async () => {
    const { pool } = database;
    const webhooks = await Promise.all(Array.from({ length: 5 }, newWebhook));
    for (const webhook of webhooks) await insertWaiting(pool, webhook, { count: 3 });
    const [first, notYet] = webhooks;
    await pool.query(
      `UPDATE "Delivery" SET "nextAttemptAt" = now() + interval '1 hour' WHERE "webhookId" = $1`,
      [notYet?.id],
    );
    const wanted = idsOf(webhooks).filter((id) => id !== notYet?.id);
    const found: string[] = [];
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const page = await findDueWebhooks(pool, after, 2, 0);
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last;
    }
    expect(found.filter((id) => webhooks.some((webhook) => webhook.id === id))).toEqual(wanted);
    expect(first).toBeDefined();
  });
});

describe('what is due of a customer that was erased', () => {
  it('is left for whoever deletes it; what is another’s, or nobody’s, is taken', async () => {
    const { pool } = database;
    const erased = await insertCustomer(pool, tenantId, 'erased');
    const kept = await insertCustomer(pool, tenantId, 'kept');
    const webhook = await newWebhook();
    const due = await insertWaiting(pool, webhook, { count: 3 });
    const [ofErased, ofKept, ofNobody] = idsOf(due);
    for (const [id, customerId] of [
      [ofErased, erased],
      [ofKept, kept],
    ]) {
      await pool.query('UPDATE "Delivery" SET "customerId" = $2 WHERE id = $1', [id, customerId]);
    }
    expect(await eraseCustomer(pool, tenantId, 'erased')).toEqual({ value: { key: 'erased' } });
    const byIds = await claimByIds(pool, newClaimer(), [ofErased ?? '', ofKept ?? ''], 0);
    expect(idsOf(byIds.claimed)).toEqual([ofKept]);
    const wanted = [{ webhookId: webhook.id, room: 10 }];
    const byWebhook = await claimDue(pool, newClaimer(), wanted, 0);
    expect(idsOf(byWebhook.claimed)).toEqual([ofNobody]);
    await deleteErased(pool, new AbortController().signal);
    const left = await pool.query('SELECT id FROM "Delivery" WHERE id = $1', [ofErased]);
    expect(left.rows).toEqual([]);
  });
});
