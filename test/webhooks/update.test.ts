import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../server/domain/identifiers.ts';
import type { Outcome } from '../../server/domain/user-fault.ts';
import type { Webhook } from '../../server/generated/prisma/client.ts';
import { loadSendingDetails } from '../../server/webhooks/sending-details.ts';
import type { UpdateWebhookInput } from '../../server/webhooks/changes/update.ts';
import { race } from './race.ts';
import {
  faultsOf,
  noneIsSealed,
  openService,
  type ServiceOnDatabase,
  valueOf,
} from './service-on-database.ts';

let on: ServiceOnDatabase;
beforeAll(async () => {
  on = await openService();
});
afterAll(() => on.close());

const update = (webhook: Webhook, changes: Omit<UpdateWebhookInput, 'webhookId'>) =>
  on.service.update(on.tenant, { webhookId: webhook.id, ...changes });

const sentHeaders = async (webhook: Webhook) =>
  (await loadSendingDetails(on.pool, on.secretKeys, [webhook.id], noneIsSealed))[0]?.headers;

const typesOf = (webhook: Webhook) =>
  on.prisma.eventSubscription.findMany({
    where: { webhookId: webhook.id },
    orderBy: { eventType: 'asc' },
  });

const settings = {
  description: 'Shipping wants to know',
  timeout: 5,
  eventTypes: ['order.created'],
  headers: [
    { name: 'X-Plain', value: 'open' },
    { name: 'Authorization', value: 'Bearer hush', isSecret: true },
  ],
};

describe('an update', () => {
  it('leaves what it is not given', async () => {
    const { webhook } = await on.create(settings);
    const updated = valueOf(await update(webhook, { name: 'Renamed' }));
    const { updatedAt, searchText } = updated;
    expect(updated).toEqual({ ...webhook, name: 'Renamed', updatedAt, searchText });
    expect(updated.updatedAt.getTime()).toBeGreaterThan(webhook.updatedAt.getTime());
    expect((await typesOf(webhook)).map((row) => row.eventType)).toEqual(['order.created']);
  });

  it('clears by null what may be empty, and nothing else', async () => {
    const { webhook } = await on.create(settings);
    expect(valueOf(await update(webhook, { description: null, timeout: null }))).toMatchObject({
      description: null,
      timeout: null,
    });
    const outcome = await update(webhook, {
      name: null,
      url: null,
      eventTypes: null,
      isActive: null,
      headers: null,
    });
    expect(faultsOf(outcome)).toEqual([
      'input.name INVALID',
      'input.url INVALID',
      'input.eventTypes INVALID',
      'input.isActive INVALID',
      'input.headers INVALID',
    ]);
  });

  it('changes nothing where anything is at fault, and tells every fault', async () => {
    const { webhook } = await on.create(settings);
    const outcome = await update(webhook, {
      name: 'Renamed',
      url: 'http://10.0.0.1/',
      description: 'd'.repeat(2_001),
      timeout: 0,
      eventTypes: ['user.created', 'user.crated'],
      isActive: false,
      headers: [{ name: 'X-New' }],
    });
    expect(faultsOf(outcome)).toEqual([
      'input.description TOO_LARGE',
      'input.eventTypes.1 UNKNOWN_EVENT_TYPE',
      'input.timeout INVALID',
      'input.url URL_NOT_ALLOWED',
      'input.headers.0.value INVALID',
    ]);
    expect(await on.prisma.webhook.findUnique({ where: { id: webhook.id } })).toEqual(webhook);
    expect((await typesOf(webhook)).map((row) => row.eventType)).toEqual(['order.created']);
  });

  it('raises the revision by what sending needs, and by nothing else', async () => {
    const { webhook } = await on.create(settings);
    const revisionAfter = async (changes: Omit<UpdateWebhookInput, 'webhookId'>) =>
      valueOf(await update(webhook, changes)).revision;
    expect(await revisionAfter({ name: 'Other', description: 'Other' })).toBe(1);
    expect(await revisionAfter({ eventTypes: ['user.created'] })).toBe(1);
    expect(await revisionAfter({ url: webhook.url, timeout: 5, isActive: true })).toBe(1);
    expect(await revisionAfter({ url: 'http://127.0.0.1:4/other' })).toBe(2);
    expect(await revisionAfter({ timeout: 6 })).toBe(3);
    expect(await revisionAfter({ headers: [{ name: 'X-Plain' }] })).toBe(4);
    expect(await revisionAfter({ isActive: false })).toBe(5);
  });

  it('switches off and on, and keeps why and since when it was off', async () => {
    const { webhook } = await on.create();
    const off = valueOf(await update(webhook, { isActive: false }));
    expect(off).toMatchObject({ isActive: false, disabledReason: 'MANUAL' });
    expect(off.disabledAt).toBeInstanceOf(Date);
    await on.prisma.webhook.update({ where: { id: webhook.id }, data: { disabledReason: 'GONE' } });
    expect(valueOf(await update(webhook, { isActive: false }))).toMatchObject({
      disabledReason: 'GONE',
      disabledAt: off.disabledAt,
    });
    expect(valueOf(await update(webhook, { isActive: true }))).toMatchObject({
      isActive: true,
      disabledAt: null,
      disabledReason: null,
    });
  });

  it('replaces the set of event types and keeps the rows that stay', async () => {
    const { webhook } = await on.create({ eventTypes: ['order.created', 'user.created'] });
    const before = await typesOf(webhook);
    valueOf(await update(webhook, { eventTypes: ['order.updated', 'order.created'] }));
    const after = await typesOf(webhook);
    expect(after.map((row) => row.eventType)).toEqual(['order.created', 'order.updated']);
    expect(after[0]).toEqual(before[0]);
    valueOf(await update(webhook, { eventTypes: [] }));
    expect(await typesOf(webhook)).toEqual([]);
  });

  it('finds no webhook of another tenant, a deleted one, or none', async () => {
    const { webhook } = await on.create();
    const notFound = ['input.id NOT_FOUND'];
    const foreign = { webhookId: webhook.id, name: '' };
    expect(faultsOf(await on.service.update(on.otherTenant, foreign))).toEqual(notFound);
    valueOf(await on.service.delete(on.tenant, webhook.id));
    expect(faultsOf(await update(webhook, { name: 'Back' }))).toEqual(notFound);
    const none = { webhookId: newId(), name: 'None' };
    expect(faultsOf(await on.service.update(on.tenant, none))).toEqual(notFound);
  });

  it('is not lost to another at the same time', async () => {
    const { webhook } = await on.create();
    const outcomes = await race<Outcome<unknown>>(on.pool, webhook.id, [
      ...[1, 2, 3, 4, 5].map((timeout) => () => update(webhook, { timeout })),
      () => update(webhook, { name: 'Both' }),
      () => update(webhook, { description: 'of them' }),
      () => on.service.rotateSecret(on.tenant, { webhookId: webhook.id }),
    ]);
    for (const outcome of outcomes) expect(outcome.faults).toBeUndefined();
    const after = await on.prisma.webhook.findUniqueOrThrow({ where: { id: webhook.id } });
    expect(after).toMatchObject({ name: 'Both', description: 'of them', revision: 7 });
    expect(after.previousSecrets).toHaveLength(1);
  });
});

describe('headers in an update', () => {
  it('replace the whole set, and keep the value of one that is given without', async () => {
    const { webhook } = await on.create(settings);
    valueOf(
      await update(webhook, {
        headers: [{ name: 'authorization' }, { name: 'X-New', value: 'new' }],
      }),
    );
    expect(await sentHeaders(webhook)).toEqual([
      { name: 'authorization', value: 'Bearer hush', isSecret: true },
      { name: 'X-New', value: 'new', isSecret: false },
    ]);
  });

  it('stay secret where nothing is said, even with a new value', async () => {
    const { webhook } = await on.create(settings);
    const updated = valueOf(
      await update(webhook, { headers: [{ name: 'Authorization', value: 'Bearer new' }] }),
    );
    expect(JSON.stringify(updated.headers)).not.toContain('Bearer new');
    expect(await sentHeaders(webhook)).toEqual([
      { name: 'Authorization', value: 'Bearer new', isSecret: true },
    ]);
  });

  it('can be made secret as they are, but readable only with a new value', async () => {
    const { webhook } = await on.create(settings);
    const sealed = valueOf(
      await update(webhook, {
        headers: [{ name: 'X-Plain', isSecret: true }, { name: 'Authorization' }],
      }),
    );
    expect(JSON.stringify(sealed.headers)).not.toContain('open');
    const opened = { name: 'Authorization', isSecret: false };
    expect(faultsOf(await update(webhook, { headers: [opened] }))).toEqual([
      'input.headers.0.value INVALID',
    ]);
    valueOf(await update(webhook, { headers: [{ ...opened, value: 'Bearer shown' }] }));
    expect(await sentHeaders(webhook)).toEqual([{ ...opened, value: 'Bearer shown' }]);
  });

  it('take null for isSecret as left out, and no null for a value', async () => {
    const { webhook } = await on.create(settings);
    const headers = [{ name: 'X-Plain', value: null, isSecret: null }];
    expect(faultsOf(await update(webhook, { headers }))).toEqual(['input.headers.0.value INVALID']);
    const secret = { name: 'X-New', value: 'hidden', isSecret: true };
    valueOf(await update(webhook, { headers: [secret] }));
    valueOf(await update(webhook, { headers: [{ ...secret, isSecret: null }] }));
    expect(await sentHeaders(webhook)).toEqual([secret]);
    valueOf(await update(webhook, { headers: [{ name: 'X-Other', value: 'v', isSecret: null }] }));
    expect(await sentHeaders(webhook)).toEqual([{ name: 'X-Other', value: 'v', isSecret: false }]);
  });
});
