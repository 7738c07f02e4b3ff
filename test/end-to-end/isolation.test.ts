import { describe, expect, it } from 'vitest';
import { SENDING_VARIANTS } from '../support/installation/installation.ts';
import type { Behaviour } from '../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';

/** Hangs until it is let go, and counts what it holds at once. */
function slowEndpoint() {
  const held = new Set<() => void>();
  let isReleased = false;
  let most = 0;
  const behaviour: Behaviour = (_request, response) => {
    if (isReleased) return void response.end();
    const answer = () => response.end();
    held.add(answer);
    most = Math.max(most, held.size);
    response.once('close', () => held.delete(answer));
  };
  return {
    behaviour,
    get holds() {
      return held.size;
    },
    get most() {
      return most;
    },
    release() {
      isReleased = true;
      for (const answer of held) answer();
    },
  };
}

const sendMany = (tenant: StageTenant, count: number) =>
  tenant.mutate(
    'eventTriggerBatch',
    { events: Array.from({ length: count }, (_, n) => ({ type: 'user.created', payload: { n } })) },
    'results { isDuplicate }',
  );

const successes = async ({ ask }: StageTenant) => {
  const { stats } = await ask<{ stats: { success: number; total: number } }>(
    '{ stats { success total } }',
  );
  return stats;
};

/** Longer than a test waits for anything: whoever waits for a receiver that hangs fails. */
const WEBHOOK_TIMEOUT = '120';

describe.each(SENDING_VARIANTS)('one receiver that hangs, with $name', (variant) => {
  const stage = useStage(variant, { WEBHOOK_CONCURRENCY: '20', WEBHOOK_TIMEOUT });

  it('holds what it may, delays no other, and gets the rest when it recovers', async () => {
    const tenant = await stage.tenant();
    const slow = slowEndpoint();
    const hanging = await tenant.endpoint(slow.behaviour);
    const healthy = await tenant.endpoint(undefined, { eventTypes: ['user.updated'] });
    await sendMany(tenant, 500);
    await waitFor(() => slow.holds === 20);

    for (let turn = 0; turn < 3; turn += 1) {
      await tenant.ended(await tenant.send({ type: 'user.updated' }));
    }
    expect(healthy.requests()).toHaveLength(3);
    expect(hanging.requests()).toHaveLength(20);

    slow.release();
    await waitFor(async () => (await successes(tenant)).success === 503);
    expect(slow.most).toBe(20);
    const ids = hanging.requests().map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(500);
    expect(new Set(ids).size).toBe(500);
  });
});

describe.each(SENDING_VARIANTS)('thirty receivers that hang, with $name', (variant) => {
  const stage = useStage(variant, {
    WEBHOOK_CONCURRENCY: '8',
    WORKER_CONCURRENCY: '64',
    WEBHOOK_TIMEOUT,
  });

  it('leave room for a healthy one, and are bounded in all', async () => {
    const tenant = await stage.tenant();
    const slow = slowEndpoint();
    await Promise.all(Array.from({ length: 30 }, () => tenant.endpoint(slow.behaviour)));
    await tenant.endpoint(undefined, { eventTypes: ['user.updated'] });
    await sendMany(tenant, 10);
    await waitFor(() => slow.holds >= 30);
    for (let turn = 0; turn < 3; turn += 1) {
      await tenant.ended(await tenant.send({ type: 'user.updated' }));
    }
    // A quarter more than WORKER_CONCURRENCY at the very most (capacity.ts).
    expect(slow.most).toBeLessThanOrEqual(80);
    slow.release();
    await waitFor(async () => (await successes(tenant)).success === 303);
  });
});
