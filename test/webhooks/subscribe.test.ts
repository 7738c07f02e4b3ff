import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { race } from './race.ts';
import { faultsOf, openService, type ServiceOnDatabase, valueOf } from './service-on-database.ts';

let on: ServiceOnDatabase;
beforeAll(async () => {
  on = await openService();
});
afterAll(() => on.close());

const typesOf = async (webhookId: string) => {
  const rows = await on.prisma.eventSubscription.findMany({ where: { webhookId } });
  return rows.map((row) => row.eventType).sort();
};

describe('subscriptions', () => {
  it('are added and taken away, and doing so twice changes nothing', async () => {
    const { webhook } = await on.create({ eventTypes: ['user.created'] });
    const input = { webhookId: webhook.id, eventTypes: ['order.created', 'user.created'] };
    const added = valueOf(await on.service.subscribe(on.tenant, input));
    expect(await typesOf(webhook.id)).toEqual(['order.created', 'user.created']);
    expect(added.updatedAt.getTime()).toBeGreaterThan(webhook.updatedAt.getTime());
    expect(valueOf(await on.service.subscribe(on.tenant, input))).toEqual(added);

    const { id: webhookId } = webhook;
    const away = { webhookId, eventTypes: ['user.created', 'user.updated'] };
    const taken = valueOf(await on.service.unsubscribe(on.tenant, away));
    expect(await typesOf(webhookId)).toEqual(['order.created']);
    expect(taken.updatedAt.getTime()).toBeGreaterThan(added.updatedAt.getTime());
    expect(valueOf(await on.service.unsubscribe(on.tenant, away))).toEqual(taken);
  });

  it('are by pattern too, and a pattern may be for types to come', async () => {
    const { webhook } = await on.create({ eventTypes: ['user.*', '*', 'user.*'] });
    expect(await typesOf(webhook.id)).toEqual(['*', 'user.*']);
    const { id: webhookId } = webhook;
    valueOf(await on.service.subscribe(on.tenant, { webhookId, eventTypes: ['to.come.*', '*'] }));
    expect(await typesOf(webhookId)).toEqual(['*', 'to.come.*', 'user.*']);
    valueOf(await on.service.unsubscribe(on.tenant, { webhookId, eventTypes: ['*'] }));
    expect(await typesOf(webhookId)).toEqual(['to.come.*', 'user.*']);
    const eventTypes = ['user.*', 'user*', '*.created', 'user.*.x'];
    const outcome = await on.service.subscribe(on.tenant, { webhookId, eventTypes });
    expect(faultsOf(outcome)).toEqual(
      [1, 2, 3].map((n) => `input.eventTypes.${n} UNKNOWN_EVENT_TYPE`),
    );
    expect(outcome.faults?.[0]?.message).toContain('"user*" is no pattern');
  });

  it('change not at all where one type is unknown', async () => {
    const { webhook } = await on.create({ eventTypes: ['user.created'] });
    const input = { webhookId: webhook.id, eventTypes: ['user.created', 'order.created', 'no'] };
    const fault = ['input.eventTypes.2 UNKNOWN_EVENT_TYPE'];
    expect(faultsOf(await on.service.subscribe(on.tenant, input))).toEqual(fault);
    expect(faultsOf(await on.service.unsubscribe(on.tenant, input))).toEqual(fault);
    expect(await typesOf(webhook.id)).toEqual(['user.created']);
  });

  it('are those of the tenant alone', async () => {
    const { webhook } = await on.create({ eventTypes: ['user.created'] });
    const input = { webhookId: webhook.id, eventTypes: ['user.created', 'order.created'] };
    const fault = ['input.webhookId NOT_FOUND'];
    expect(faultsOf(await on.service.subscribe(on.otherTenant, input))).toEqual(fault);
    expect(faultsOf(await on.service.unsubscribe(on.otherTenant, input))).toEqual(fault);
    expect(await typesOf(webhook.id)).toEqual(['user.created']);
  });
});

describe('deleting a webhook', () => {
  it('hides it, takes its subscriptions, and passes it on, once', async () => {
    const { webhook } = await on.create({ eventTypes: ['user.created'] });
    expect(faultsOf(await on.service.delete(on.otherTenant, webhook.id))).toEqual([
      'input.id NOT_FOUND',
    ]);
    const one = () => on.service.delete(on.tenant, webhook.id);
    const outcomes = await race(on.pool, webhook.id, [one, one]);
    expect(outcomes.flatMap(faultsOf)).toEqual(['input.id NOT_FOUND']);
    expect(await typesOf(webhook.id)).toEqual([]);
    expect(on.deleted).toEqual([webhook.id]);
    const kept = await on.prisma.webhook.findUniqueOrThrow({ where: { id: webhook.id } });
    expect(kept.deletedAt).toBeInstanceOf(Date);
    const late = { webhookId: webhook.id, eventTypes: ['user.created'] };
    expect(faultsOf(await on.service.subscribe(on.tenant, late))).toEqual([
      'input.webhookId NOT_FOUND',
    ]);
  });
});
