import { describe, expect, it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { FEED_VARIANTS } from '../support/installation/installation.ts';
import { status } from '../support/receiver/receiver.ts';
import { useStage, type StageTenant } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';

interface Stats {
  total: number;
  success: number;
  failed: number;
  at: number;
}

function followStats(tenant: StageTenant, webhookId: string | null = null): Stats[] {
  const came: Stats[] = [];
  tenant.socket().subscribe<{ statsUpdated: Omit<Stats, 'at'> }>(
    {
      query:
        'subscription ($webhookId: ID) { statsUpdated(webhookId: $webhookId) { total success failed } }',
      variables: { webhookId },
    },
    {
      next: ({ data }) => data && came.push({ ...data.statsUpdated, at: performance.now() }),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return came;
}

describe.each(FEED_VARIANTS)('live stats, with $name', (variant) => {
  const stage = useStage(variant, { MAX_RETRY_ATTEMPTS: '1' });

  it('come at once and after changes, at most about once a second', async () => {
    const tenant = await stage.tenant();
    const good = await tenant.endpoint();
    await tenant.endpoint(status(500), { eventTypes: ['user.updated'] });
    await tenant.ended(await tenant.send());
    const [all, ofGood] = [followStats(tenant), followStats(tenant, good.id)];
    await waitFor(() => all.length > 0 && ofGood.length > 0);
    expect(all[0]).toMatchObject({ total: 1, success: 1, failed: 0 });
    expect(ofGood[0]).toMatchObject({ total: 1, success: 1, failed: 0 });

    for (let n = 0; n < 40; n += 1) {
      await tenant.send({ type: n % 4 === 0 ? 'user.updated' : 'user.created' });
      await pause(50);
    }
    await waitFor(() => all.at(-1)?.success === 31 && all.at(-1)?.failed === 10);
    await waitFor(() => ofGood.at(-1)?.success === 31);
    expect(ofGood.at(-1)).toMatchObject({ total: 31, failed: 0 });
    expect(all.length).toBeGreaterThan(2);
    // They may come closer together than they left, on a machine that holds some of them up.
    for (const came of [all, ofGood]) {
      const seconds = ((came.at(-1)?.at ?? 0) - (came[0]?.at ?? 0)) / 1_000;
      expect(came.length).toBeLessThanOrEqual(seconds + 5);
    }
  });
});
