import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startInstallation,
  VARIANTS,
  type Installation,
} from '../support/installation/installation.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { startReceiver, status, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

interface PausedWebhook {
  isPaused: boolean;
  pausedAt: string | null;
  pausedUntil: string | null;
  heldCount: number;
  oldestDueAt: string | null;
  deliveries: {
    nodes: { id: string; status: string; heldBy: string | null; nextAttemptAt: string }[];
  };
}

const WEBHOOK = `query ($id: ID!) { webhook(id: $id) { isPaused pausedAt pausedUntil heldCount oldestDueAt
  deliveries(first: 100) { nodes { id status heldBy nextAttemptAt } } } }`;

describe.each(VARIANTS)('the flow of a webhook, with $name', (variant) => {
  let installation: Installation;
  let platform: Platform;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await startInstallation(variant, { INITIAL_RETRY_DELAY: '60' });
    platform = platformOn(installation);
  });
  afterAll(async () => {
    await installation.stop();
    await receiver.close();
  });

  async function find(id: string): Promise<PausedWebhook> {
    const { webhook } = await installation.ask<{ webhook: PausedWebhook | null }>(WEBHOOK, { id });
    if (webhook === null) throw new Error('there is no such webhook');
    return webhook;
  }

  const pause = (input: { id: string; until?: string }) =>
    platform.mutate<{ webhook: PausedWebhook | null }>(
      'webhookPause',
      input,
      'webhook { isPaused pausedAt pausedUntil heldCount }',
    );
  const resume = (id: string) =>
    platform.mutate<{ webhook: PausedWebhook | null }>(
      'webhookResume',
      { id },
      'webhook { isPaused pausedAt pausedUntil }',
    );

  it('paused, keeps what comes and sends it when it is resumed', async () => {
    const path = '/paused';
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    const paused = await pause({ id });
    expect(paused.webhook).toMatchObject({ isPaused: true, pausedUntil: null, heldCount: 0 });
    for (let count = 0; count < 5; count += 1) await platform.trigger();

    // Another webhook gets its own: whatever the worker looked at, it has looked at.
    const other = await platform.createWebhook({ url: receiver.url('/free') });
    await platform.trigger();
    await receiver.waitForRequests('/free', 1);
    const held = await find(id);
    expect(held).toMatchObject({ isPaused: true, heldCount: 6 });
    expect(held.oldestDueAt).not.toBeNull();
    expect(held.deliveries.nodes.map(({ status, heldBy }) => ({ status, heldBy }))).toEqual(
      Array.from({ length: 6 }, () => ({ status: 'PENDING', heldBy: 'PAUSED' })),
    );
    expect(receiver.requests(path)).toHaveLength(0);
    await platform.mutate('webhookDelete', { id: other.id }, 'deletedWebhookId');

    expect((await resume(id)).webhook).toMatchObject({ isPaused: false, pausedAt: null });
    await receiver.waitForRequests(path, 6);
    const sent = await waitFor(async () => {
      const webhook = await find(id);
      return webhook.deliveries.nodes.every(({ status }) => status === 'SUCCESS') && webhook;
    });
    expect(sent).toMatchObject({ heldCount: 0, oldestDueAt: null });
    expect(sent.deliveries.nodes.every(({ heldBy }) => heldBy === null)).toBe(true);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('paused, lets tests and retries by hand through, once each, and holds what follows from them', async () => {
    const path = '/by-hand';
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    await platform.trigger();
    await waitFor(async () => (await find(id)).deliveries.nodes[0]?.status === 'SUCCESS');
    await pause({ id });
    await platform.mutate('webhookTest', { id, eventType: 'user.created' }, 'delivery { id }');
    await receiver.waitForRequests(path, 2);

    const { nodes } = (await find(id)).deliveries;
    receiver.on(path, status(500));
    const [first] = nodes.slice(-1);
    await platform.mutate('deliveryRetry', { id: first?.id ?? '' }, 'delivery { id }');
    await receiver.waitForRequests(path, 3);
    await waitFor(async () => {
      const retried = (await find(id)).deliveries.nodes.find((node) => node.id === first?.id);
      return retried?.status === 'RETRYING' && Date.parse(retried.nextAttemptAt) > Date.now();
    });

    // One that waits is sent by hand as well; what is shown of it is the time it was asked for.
    await platform.trigger();
    const waiting = (await find(id)).deliveries.nodes[0];
    expect(waiting).toMatchObject({ status: 'PENDING', heldBy: 'PAUSED' });
    const { delivery } = await platform.mutate<{ delivery: { nextAttemptAt: string | null } }>(
      'deliveryRetry',
      { id: waiting?.id ?? '' },
      'delivery { nextAttemptAt }',
    );
    const dueAt = delivery.nextAttemptAt === null ? Date.now() : Date.parse(delivery.nextAttemptAt);
    expect(Math.abs(dueAt - Date.now())).toBeLessThan(3_600_000);
    await receiver.waitForRequests(path, 4);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('paused until a time, resumes by itself, and says so', async () => {
    const path = '/until';
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    const past = await pause({ id, until: new Date(Date.now() - 1_000).toISOString() });
    expect(past.userErrors).toMatchObject([{ field: ['input', 'until'], code: 'INVALID' }]);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const first = (await pause({ id, until })).webhook;
    expect(first).toMatchObject({ isPaused: true, pausedUntil: until });
    const again = (await pause({ id, until: new Date(Date.now() + 1_500).toISOString() })).webhook;
    expect(again?.pausedAt).toBe(first?.pausedAt);
    await platform.trigger();
    await receiver.waitForRequests(path, 1);
    expect(await find(id)).toMatchObject({ isPaused: false, pausedAt: null, pausedUntil: null });
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('paused, is listed as such, and others as not', async () => {
    const { id } = await platform.createWebhook({ url: receiver.url('/listed') });
    await pause({ id });
    const { paused, free } = await installation.ask<
      Record<'paused' | 'free', { nodes: { id: string }[] }>
    >(`{ paused: webhooks(filter: { isPaused: true }) { nodes { id } }
         free: webhooks(filter: { isPaused: false }) { nodes { id } } }`);
    expect(paused.nodes).toEqual([{ id }]);
    expect(free.nodes).not.toContainEqual({ id });
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('keeps to a retry policy of its own, and a change of it holds from the next failure on', async () => {
    const path = '/own';
    receiver.on(path, status(500));
    const { id } = await platform.createWebhook({
      url: receiver.url(path),
      retryPolicy: { delays: [0, 0.1] },
    });
    const { event } = await platform.trigger();
    await receiver.waitForRequests(path, 3);
    const failed = await waitFor(async () => {
      const [delivery] = await platform.deliveriesOf(event?.eventId ?? '');
      return delivery?.status === 'FAILED' && delivery;
    });
    expect(failed).toMatchObject({ failureReason: 'ATTEMPTS_EXHAUSTED', attemptCount: 3 });

    const changed = await platform.mutate<{ webhook: unknown }>(
      'webhookUpdate',
      { id, retryPolicy: { delays: [] } },
      'webhook { retryPolicy { delays } deliveries { nodes { maxAttempts } } }',
    );
    expect(changed.webhook).toEqual({
      retryPolicy: { delays: [] },
      deliveries: { nodes: [{ maxAttempts: 1 }] },
    });
    const second = await platform.trigger();
    await waitFor(async () => {
      const [delivery] = await platform.deliveriesOf(second.event?.eventId ?? '');
      return delivery?.status === 'FAILED' && delivery.attemptCount === 1;
    });
    const back = await platform.mutate<{ webhook: unknown }>(
      'webhookUpdate',
      { id, retryPolicy: null },
      'webhook { retryPolicy { delays } }',
    );
    expect(back.webhook).toEqual({ retryPolicy: null });

    const refused = await platform.mutate(
      'webhookUpdate',
      { id, retryPolicy: { delays: [1, -1, 604_801] } },
      'webhook { id }',
    );
    expect(refused.userErrors.map(({ field, code }) => ({ field, code }))).toEqual([
      { field: ['input', 'retryPolicy', 'delays', '1'], code: 'INVALID' },
      { field: ['input', 'retryPolicy', 'delays', '2'], code: 'INVALID' },
    ]);
    const tooMany = { delays: Array.from({ length: 20 }, () => 1) };
    const long = await platform.mutate(
      'webhookUpdate',
      { id, retryPolicy: tooMany },
      'webhook { id }',
    );
    expect(long.userErrors).toMatchObject([{ code: 'TOO_LARGE' }]);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it.each([200, 500])('is switched off by webhook-delivery: disable beside %i', async (code) => {
    const path = `/disable-${code}`;
    receiver.on(path, status(code, 'no more, please', { 'webhook-delivery': 'disable' }));
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    const { event } = await platform.trigger();
    const ended = await waitFor(async () => {
      const [delivery] = await platform.deliveriesOf(event?.eventId ?? '');
      return delivery?.completedAt !== null && delivery;
    });
    expect(ended).toMatchObject(
      code === 200
        ? { status: 'SUCCESS', failureReason: null }
        : { status: 'FAILED', failureReason: 'GONE' },
    );
    expect(ended?.attempts[0]?.responseBody).toBe('no more, please');
    expect(await platform.webhook(id)).toEqual({ isActive: false, disabledReason: 'GONE' });
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });
});
