import type { DeliverJob, QueueProducer } from './contract.ts';

/** The one who looks where a hint says. */
interface Looker {
  deliver(job: DeliverJob): Promise<void>;
}

/**
 * A producer for the process that is alone in its installation: hints for new deliveries go to its own
 * worker, since a job would cost the database more than the deliveries do. Due times go by the queue.
 * @param looker null while there is none: the queue keeps the hint for it.
 */
export function hintingHere(queue: QueueProducer, looker: () => Looker | null): QueueProducer {
  return {
    due: (jobs, now) => queue.due(jobs, now),
    async deliver(jobs) {
      const here = looker();
      if (here === null) await queue.deliver(jobs);
      else await Promise.all(jobs.map((job) => here.deliver(job)));
    },
  };
}
