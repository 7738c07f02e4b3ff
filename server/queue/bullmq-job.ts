import type { BulkJobOptions } from 'bullmq';
import { z } from 'zod';
import { DUE_SLOT_MS, type DeliverJob, type DueJob } from './contract.ts';

/**
 * How the contract's two jobs look in BullMQ. They share one queue, distinguished by name, so
 * that a consumer costs one blocking connection and one idle poll.
 */

export interface BullJob {
  name: 'deliver' | 'due';
  data: DeliverJob | DueJob;
  opts: BulkJobOptions;
}

/**
 * The database decides what is finished, so a job is tried once and leaves nothing behind.
 * Leaving nothing is a must for due jobs: BullMQ drops, without a word, a job whose id still
 * exists, even as a finished one.
 */
const leaveNothing = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

export function deliverJob(job: DeliverJob): BullJob {
  return { name: 'deliver', data: job, opts: leaveNothing };
}

/**
 * The delay is taken between two times of the database's clock, so that it does not matter what
 * this process's clock says. An id may not hold `:`, which BullMQ keeps for itself.
 */
export function dueJob(job: DueJob, now: number): BullJob {
  const slot = Math.ceil(job.dueAt / DUE_SLOT_MS);
  const dueAt = slot * DUE_SLOT_MS;
  return {
    name: 'due',
    data: { webhookId: job.webhookId, dueAt },
    opts: {
      ...leaveNothing,
      jobId: `due-${job.webhookId}-${slot}`,
      // The database's clock has fractions, a delay on PostgreSQL has none.
      delay: Math.max(0, Math.ceil(dueAt - now)),
    },
  };
}

export const webhookDeliveries = z.array(
  z.object({ webhookId: z.string(), deliveryIds: z.array(z.string()) }),
);

/** What a job that was taken from the queue has to hold: another version may have written it. */
export const deliverData = z.object({ webhooks: webhookDeliveries });

export const dueData = z.object({ webhookId: z.string(), dueAt: z.number() });
