import { createMicroBatch } from '../database/micro-batch.ts';
import { type BullJob, deliverJob, dueJob } from './bullmq-job.ts';
import { CHUNK_SIZE, type DeliverJob, type QueueProducer } from './contract.ts';
import type { FaultLog } from '../faults/fault-log.ts';
import { endsWithin } from '../faults/time-bound.ts';

/** What the producer needs of a BullMQ queue, whatever its backend. */
export interface JobSink {
  add(name: BullJob['name'], data: BullJob['data'], opts: BullJob['opts']): Promise<unknown>;
  addBulk(jobs: BullJob[]): Promise<unknown>;
}

/** Longest that a caller waits for its hint to be taken; the hint may still arrive afterwards. */
const CALLER_WAITS_MS = 1_000;

/** Jobs in one round trip: enough to share it, few enough that the consumers start at once. */
const BULK_SIZE = 500;

/** Round trips with deliveries at the same time. */
const PARALLEL = 2;

/** So many hints may be under way past their caller's wait; then the server counts as away. */
const MAX_OVERDUE = 64;

/** @param isAway whether it is already known that nothing can be added now. */
export function createBullProducer(
  sink: JobSink,
  faults: FaultLog,
  isAway: () => boolean,
): QueueProducer {
  let overdue = 0;
  let lastTakenAt = -Infinity;

  async function addAll(jobs: readonly BullJob[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += BULK_SIZE) {
      const bulk = jobs.slice(start, start + BULK_SIZE);
      const [first] = bulk;
      if (first !== undefined && bulk.length === 1) {
        await sink.add(first.name, first.data, first.opts);
      } else {
        await sink.addBulk(bulk);
      }
    }
  }

  function taken(): void {
    lastTakenAt = performance.now();
    faults.recovered();
  }

  async function hint(jobs: readonly BullJob[]): Promise<void> {
    if (jobs.length === 0 || isAway() || overdue >= MAX_OVERDUE) return;
    const beganAt = performance.now();
    const adding = addAll(jobs).then(taken, (error: unknown) => faults.failed(error));
    if (await endsWithin(adding, CALLER_WAITS_MS)) return;
    // A hint that still hangs on a lost connection is no fault of a server that is back.
    if (lastTakenAt < beganAt) {
      faults.failed(new Error(`The queue took no job within ${CALLER_WAITS_MS} ms`));
    }
    overdue += 1;
    void adding.finally(() => (overdue -= 1));
  }

  // While the queue takes some, more gather, and are one job: each costs both sides a few round trips.
  const deliveries = createMicroBatch<readonly DeliverJob[], null>({
    maxItems: BULK_SIZE,
    parallel: PARALLEL,
    async flush(calls) {
      await hint(merged(calls).map(deliverJob));
      return calls.map(() => null);
    },
  });

  return {
    async deliver(jobs) {
      if (jobs.length > 0) await deliveries.add(jobs);
    },
    due: (jobs, now) => hint(jobs.map((job) => dueJob(job, now))),
  };
}

/** Those of callers with one job each are joined, up to {@link CHUNK_SIZE} ids; who has more has cut them up. */
function merged(calls: readonly (readonly DeliverJob[])[]): DeliverJob[] {
  const cutUp: DeliverJob[] = [];
  const joined: DeliverJob[] = [];
  let room = 0;
  for (const jobs of calls) {
    const [job] = jobs;
    if (job === undefined || jobs.length > 1) {
      cutUp.push(...jobs);
      continue;
    }
    const size = job.webhooks.reduce((sum, { deliveryIds }) => sum + deliveryIds.length, 0);
    if (size > room) {
      joined.push({ webhooks: [] });
      room = CHUNK_SIZE;
    }
    joined.at(-1)?.webhooks.push(...job.webhooks);
    room -= size;
  }
  return [...cutUp, ...joined];
}
