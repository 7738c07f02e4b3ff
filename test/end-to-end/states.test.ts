import { describe, expect, it } from 'vitest';
import { holdAnswers } from '../support/receiver/held-answers.ts';
import { VARIANTS, SENDING_VARIANTS } from '../support/installation/installation.ts';
import type { DeliveryRecord } from '../support/installation/platform.ts';
import { failTimes, status } from '../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';

interface RetryAnswer {
  delivery: { id: string; status: string; attemptCount: number; version: number } | null;
}

const retry = (tenant: StageTenant, id: string) =>
  tenant.mutate<RetryAnswer>(
    'deliveryRetry',
    { id },
    'delivery { id status attemptCount version }',
  );
const update = (tenant: StageTenant, input: Record<string, unknown>) =>
  tenant.mutate('webhookUpdate', input, 'webhook { id }');
const remove = (tenant: StageTenant, id: string) =>
  tenant.mutate('webhookDelete', { id }, 'deletedWebhookId');

/** An event's only delivery once it stands there. */
const inStatus = (tenant: StageTenant, eventId: string, wanted: string): Promise<DeliveryRecord> =>
  waitFor(async () => {
    const [only] = await tenant.deliveriesOf(eventId);
    return only?.status === wanted && only;
  });

describe.each(SENDING_VARIANTS)('a retry by hand, with $name', (variant) => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '2' });

  it('sends a delivery that succeeded once more; its attempts go on counting', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    const eventId = await tenant.send();
    const [first] = await tenant.ended(eventId);
    const { delivery, userErrors } = await retry(tenant, first?.id ?? '');
    expect(userErrors).toEqual([]);
    expect(delivery?.id).toBe(first?.id);
    expect(delivery?.version).toBeGreaterThan(first?.version ?? Infinity);
    const again = await waitFor(async () => {
      const [now] = await tenant.deliveriesOf(eventId);
      return now?.attempts.length === 2 && now.status === 'SUCCESS' && now;
    });
    expect(again.attemptCount).toBe(1);
    expect(again.attempts.map(({ number }) => number)).toEqual([1, 2]);
    const [one, two] = endpoint.requests();
    expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
    expect(two?.headers['x-webhook-attempt']).toBe('2');
    expect(two?.body).toEqual(one?.body);
  });

  it('gives a delivery that failed its whole schedule again', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint(failTimes(3));
    const eventId = await tenant.send();
    const [failed] = await tenant.ended(eventId);
    expect(failed).toMatchObject({ status: 'FAILED', attemptCount: 2 });
    expect((await retry(tenant, failed?.id ?? '')).userErrors).toEqual([]);
    const again = await inStatus(tenant, eventId, 'SUCCESS');
    expect(again).toMatchObject({ attemptCount: 2, failureReason: null });
    expect(again.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it('changes nothing of a delivery of another tenant', async () => {
    const [tenant, other] = [await stage.tenant(), await stage.tenant()];
    await tenant.endpoint();
    const eventId = await tenant.send();
    const [delivery] = await tenant.ended(eventId);
    expect(await retry(other, delivery?.id ?? '')).toMatchObject({
      delivery: null,
      userErrors: [{ field: ['input', 'id'], code: 'NOT_FOUND' }],
    });
    expect(await tenant.deliveriesOf(eventId)).toEqual([delivery]);
  });

  it('waits for an attempt that is under way', async () => {
    const tenant = await stage.tenant();
    const held = holdAnswers();
    await tenant.endpoint(held.behaviour);
    const eventId = await tenant.send();
    const sending = await inStatus(tenant, eventId, 'SENDING');
    expect(await retry(tenant, sending.id)).toMatchObject({
      delivery: null,
      userErrors: [{ code: 'NOT_ALLOWED_NOW' }],
    });
    held.release();
    expect(await inStatus(tenant, eventId, 'SUCCESS')).toMatchObject({ attemptCount: 1 });
  });

  it('is refused while the webhook is off, or once it is deleted', async () => {
    const tenant = await stage.tenant();
    const { id, requests } = await tenant.endpoint();
    const [delivery] = await tenant.ended(await tenant.send());
    await update(tenant, { id, isActive: false });
    const refused = { delivery: null, userErrors: [{ code: 'NOT_ALLOWED_NOW' }] };
    expect(await retry(tenant, delivery?.id ?? '')).toMatchObject(refused);
    await remove(tenant, id);
    expect(await retry(tenant, delivery?.id ?? '')).toMatchObject(refused);
    expect(requests()).toHaveLength(1);
  });
});

describe.each(SENDING_VARIANTS)('a delivery that waits, with $name', (variant) => {
  /** So long that what waits stays until the test has looked at it. */
  const stage = useStage(variant, { INITIAL_RETRY_DELAY: '60', WEBHOOK_CONCURRENCY: '1' });

  it('goes out at once, as a new run, when it is retried by hand', async () => {
    const tenant = await stage.tenant();
    await tenant.endpoint(failTimes(1));
    const eventId = await tenant.send();
    const waiting = await inStatus(tenant, eventId, 'RETRYING');
    expect(Date.parse(waiting.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(50_000);
    expect((await retry(tenant, waiting.id)).userErrors).toEqual([]);
    const done = await inStatus(tenant, eventId, 'SUCCESS');
    expect(done.attemptCount).toBe(1);
    expect(done.attempts.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('that is PENDING is left as it is by a retry', async () => {
    const tenant = await stage.tenant();
    const held = holdAnswers();
    const endpoint = await tenant.endpoint(held.behaviour);
    const first = await tenant.send();
    await inStatus(tenant, first, 'SENDING');
    const second = await tenant.send();
    const pending = await inStatus(tenant, second, 'PENDING');
    expect(await retry(tenant, pending.id)).toMatchObject({
      delivery: { id: pending.id, status: 'PENDING', version: pending.version },
      userErrors: [],
    });
    expect(await tenant.deliveriesOf(second)).toEqual([pending]);
    held.release();
    await inStatus(tenant, second, 'SUCCESS');
    expect(endpoint.requests()).toHaveLength(2);
  });

  it('fails when its webhook is deleted; so does one whose attempt fails after that', async () => {
    const tenant = await stage.tenant();
    let answer = (_code: number) => {};
    const endpoint = await tenant.endpoint((_request, response) => {
      answer = (code) => response.writeHead(code).end();
    });
    const [inFlight, waiting] = [await tenant.send(), await tenant.send()];
    await stage.receiver.waitForRequests(endpoint.path, 1);
    await remove(tenant, endpoint.id);
    expect(await inStatus(tenant, waiting, 'FAILED')).toMatchObject({
      failureReason: 'WEBHOOK_DELETED',
      attempts: [],
      nextAttemptAt: null,
    });
    answer(500);
    expect(await inStatus(tenant, inFlight, 'FAILED')).toMatchObject({
      failureReason: 'WEBHOOK_DELETED',
      attempts: [{ responseStatusCode: 500 }],
    });
    expect(endpoint.requests()).toHaveLength(1);
  });

  it('is a success where its webhook is deleted while the attempt that succeeds is under way', async () => {
    const tenant = await stage.tenant();
    const held = holdAnswers();
    const endpoint = await tenant.endpoint(held.behaviour);
    const eventId = await tenant.send();
    await stage.receiver.waitForRequests(endpoint.path, 1);
    await remove(tenant, endpoint.id);
    held.release();
    expect(await inStatus(tenant, eventId, 'SUCCESS')).toMatchObject({ failureReason: null });
  });

  it('fails when it comes due while its webhook is off, and is not sent', async () => {
    const tenant = await stage.tenant();
    const held = holdAnswers();
    const endpoint = await tenant.endpoint(held.behaviour);
    const [inFlight, waiting] = [await tenant.send(), await tenant.send()];
    await stage.receiver.waitForRequests(endpoint.path, 1);
    await update(tenant, { id: endpoint.id, isActive: false });
    held.release();
    await inStatus(tenant, inFlight, 'SUCCESS');
    expect(await inStatus(tenant, waiting, 'FAILED')).toMatchObject({
      failureReason: 'WEBHOOK_INACTIVE',
      attempts: [],
    });
    expect(endpoint.requests()).toHaveLength(1);
  });

  it('goes out where its webhook no longer subscribes', async () => {
    const tenant = await stage.tenant();
    const held = holdAnswers();
    const endpoint = await tenant.endpoint(held.behaviour);
    const [, waiting] = [await tenant.send(), await tenant.send()];
    await stage.receiver.waitForRequests(endpoint.path, 1);
    const eventTypes = ['user.created'];
    await tenant.mutate(
      'webhookUnsubscribe',
      { webhookId: endpoint.id, eventTypes },
      'webhook { id }',
    );
    held.release();
    await inStatus(tenant, waiting, 'SUCCESS');
    expect((await tenant.trigger()).webhooksNotified).toBe(0);
  });

  it('is not made of an event triggered while its webhook is off', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint();
    await update(tenant, { id: endpoint.id, isActive: false });
    const missed = await tenant.trigger();
    expect(missed.webhooksNotified).toBe(0);
    await update(tenant, { id: endpoint.id, isActive: true });
    await tenant.ended(await tenant.send());
    expect(await tenant.deliveriesOf(missed.event?.eventId ?? '')).toEqual([]);
    expect(endpoint.requests()).toHaveLength(1);
  });
});

describe.each(VARIANTS)('a test, with $name', (variant) => {
  const stage = useStage(variant);

  const test = (tenant: StageTenant, input: Record<string, unknown>) =>
    tenant.mutate<{ delivery: { isTest: boolean; event: { eventId: string } } | null }>(
      'webhookTest',
      { eventType: 'order.created', ...input },
      'delivery { isTest event { eventId } }',
    );

  it('goes to a webhook that is off and subscribes to nothing, and to it alone', async () => {
    const tenant = await stage.tenant();
    const bystander = await tenant.endpoint(undefined, { eventTypes: ['order.created'] });
    const endpoint = await tenant.endpoint(failTimes(1), { isActive: false, eventTypes: [] });
    const { delivery } = await test(tenant, { id: endpoint.id, payload: { n: 1 } });
    expect(delivery?.isTest).toBe(true);
    const [done] = await tenant.ended(delivery?.event.eventId ?? '');
    expect(done).toMatchObject({ status: 'SUCCESS', attemptCount: 2 });
    expect(JSON.parse(done?.requestBody ?? '')).toMatchObject({
      type: 'order.created',
      data: { n: 1 },
    });
    expect(bystander.requests()).toHaveLength(0);
    const { stats } = await tenant.ask<{ stats: { total: number } }>('{ stats { total } }');
    expect(stats.total).toBe(0);
  });

  it('is refused for a webhook that is deleted or another’s', async () => {
    const [tenant, other] = [await stage.tenant(), await stage.tenant()];
    const endpoint = await tenant.endpoint();
    const refused = { delivery: null, userErrors: [{ field: ['input', 'id'], code: 'NOT_FOUND' }] };
    expect(await test(other, { id: endpoint.id })).toMatchObject(refused);
    await remove(tenant, endpoint.id);
    expect(await test(tenant, { id: endpoint.id })).toMatchObject(refused);
  });

  it('does not bring an endpoint back that says that it is gone', async () => {
    const tenant = await stage.tenant();
    const endpoint = await tenant.endpoint(status(410), { isActive: false });
    const { delivery } = await test(tenant, { id: endpoint.id });
    const [done] = await tenant.ended(delivery?.event.eventId ?? '');
    expect(done).toMatchObject({ status: 'FAILED', failureReason: 'GONE' });
    expect(await tenant.webhook(endpoint.id)).toMatchObject({ isActive: false });
  });
});
