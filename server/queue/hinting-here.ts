import type { DeliverJob, QueueProducer } from './contract.ts';

/** The worker of this process. */
interface LocalWorker {
  deliver(job: DeliverJob): Promise<void>;
}

/**
 * A producer for the process that is alone in its installation: hints for new deliveries go to its own
 * worker, since a job would cost the database more than the deliveries do. Due times go by the queue.
 * @param worker null until it has started: the queue keeps the hint for it.
 */
export function hintingHere(queue: QueueProducer, worker: () => LocalWorker | null): QueueProducer {
  return {
    due: (jobs, now) => queue.due(jobs, now),
    async deliver(jobs) {
      const here = worker();
      if (here === null) await queue.deliver(jobs);
      else await Promise.all(jobs.map((job) => here.deliver(job)));
    },
  };
}
