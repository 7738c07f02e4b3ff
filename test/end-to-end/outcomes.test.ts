import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startInstallation,
  VARIANTS,
  SENDING_VARIANTS,
  type Installation,
  type Variant,
} from '../support/installation/installation.ts';
import {
  platformOn,
  type DeliveryRecord,
  type Platform,
} from '../support/installation/platform.ts';
import {
  bigBody,
  closeWithoutAnswer,
  drip,
  failTimes,
  hang,
  redirect,
  retryAfter,
  startReceiver,
  status,
  type Behaviour,
  type Receiver,
} from '../support/receiver/receiver.ts';
import { PATIENCE_MS, waitFor } from '../support/wait.ts';

/** An installation and a receiver for a group of tests, and a delivery from one to the other. */
function useOutcomes(variant: Variant) {
  let installation: Installation;
  let platform: Platform;
  let receiver: Receiver;
  let paths = 0;
  beforeAll(async () => {
    receiver = await startReceiver();
    installation = await startInstallation(variant, { WEBHOOK_TIMEOUT: '0.5' });
    platform = platformOn(installation);
  });
  afterAll(async () => {
    await installation.stop();
    await receiver.close();
  });

  /** Sends one event to a new endpoint that behaves like this, to the delivery's end. */
  async function deliver(behaviour: Behaviour) {
    const path = `/outcome-${(paths += 1)}`;
    receiver.on(path, behaviour);
    const { id } = await platform.createWebhook({ url: receiver.url(path) });
    const sent = await platform.mutate<{ delivery: { event: { eventId: string } } }>(
      'webhookTest',
      { id, eventType: 'user.created' },
      'delivery { event { eventId } }',
    );
    const delivery = await waitFor(
      async () => {
        const [only] = await platform.deliveriesOf(sent.delivery.event.eventId);
        return only !== undefined && ['SUCCESS', 'FAILED'].includes(only.status) && only;
      },
      { timeoutMs: 2 * PATIENCE_MS },
    );
    return { delivery, path, webhookId: id };
  }

  /** Milliseconds from the end of each attempt to the start of the next. */
  function waitsOf({ attempts }: DeliveryRecord): number[] {
    return attempts.slice(1).map((attempt, index) => {
      const before = attempts[index];
      if (before === undefined) throw new Error('no attempt before');
      return Date.parse(attempt.startedAt) - Date.parse(before.startedAt) - before.durationMs;
    });
  }

  return {
    deliver,
    waitsOf,
    get platform() {
      return platform;
    },
    get receiver() {
      return receiver;
    },
  };
}

/** A lost hint costs at most the sweep's second, at every attempt; a machine that is busy costs more. */
const slack = 10_000;

describe.each(SENDING_VARIANTS)('when it is tried again, with $name', (variant) => {
  const on = useOutcomes(variant);

  it('tries again after 1, 2, 4 and 8 times the first wait, then gives up', async () => {
    const { delivery, path } = await on.deliver(status(500, 'broken'));
    expect(delivery).toMatchObject({
      status: 'FAILED',
      failureReason: 'ATTEMPTS_EXHAUSTED',
      attemptCount: 5,
    });
    expect(delivery.attempts.map((attempt) => attempt.number)).toEqual([1, 2, 3, 4, 5]);
    for (const attempt of delivery.attempts) {
      expect(attempt).toMatchObject({
        errorCode: 'HTTP_STATUS',
        responseStatusCode: 500,
        responseBody: 'broken',
      });
    }
    for (const [index, wait] of on.waitsOf(delivery).entries()) {
      const planned = 200 * 2 ** index;
      // durationMs is rounded, and two clocks are read.
      expect(wait).toBeGreaterThanOrEqual(planned - 5);
      expect(wait).toBeLessThan(planned + slack);
    }
    const requests = on.receiver.requests(path);
    expect(requests.map((request) => request.headers['x-webhook-attempt'])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(new Set(requests.map((request) => request.headers['webhook-id'])).size).toBe(1);
    expect(new Set(requests.map((request) => request.body.toString())).size).toBe(1);
  });

  it('succeeds at the third attempt where the first two fail', async () => {
    const { delivery } = await on.deliver(failTimes(2, 503));
    expect(delivery).toMatchObject({ status: 'SUCCESS', attemptCount: 3 });
    expect(delivery.attempts.map((attempt) => attempt.responseStatusCode)).toEqual([503, 503, 200]);
  });

  it('waits as long as Retry-After asks, where that is longer', async () => {
    let turn = 0;
    const { delivery } = await on.deliver((request, response) => {
      turn += 1;
      const answer = [retryAfter(429, 1), retryAfter(503, 0), retryAfter(500, 5)][turn - 1];
      (answer ?? status(200))(request, response);
    });
    const [longer, shorter, ignored] = on.waitsOf(delivery);
    expect(longer).toBeGreaterThanOrEqual(995);
    expect(longer).toBeLessThan(1_000 + slack);
    expect(shorter).toBeGreaterThanOrEqual(395);
    expect(ignored).toBeLessThan(800 + slack);
  });
});

describe.each(VARIANTS)('what a receiver does, with $name', (variant) => {
  const on = useOutcomes(variant);

  it('takes any 2xx for success, at the first attempt', async () => {
    const { delivery } = await on.deliver(status(204));
    expect(delivery).toMatchObject({
      status: 'SUCCESS',
      attemptCount: 1,
      failureReason: null,
      nextAttemptAt: null,
      attempts: [{ number: 1, responseStatusCode: 204, errorCode: null }],
    });
    expect(delivery.completedAt).not.toBeNull();
  });

  it('ends an attempt that hangs, or drips, at its timeout over all', async () => {
    let turn = 0;
    const answers: Behaviour[] = [hang(), drip(50), status(200)];
    const { delivery } = await on.deliver((request, response) => {
      answers[turn]?.(request, response);
      turn += 1;
    });
    expect(delivery).toMatchObject({ status: 'SUCCESS', attemptCount: 3 });
    const [hung, dripped] = delivery.attempts;
    expect(hung).toMatchObject({ errorCode: 'TIMEOUT', responseStatusCode: null });
    expect(dripped).toMatchObject({ errorCode: 'TIMEOUT', responseStatusCode: 200 });
    for (const attempt of [hung, dripped]) {
      expect(attempt?.durationMs).toBeGreaterThanOrEqual(495);
      expect(attempt?.durationMs).toBeLessThan(500 + slack);
    }
  });

  it('follows no redirect', async () => {
    let turn = 0;
    const target = on.receiver.url('/redirected-to');
    const { delivery } = await on.deliver((request, response) => {
      turn += 1;
      (turn === 1 ? redirect(target) : status(200))(request, response);
    });
    expect(delivery.attempts[0]).toMatchObject({
      errorCode: 'HTTP_STATUS',
      responseStatusCode: 302,
    });
    expect(on.receiver.requests('/redirected-to')).toHaveLength(0);
  });

  it('ends at once at 410, and switches the webhook off', async () => {
    const { delivery, webhookId } = await on.deliver(status(410));
    expect(delivery).toMatchObject({ status: 'FAILED', failureReason: 'GONE', attemptCount: 1 });
    expect(await on.platform.webhook(webhookId)).toEqual({
      isActive: false,
      disabledReason: 'GONE',
    });
  });

  it('keeps 16 KiB of a response and says that it was cut', async () => {
    const { delivery } = await on.deliver(bigBody(1_000_000));
    const [attempt] = delivery.attempts;
    expect(delivery.status).toBe('SUCCESS');
    expect(attempt?.responseBody).toHaveLength(16_384);
    expect(attempt?.responseBodyTruncated).toBe(true);
  });

  it('records a connection that ends without an answer', async () => {
    let turn = 0;
    const { delivery } = await on.deliver((request, response) => {
      turn += 1;
      (turn === 1 ? closeWithoutAnswer() : status(200))(request, response);
    });
    expect(delivery.attempts[0]).toMatchObject({
      errorCode: 'CONNECTION',
      responseStatusCode: null,
    });
    expect(delivery.status).toBe('SUCCESS');
  });
});
