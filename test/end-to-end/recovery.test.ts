import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startInstallation,
  VARIANTS,
  type Installation,
} from '../support/installation/installation.ts';
import { platformOn, type Platform, type UserErrors } from '../support/installation/platform.ts';
import { startReceiver, status, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

interface Recovery {
  id: string;
  kind: string;
  status: string;
  filter: unknown;
  estimated: number;
  queued: number;
  succeeded: number;
  failed: number;
  underWay: number;
  skipped: number;
  perSecond: number | null;
  createdBy: { id: string } | null;
  completedAt: string | null;
}

const FIELDS =
  'id kind status filter estimated queued succeeded failed underWay skipped perSecond createdBy { id } completedAt';
const NEWEST = `query ($input: RecoveryCreateInput!) { recoveryPreview(input: $input) {
  newestEvents { type eventId } } }`;
const PREVIEW = `query ($input: RecoveryCreateInput!) { recoveryPreview(input: $input) {
  count isExact userErrors { field code message } } }`;

describe.each(VARIANTS)('a recovery, with $name', (variant) => {
  let installation: Installation;
  let platform: Platform;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await startInstallation(variant, { MAX_RETRY_ATTEMPTS: '1' });
    platform = platformOn(installation);
  });
  afterAll(async () => {
    await installation.stop();
    await receiver.close();
  });

  const create = (input: unknown) =>
    platform.mutate<{ recovery: Recovery | null }>(
      'recoveryCreate',
      input,
      `recovery { ${FIELDS} }`,
    );
  const preview = async (input: unknown) =>
    (
      await installation.ask<{
        recoveryPreview: UserErrors & { count: number; isExact: boolean };
      }>(PREVIEW, { input })
    ).recoveryPreview;
  const newest = async (input: unknown) =>
    (
      await installation.ask<{
        recoveryPreview: { newestEvents: { type: string; eventId: string }[] };
      }>(NEWEST, { input })
    ).recoveryPreview.newestEvents;
  async function waitUntilDone(id: string): Promise<Recovery> {
    return waitFor(async () => {
      const { recovery } = await installation.ask<{ recovery: Recovery }>(
        `query ($id: ID!) { recovery(id: $id) { ${FIELDS} } }`,
        { id },
      );
      return recovery.status === 'DONE' && recovery;
    });
  }
  async function triggerMany(count: number, change: Record<string, unknown> = {}): Promise<void> {
    const events = Array.from({ length: count }, () => ({
      type: 'user.created',
      payload: {},
      ...change,
    }));
    await platform.mutate('eventTriggerBatch', { events }, 'results { webhooksNotified }');
  }

  it('sends again all that failed while a receiver was down, and can be watched', async () => {
    const path = '/outage';
    receiver.on(path, status(503));
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    await triggerMany(120);
    const input = { retry: { webhookIds: [id] } };
    await waitFor(async () => (await preview(input)).count === 120);
    expect(await preview(input)).toEqual({ count: 120, isExact: true, userErrors: [] });

    receiver.on(path, status(200));
    const { recovery, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(recovery).toMatchObject({ kind: 'RETRY', filter: input, perSecond: null });
    const seen: Recovery[] = [];
    await new Promise<void>((resolve, reject) => {
      installation.socket().subscribe<{ recoveryUpdated: Recovery }>(
        {
          query: `subscription ($id: ID!) { recoveryUpdated(id: $id) { ${FIELDS} } }`,
          variables: { id: recovery?.id },
        },
        {
          next: ({ data }) => data && seen.push(data.recoveryUpdated),
          error: reject,
          complete: resolve,
        },
      );
    });
    const exact = {
      estimated: 120,
      queued: 120,
      succeeded: 120,
      failed: 0,
      underWay: 0,
      skipped: 0,
    };
    expect(seen.at(-1)).toMatchObject({ ...exact, status: 'DONE' });
    const { recoveries } = await installation.ask<{ recoveries: { nodes: { id: string }[] } }>(
      '{ recoveries(first: 1) { nodes { id } } }',
    );
    expect(recoveries.nodes).toEqual([{ id: recovery?.id }]);
    expect(receiver.requests(path)).toHaveLength(240);
    expect((await preview(input)).count).toBe(0);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('makes up for what a webhook missed while it was off', async () => {
    const path = '/missed';
    const { id } = await platform.createWebhook({
      url: receiver.url(path),
      eventTypes: ['user.*'],
      filter: { data: { wanted: true } },
    });
    const from = new Date(Date.now() - 1_000).toISOString();
    await triggerMany(3, { payload: { wanted: true } });
    await receiver.waitForRequests(path, 3);
    await platform.mutate('webhookUpdate', { id, isActive: false }, 'webhook { id }');
    await triggerMany(4, { payload: { wanted: true } });
    await triggerMany(5, { payload: { wanted: false } });
    await triggerMany(2, { type: 'order.created', payload: { wanted: true } });
    const input = { missed: { webhookId: id, createdAt: { from } } };
    expect((await create(input)).userErrors).toMatchObject([
      { field: ['input', 'missed', 'webhookId'], code: 'NOT_ALLOWED_NOW' },
    ]);
    await platform.mutate('webhookUpdate', { id, isActive: true }, 'webhook { id }');
    expect(await preview(input)).toMatchObject({ count: 4, isExact: true });
    const { events: listed } = await installation.ask<{
      events: { nodes: { type: string; eventId: string; webhooksNotified: number }[] };
    }>('{ events(first: 11) { nodes { type eventId webhooksNotified } } }');
    const missed = listed.nodes.slice(7).map(({ type, eventId }) => ({ type, eventId }));
    expect(await newest(input)).toEqual(missed);
    const { recovery } = await create({ ...input, perSecond: 50 });
    expect(await waitUntilDone(recovery?.id ?? '')).toMatchObject({
      ...{ kind: 'MISSED', estimated: 4, queued: 4, succeeded: 4, skipped: 0, perSecond: 50 },
    });
    expect(receiver.requests(path)).toHaveLength(7);
    const { events } = await installation.ask<{
      events: { nodes: { webhooksNotified: number; fanOut: { nodes: { outcome: string }[] } }[] };
    }>('{ events(first: 11) { nodes { webhooksNotified fanOut { nodes { outcome } } } } }');
    const sent = events.nodes.filter(({ webhooksNotified }) => webhooksNotified === 1);
    expect(sent).toHaveLength(4);
    for (const { fanOut } of sent) expect(fanOut.nodes).toEqual([{ outcome: 'DELIVERED' }]);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('sends again what was picked by hand, whether it had failed or not', async () => {
    const path = '/picked';
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    await triggerMany(7);
    await receiver.waitForRequests(path, 7);
    const { deliveries } = await waitFor(async () => {
      const read = await installation.ask<{
        deliveries: { nodes: { id: string; event: { type: string; eventId: string } }[] };
      }>(
        `query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { id event { type eventId } } } }`,
        { filter: { webhookIds: [id], statuses: ['SUCCESS'] } },
      );
      return read.deliveries.nodes.length === 7 && read;
    });
    const picked = deliveries.nodes.slice(2, 5);
    const ids = picked.map((each) => each.id);
    expect((await preview({ retry: { ids } })).count).toBe(0);
    const input = { retry: { ids, statuses: ['SUCCESS', 'FAILED', 'RETRYING'] } };
    expect((await preview(input)).count).toBe(3);
    expect(await newest(input)).toEqual(picked.map(({ event }) => event));
    const { recovery } = await create(input);
    expect(await waitUntilDone(recovery?.id ?? '')).toMatchObject({ estimated: 3, succeeded: 3 });
    expect(receiver.requests(path)).toHaveLength(10);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('says what is wrong with it, and then is none', async () => {
    const { id } = await platform.createWebhook({ url: receiver.url('/none') });
    const createdAt = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    for (const [input, field] of [
      [{}, []],
      [{ retry: {}, missed: { webhookId: id, createdAt: {} } }, []],
      [{ retry: {}, perSecond: 0 }, ['perSecond']],
      [{ retry: {}, perSecond: 10_001 }, ['perSecond']],
      [{ missed: { webhookId: id, createdAt } }, ['missed', 'createdAt', 'to']],
    ] as const) {
      const fault = { field: ['input', ...field], code: 'INVALID' };
      expect((await create(input)).userErrors).toMatchObject([fault]);
      expect((await preview(input)).userErrors).toMatchObject([fault]);
      expect(await newest(input)).toEqual([]);
    }
    const nobody = { missed: { webhookId: 'wh_06gq8000000000000000000000', createdAt: {} } };
    expect((await create(nobody)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const cancelled = await platform.mutate<{ recovery: unknown }>(
      'recoveryCancel',
      { id: 'rec_06gq8000000000000000000000' },
      'recovery { id }',
    );
    expect(cancelled).toMatchObject({ recovery: null, userErrors: [{ code: 'NOT_FOUND' }] });
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });
});
