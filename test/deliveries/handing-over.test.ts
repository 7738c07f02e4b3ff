import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ClaimedDelivery } from '../../server/deliveries/changes/claim.ts';
import { createHandingOver, type HandingOver } from '../../server/deliveries/handing-over.ts';
import { insertEvents } from '../../server/events/trigger/insert-events.ts';
import { defer } from '../../server/feed/deferred.ts';
import { newId } from '../../server/domain/identifiers.ts';
import type { DeliverJob, HandedDeliveries, WorkerRoom } from '../../server/queue/contract.ts';
import {
  insertSubscription,
  insertTenant,
  insertWebhook,
  type MadeWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/postgres.ts';

let database: TestDatabase;
let webhook: MadeWebhook;
beforeAll(async () => {
  database = await createTestDatabase();
  webhook = await insertWebhook(database.pool, await insertTenant(database.pool));
  await insertSubscription(database.pool, webhook, 'user.created');
});
afterAll(() => database.drop());

let tell: (room: WorkerRoom) => void;
let answer: boolean | null | Promise<boolean>;
let handing: HandingOver;
const handed: { workerId: string; handed: HandedDeliveries }[] = [];
const hinted: DeliverJob[] = [];
beforeEach(() => {
  vi.useRealTimers();
  handed.length = 0;
  hinted.length = 0;
  answer = true;
  handing = createHandingOver({
    pool: database.pool,
    handover: {
      tell: () => true,
      take: () => async () => {},
      hearRooms: (onRoom) => (tell = onRoom),
      async hand(workerId, each) {
        handed.push({ workerId, handed: each });
        return answer;
      },
    },
    producer: {
      due: async () => {},
      async deliver(jobs) {
        hinted.push(...jobs);
      },
    },
    announcer: { announce: () => {} },
    logger: pino({ level: 'silent' }),
  });
});

const room = (workerId: string, change: Partial<WorkerRoom> = {}): WorkerRoom => ({
  ...{ workerId, deliveries: 10, perWebhook: 4, busy: [] },
  ...change,
});
const claimed = (webhookId: string): ClaimedDelivery => ({
  ...{ id: newId(), tenantId: newId(), webhookId, webhookRevision: 1, eventType: 'a', body: '{}' },
  ...{ token: '', attemptCount: 0, attemptsMade: 0, orderingKey: null },
});

describe('room that workers tell of', () => {
  it('is offered: that of the worker with most of it', () => {
    expect(handing.offerClaim(1)).toBeNull();
    tell(room('one', { deliveries: 3 }));
    tell(room('two', { deliveries: 8, busy: [{ webhookId: 'w', room: 0 }] }));
    expect(handing.offerClaim(1)).toMatchObject({
      ...{ claimer: { workerId: 'two' }, room: 8, crowded: ['w'] },
    });
    // All of its room is kept for that.
    expect(handing.offerClaim(1)).toMatchObject({ claimer: { workerId: 'one' }, room: 3 });
    expect(handing.offerClaim(1)).toBeNull();
  });

  it('is no more than was told of, and what was not used comes back', () => {
    tell(room('one'));
    expect(handing.offerClaim(5)).toBeNull();
    const offer = handing.offerClaim(2);
    expect(handing.offerClaim(1)).toBeNull();
    offer?.settle([claimed('w'), claimed('w')]);
    expect(handing.offerClaim(1)).toMatchObject({ room: 8, crowded: [] });
  });

  it('is counted for each webhook, with what is under way', () => {
    tell(room('one', { deliveries: 20 }));
    handing.offerClaim(3)?.settle(['w', 'w', 'w', 'v'].map(claimed));
    // w has room for one more, v for three.
    const one = handing.offerClaim(1);
    expect(one?.crowded).toEqual([]);
    one?.settle([]);
    const two = handing.offerClaim(2);
    expect(two?.crowded).toEqual(['w']);
    two?.settle([]);
  });

  it('is less for a webhook that is busy', () => {
    tell(room('one', { deliveries: 20, busy: [{ webhookId: 'w', room: 2 }] }));
    handing.offerClaim(1)?.settle([claimed('w')]);
    const one = handing.offerClaim(1);
    expect(one?.crowded).toEqual([]);
    expect(handing.offerClaim(1)).toBeNull();
    one?.settle([claimed('w')]);
    expect(handing.offerClaim(1)).toMatchObject({ room: 18, crowded: ['w'] });
  });

  it('is less by what goes by the queue meanwhile', async () => {
    tell(room('one', { deliveries: 20 }));
    await handing.producer.deliver([
      { webhooks: [{ webhookId: 'w', deliveryIds: ['a', 'b', 'c'] }] },
    ]);
    expect(hinted).toHaveLength(1);
    const offer = handing.offerClaim(2);
    expect(offer).toMatchObject({ room: 17, crowded: ['w'] });
    offer?.settle([]);
  });

  it('is told anew, whatever is under way', () => {
    tell(room('one'));
    const before = handing.offerClaim(2);
    tell(room('one'));
    const after = handing.offerClaim(2);
    expect(after).toMatchObject({ room: 10, crowded: [] });
    before?.settle([claimed('w'), claimed('w')]);
    after?.settle([]);
    expect(handing.offerClaim(3)).toMatchObject({ room: 8, crowded: ['w'] });
  });

  it('ends when it is told that there is none, and when nothing is told', () => {
    tell(room('one'));
    const offer = handing.offerClaim(1);
    tell(room('one', { deliveries: 0 }));
    offer?.settle([]);
    expect(handing.offerClaim(1)).toBeNull();
    tell(room('one'));
    vi.useFakeTimers({ toFake: ['performance'], now: Date.now() });
    tell(room('one'));
    vi.advanceTimersByTime(4_999);
    handing.offerClaim(1)?.settle([]);
    expect(handing.offerClaim(1)).not.toBeNull();
    vi.advanceTimersByTime(2);
    expect(handing.offerClaim(1)).toBeNull();
  });
});

describe('a message that stays away', () => {
  it('keeps all else from being made for a worker', async () => {
    tell(room('one', { deliveries: 20, perWebhook: 20 }));
    const hands = defer();
    answer = hands.promise.then(() => true);
    vi.useFakeTimers({ toFake: ['performance'] });
    handing.offerClaim(1)?.settle([claimed('w')]);
    vi.advanceTimersByTime(100);
    const other = handing.offerClaim(1);
    expect(other).not.toBeNull();
    other?.settle([]);
    vi.advanceTimersByTime(1);
    expect(handing.offerClaim(1)).toBeNull();
    hands.resolve();
    await handing.drain();
    expect(handing.offerClaim(1)).not.toBeNull();
  });
});

describe('what was made as claimed', () => {
  async function made(): Promise<ClaimedDelivery> {
    tell(room('01890a5d-ac96-774b-bcce-b302099a8057'));
    const offer = handing.offerClaim(1);
    const { tenantId } = webhook;
    const event = {
      ...{ id: newId(), tenantId, customerKey: null, type: 'user.created', eventId: newId() },
      ...{ body: '{}', hash: Buffer.alloc(32), violations: null, orderingKey: null },
      createdAt: new Date(),
    };
    const inserted = await insertEvents(database.pool, [event], offer);
    const [id = ''] = inserted.get(event.id)?.deliveryIds ?? [];
    const delivery = { ...claimed(webhook.id), id, tenantId };
    offer?.settle([delivery]);
    await handing.drain();
    return delivery;
  }

  async function statusOf(id: string) {
    const { rows } = await database.pool.query(
      'SELECT status, version, "claimToken", "nextAttemptAt" <= now() AS "isDue" FROM "Delivery" WHERE id = $1',
      [id],
    );
    return rows[0];
  }

  it.each([true, null])(
    'is left to its worker where that has it, or may have it (%s)',
    async (how) => {
      answer = how;
      const { id } = await made();
      const [{ handed: message } = { handed: null }] = handed;
      expect(message?.webhooks).toEqual([{ webhookId: webhook.id, deliveryIds: [id] }]);
      expect(await statusOf(id)).toMatchObject({ status: 'SENDING', claimToken: message?.token });
      expect(hinted).toEqual([]);
      // And no more is made for anybody while it is not known what gets through.
      expect(handing.offerClaim(1) === null).toBe(how === null);
    },
  );

  it('is given back and hinted at where its worker is gone, which is offered no more', async () => {
    answer = false;
    const { id } = await made();
    expect(await statusOf(id)).toEqual({
      ...{ status: 'PENDING', version: 3, claimToken: null, isDue: true },
    });
    expect(hinted).toEqual([{ webhooks: [{ webhookId: webhook.id, deliveryIds: [id] }] }]);
    expect(handing.offerClaim(1)).toBeNull();
  });
});
