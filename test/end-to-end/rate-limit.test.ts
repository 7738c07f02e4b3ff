import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startInstallation,
  VARIANTS,
  type Installation,
} from '../support/installation/installation.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { startReceiver, status, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

interface LimitedWebhook {
  rateLimit: { attempts: number; perSeconds: number } | null;
  heldCount: number;
  oldestDueAt: string | null;
  deliveries: { nodes: { id: string; status: string; heldBy: string | null }[] };
}

const WEBHOOK = `query ($id: ID!) { webhook(id: $id) { rateLimit { attempts perSeconds } heldCount oldestDueAt
  deliveries(first: 100) { nodes { id status heldBy } } } }`;

describe.each(VARIANTS)('a webhook with a rate limit, with $name', (variant) => {
  let installation: Installation;
  let platform: Platform;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await startInstallation(variant, { INITIAL_RETRY_DELAY: '0.1' });
    platform = platformOn(installation);
  });
  afterAll(async () => {
    await installation.stop();
    await receiver.close();
  });

  async function find(id: string): Promise<LimitedWebhook> {
    const { webhook } = await installation.ask<{ webhook: LimitedWebhook | null }>(WEBHOOK, { id });
    if (webhook === null) throw new Error('there is no such webhook');
    return webhook;
  }

  const limit = (id: string, rateLimit: unknown) =>
    platform.mutate<{ webhook: { rateLimit: unknown } | null }>(
      'webhookUpdate',
      { id, rateLimit },
      'webhook { rateLimit { attempts perSeconds } }',
    );

  it('gets no more than that, whatever it is sent, and the rest when the limit is lifted', async () => {
    const path = '/two-an-hour';
    receiver.on(path, status(500));
    const { id } = await platform.createWebhook({
      url: receiver.url(path),
      rateLimit: { attempts: 2, perSeconds: 3_600 },
    });
    const free = await platform.createWebhook({ url: receiver.url('/free') });
    // The first attempt and its retry are all that there is.
    await platform.trigger();
    await receiver.waitForRequests(path, 2);
    receiver.on(path, status(200));
    await platform.trigger();
    await platform.mutate('webhookTest', { id, eventType: 'user.created' }, 'delivery { id }');
    await receiver.waitForRequests('/free', 2);
    const held = await waitFor(async () => {
      const webhook = await find(id);
      // The retry comes due between one reading and the next.
      const areHeld = webhook.deliveries.nodes.every(({ heldBy }) => heldBy !== null);
      return webhook.heldCount === 3 && areHeld && webhook;
    });
    expect(held.rateLimit).toEqual({ attempts: 2, perSeconds: 3_600 });
    expect(held.oldestDueAt).not.toBeNull();
    expect(held.deliveries.nodes.map((node) => [node.status, node.heldBy])).toEqual([
      ['PENDING', 'RATE_LIMITED'],
      ['PENDING', 'RATE_LIMITED'],
      ['RETRYING', 'RATE_LIMITED'],
    ]);
    const { full, others } = await installation.ask<
      Record<'full' | 'others', { nodes: { id: string }[] }>
    >(`{ full: webhooks(filter: { isRateLimited: true }) { nodes { id } }
         others: webhooks(filter: { isRateLimited: false, isPaused: false }) { nodes { id } } }`);
    expect(full.nodes).toEqual([{ id }]);
    expect(others.nodes).toContainEqual({ id: free.id });
    expect(others.nodes).not.toContainEqual({ id });
    // By hand it is not sent sooner.
    const [newest] = held.deliveries.nodes;
    await platform.mutate('deliveryRetry', { id: newest?.id ?? '' }, 'delivery { id }');

    expect((await limit(id, { attempts: 3, perSeconds: 3_600 })).webhook).toEqual({
      rateLimit: { attempts: 3, perSeconds: 3_600 },
    });
    await receiver.waitForRequests(path, 3);
    expect((await find(id)).deliveries.nodes.filter(({ heldBy }) => heldBy)).toHaveLength(2);
    expect((await limit(id, null)).webhook).toEqual({ rateLimit: null });
    await receiver.waitForRequests(path, 5);
    await waitFor(async () => {
      const { heldCount, deliveries } = await find(id);
      return heldCount === 0 && deliveries.nodes.every((node) => node.status === 'SUCCESS');
    });
    expect(receiver.requests(path)).toHaveLength(5);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
    await platform.mutate('webhookDelete', { id: free.id }, 'deletedWebhookId');
  });

  it('gets all that is sent, window by window', async () => {
    const path = '/paced';
    const { id } = await platform.createWebhook({
      url: receiver.url(path),
      rateLimit: { attempts: 10 },
    });
    for (let count = 0; count < 25; count += 1) await platform.trigger();
    const requests = await receiver.waitForRequests(path, 25);
    const times = requests.map(({ at }) => at).toSorted((a, b) => a - b);
    // Two windows have to pass before the last five may begin: to one hundredth, and what the network takes.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_800);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('probes an open circuit within its limit', async () => {
    const path = '/down';
    receiver.on(path, status(500));
    const { id } = await platform.createWebhook({
      url: receiver.url(path),
      retryPolicy: { delays: [0.1, 0.1, 0.1] },
      rateLimit: { attempts: 100 },
    });
    for (let count = 0; count < 10; count += 1) await platform.trigger();
    await waitFor(async () =>
      (await find(id)).deliveries.nodes.every((node) => node.status === 'FAILED'),
    );
    expect(receiver.requests(path)).toHaveLength(40);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('says what of a limit is wrong, and changes nothing', async () => {
    const { id } = await platform.createWebhook({ url: receiver.url('/wrong') });
    for (const [rateLimit, field] of [
      [{ attempts: 0 }, 'attempts'],
      [{ attempts: 100_001 }, 'attempts'],
      [{ attempts: 1, perSeconds: 0 }, 'perSeconds'],
      [{ attempts: 1, perSeconds: 3_601 }, 'perSeconds'],
    ] as const) {
      const { userErrors, webhook } = await limit(id, rateLimit);
      expect(userErrors).toMatchObject([{ field: ['input', 'rateLimit', field], code: 'INVALID' }]);
      expect(webhook).toBeNull();
    }
    expect((await find(id)).rateLimit).toBeNull();
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });
});
