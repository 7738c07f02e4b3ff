import { describe, expect, it } from 'vitest';

import type { DeliverJob, DueJob } from '../../server/queue/contract.ts';
import { hintingHere } from '../../server/queue/hinting-here.ts';

const JOB: DeliverJob = { webhooks: [{ webhookId: 'w', deliveryIds: ['d'] }] };
const OTHER: DeliverJob = { webhooks: [{ webhookId: 'v', deliveryIds: ['e'] }] };
const DUE: DueJob = { webhookId: 'w', dueAt: 1 };

describe('a producer that hints at its own process', () => {
  it('has the queue keep what was made before anybody looks, and all due times', async () => {
    const queued: DeliverJob[] = [];
    const due: DueJob[] = [];
    const seen: DeliverJob[] = [];
    let worker: { deliver(job: DeliverJob): Promise<void> } | null = null;
    const producer = hintingHere(
      {
        async deliver(jobs) {
          queued.push(...jobs);
        },
        async due(jobs) {
          due.push(...jobs);
        },
      },
      () => worker,
    );
    await producer.deliver([JOB]);
    expect(queued).toEqual([JOB]);

    worker = {
      async deliver(job) {
        seen.push(job);
      },
    };
    await producer.deliver([JOB, OTHER]);
    await producer.due([DUE], 0);
    expect(seen).toEqual([JOB, OTHER]);
    expect(queued).toEqual([JOB]);
    expect(due).toEqual([DUE]);
  });
});
