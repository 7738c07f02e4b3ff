import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startInstallation,
  VARIANTS,
  type Installation,
} from '../support/installation/installation.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { holdAnswers } from '../support/receiver/held-answers.ts';
import { startReceiver, status, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

interface OrderedDelivery {
  id: string;
  status: string;
  heldBy: string | null;
  nextAttemptAt: string | null;
  waitsFor: { id: string } | null;
  event: { orderingKey: string | null; payload: { n: number } };
}

const DELIVERIES = `query ($id: ID!) { webhook(id: $id) { ordering heldCount deliveries(first: 100) {
  nodes { id status heldBy nextAttemptAt waitsFor { id } event { orderingKey payload } } } } }`;

describe.each(VARIANTS)('a webhook that keeps order by key, with $name', (variant) => {
  let installation: Installation;
  let platform: Platform;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await startInstallation(variant, {
      INITIAL_RETRY_DELAY: '0.05',
      MAX_RETRY_ATTEMPTS: '3',
    });
    platform = platformOn(installation);
  });
  afterAll(async () => {
    await installation.stop();
    await receiver.close();
  });

  async function find(id: string) {
    const { webhook } = await installation.ask<{
      webhook: { ordering: string; heldCount: number; deliveries: { nodes: OrderedDelivery[] } };
    }>(DELIVERIES, { id });
    const deliveries = webhook.deliveries.nodes.toSorted(
      (one, other) => one.event.payload.n - other.event.payload.n,
    );
    return { ...webhook, deliveries };
  }

  async function trigger(orderingKey: string | null, n = 0): Promise<void> {
    const input = { type: 'user.created', payload: { n }, orderingKey };
    const { userErrors } = await platform.mutate('eventTrigger', input, 'event { id }');
    expect(userErrors).toEqual([]);
  }

  it('sends one of a key at a time, shows what the others wait for, and lets the next go when it has ended', async () => {
    const path = '/line';
    const held = holdAnswers();
    receiver.on(path, held.behaviour);
    const { id } = await platform.createWebhook({ url: receiver.url(path), ordering: 'KEY' });
    for (let n = 0; n < 3; n += 1) await trigger('a', n);
    await trigger('b', 3);
    await trigger(null, 4);
    await receiver.waitForRequests(path, 3);
    const { ordering, heldCount, deliveries } = await find(id);
    expect({ ordering, heldCount }).toEqual({ ordering: 'KEY', heldCount: 2 });
    const [first] = deliveries;
    const waits = { status: 'PENDING', heldBy: 'ORDER', nextAttemptAt: null };
    const sent = { status: 'SENDING', heldBy: null, nextAttemptAt: null, waitsFor: null };
    const a = { orderingKey: 'a' };
    expect(deliveries).toMatchObject([
      { ...sent, event: a },
      { ...waits, event: a, waitsFor: { id: first?.id } },
      { ...waits, event: a, waitsFor: { id: first?.id } },
      { ...sent, event: { orderingKey: 'b' } },
      { ...sent, event: { orderingKey: null } },
    ]);
    held.release();
    await waitFor(async () =>
      (await find(id)).deliveries.every((delivery) => delivery.status === 'SUCCESS'),
    );
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('keeps the order of a key over failures and retries by hand', async () => {
    const path = '/failing';
    let answers = 0;
    const seen: { n: number; deliveryId: string; at: 'begin' | 'end'; code: number }[] = [];
    receiver.on(path, (request, response) => {
      const { data } = JSON.parse(request.body.toString()) as { data: { n: number } };
      const deliveryId = String(request.headers['webhook-id']);
      answers += 1;
      // The third delivery fails for good, others now and then.
      const code = data.n === 2 || answers % 4 === 0 ? 500 : 200;
      seen.push({ n: data.n, deliveryId, at: 'begin', code });
      setImmediate(() => {
        seen.push({ n: data.n, deliveryId, at: 'end', code });
        response.writeHead(code).end();
      });
    });
    const { id } = await platform.createWebhook({ url: receiver.url(path), ordering: 'KEY' });
    for (let n = 0; n < 20; n += 1) await trigger('only', n);
    const hasEnded = ({ status: each }: OrderedDelivery) => each === 'SUCCESS' || each === 'FAILED';
    const ended = await waitFor(async () => {
      const { deliveries } = await find(id);
      return deliveries.every(hasEnded) && deliveries;
    });
    expect(ended[2]?.status).toBe('FAILED');
    // Never two at once, and each only once all before it had ended.
    seen.forEach((each, index) => {
      if (each.at === 'end') expect(seen[index - 1]).toEqual({ ...each, at: 'begin' });
    });
    const numbers = seen.flatMap(({ n, at }) => (at === 'begin' ? [n] : []));
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));

    receiver.on(path, status(200));
    await platform.mutate('deliveryRetry', { id: ended[2]?.id ?? '' }, 'delivery { id }');
    await waitFor(async () => (await find(id)).deliveries[2]?.status === 'SUCCESS');
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('lets all go when it keeps order no more, and refuses keys that are none', async () => {
    const path = '/released';
    const held = holdAnswers();
    receiver.on(path, held.behaviour);
    const { id } = await platform.createWebhook({ url: receiver.url(path), ordering: 'KEY' });
    for (let n = 0; n < 4; n += 1) await trigger('a');
    await receiver.waitForRequests(path, 1);
    await platform.mutate('webhookUpdate', { id, ordering: 'NONE' }, 'webhook { id }');
    await receiver.waitForRequests(path, 4);
    held.release();
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');

    for (const orderingKey of ['', 'k'.repeat(257), 'a\u0000b']) {
      const input = { type: 'user.created', payload: {}, orderingKey };
      const { userErrors } = await platform.mutate('eventTrigger', input, 'event { id }');
      expect(userErrors).toMatchObject([{ field: ['input', 'orderingKey'], code: 'INVALID' }]);
    }
  });
});
