import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startInstallation,
  VARIANTS,
  type Installation,
} from '../support/installation/installation.ts';
import { platformOn, type Platform } from '../support/installation/platform.ts';
import { startReceiver, status, type Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

const FAILURES = 5;
const FRESH = 20;

const HEALTH = `query ($id: ID!) { webhook(id: $id) {
  isActive disabledAt disabledReason failingSince circuitOpenedAt nextProbeAt } }`;

interface Health {
  isActive: boolean;
  disabledAt: string | null;
  disabledReason: string | null;
  failingSince: string | null;
  circuitOpenedAt: string | null;
  nextProbeAt: string | null;
}

describe.each(VARIANTS)('a webhook that fails all it is sent, with $name', (variant) => {
  let installation: Installation;
  let platform: Platform;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await startInstallation(variant, {
      INITIAL_RETRY_DELAY: '60',
      CIRCUIT_BREAKER_FAILURES: String(FAILURES),
      AUTO_DISABLE_AFTER: '5',
      MAX_RETRY_ATTEMPTS: '2',
    });
    platform = platformOn(installation);
  });
  afterAll(async () => {
    await installation.stop();
    await receiver.close();
  });

  async function healthOf(id: string): Promise<Health> {
    const { webhook } = await installation.ask<{ webhook: Health | null }>(HEALTH, { id });
    if (webhook === null) throw new Error('there is no such webhook');
    return webhook;
  }

  /** Days and minutes pass where the database keeps its times. */
  const rewrite = (column: string, value: string, url: string) =>
    installation.database.pool.query(
      `UPDATE "Webhook" SET "${column}" = now() + $1::interval WHERE url = $2`,
      [value, url],
    );

  async function trigger(count: number): Promise<string[]> {
    const sent = Array.from({ length: count }, () => platform.trigger());
    return (await Promise.all(sent)).map(({ event }) => event?.eventId ?? '');
  }

  const statesOf = async (eventIds: readonly string[], webhookId: string) => {
    const { webhook } = await installation.ask<{
      webhook: {
        deliveries: {
          nodes: { id: string; status: string; attemptCount: number; event: { eventId: string } }[];
        };
      };
    }>(
      'query ($id: ID!) { webhook(id: $id) { deliveries(first: 100) { nodes { id status attemptCount event { eventId } } } } }',
      { id: webhookId },
    );
    return webhook.deliveries.nodes.filter(({ event }) => eventIds.includes(event.eventId));
  };

  it('is held back, probed with single attempts, and sent all at the first success', async () => {
    const url = receiver.url('/circuit');
    receiver.on('/circuit', status(500));
    const { id } = await platform.createWebhook({ url });
    await trigger(FAILURES);
    await waitFor(async () => (await healthOf(id)).failingSince);
    await receiver.waitForRequests('/circuit', FAILURES);
    expect(await healthOf(id)).toMatchObject({ circuitOpenedAt: null, nextProbeAt: null });
    await rewrite('failingSince', '-1 minute', url);
    await trigger(1);
    await waitFor(async () => (await healthOf(id)).circuitOpenedAt);
    const before = FAILURES + 1;

    const fresh = await trigger(FRESH);
    await rewrite('nextProbeAt', '0', url);
    await receiver.waitForRequests('/circuit', before + 1);
    await rewrite('nextProbeAt', '0', url);
    await receiver.waitForRequests('/circuit', before + 2);
    const held = await waitFor(async () => {
      const states = await statesOf(fresh, id);
      return states.filter((state) => state.status === 'RETRYING').length === 2 && states;
    });
    expect(held.filter((state) => state.status === 'PENDING')).toHaveLength(FRESH - 2);
    expect(receiver.requests('/circuit')).toHaveLength(before + 2);

    // Whoever can't wait sends one by hand; the others stay held.
    await rewrite('nextProbeAt', '1 hour', url);
    const waiting = held.find((state) => state.status === 'PENDING');
    await platform.mutate('deliveryRetry', { id: waiting?.id ?? '' }, 'delivery { id }');
    await receiver.waitForRequests('/circuit', before + 3);
    await waitFor(async () => {
      const states = await statesOf(fresh, id);
      return states.find((state) => state.id === waiting?.id)?.status === 'RETRYING';
    });
    expect(receiver.requests('/circuit')).toHaveLength(before + 3);

    receiver.on('/circuit', status(200));
    await rewrite('nextProbeAt', '0', url);
    const sent = await waitFor(async () => {
      const states = await statesOf(fresh, id);
      return states.filter((state) => state.status === 'SUCCESS').length === FRESH - 3 && states;
    });
    expect(sent.every(({ attemptCount }) => attemptCount === 1)).toBe(true);
    expect(await healthOf(id)).toMatchObject({
      circuitOpenedAt: null,
      nextProbeAt: null,
      failingSince: null,
    });
    expect(receiver.requests('/circuit')).toHaveLength(before + 3 + FRESH - 3);
    await platform.mutate('webhookDelete', { id }, 'deletedWebhookId');
  });

  it('is switched off after AUTO_DISABLE_AFTER, which the live feed shows with the reason', async () => {
    const url = receiver.url('/dead');
    receiver.on('/dead', status(503));
    const { id } = await platform.createWebhook({ url });
    const [eventId = ''] = await trigger(1);
    const [first] = await waitFor(async () => {
      const states = await statesOf([eventId], id);
      return states[0]?.status === 'RETRYING' && states;
    });
    expect(first?.attemptCount).toBe(1);

    // From here on, however late the subscription begins.
    const { deliveries } = await installation.ask<{ deliveries: { feedCursor: string } }>(
      '{ deliveries { feedCursor } }',
    );
    const seen: { isActive: boolean; disabledReason: string | null }[] = [];
    const stop = installation.socket().subscribe<{
      deliveryUpdated: { delivery: { webhook: { isActive: boolean; disabledReason: string } } };
    }>(
      {
        query:
          'subscription ($after: String) { deliveryUpdated(after: $after) { delivery { webhook { isActive disabledReason } } } }',
        variables: { after: deliveries.feedCursor },
      },
      {
        next: ({ data }) => data && seen.push(data.deliveryUpdated.delivery.webhook),
        error: (error) => {
          throw error;
        },
        complete: () => {},
      },
    );
    await rewrite('failingSince', '-5 days', url);
    // Its last attempt is due now.
    await installation.database.pool.query(
      `UPDATE "Delivery" SET "nextAttemptAt" = now() - interval '2 minutes' WHERE "eventId" = $1`,
      [eventId],
    );
    await waitFor(() => seen.some(({ disabledReason }) => disabledReason === 'FAILING'));
    stop();
    expect(seen.at(-1)).toEqual({ isActive: false, disabledReason: 'FAILING' });
    expect(await healthOf(id)).toMatchObject({
      isActive: false,
      disabledReason: 'FAILING',
      disabledAt: expect.any(String),
      circuitOpenedAt: null,
    });
    expect((await platform.trigger()).webhooksNotified).toBe(0);

    await platform.mutate('webhookUpdate', { id, isActive: true }, 'webhook { id }');
    expect(await healthOf(id)).toMatchObject({
      isActive: true,
      disabledReason: null,
      failingSince: null,
    });
  });
});
