import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BackendFactory,
  DelayedError,
  type IQueueBackend,
  type Job,
  type JobProgress,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import type { Logger } from 'pino';
import { deliverData, dueData } from './bullmq-job.ts';
import type { QueueConsumer, QueueHandlers } from './contract.ts';
import { isToldElsewhere } from '../faults/database-faults.ts';
import { createFaultLog } from '../faults/fault-log.ts';
import { endsWithin } from '../faults/time-bound.ts';

/** Handlers run one claiming statement each, so a few at once keep the database's pool busy. */
const CONCURRENCY = 8;

/** After a fault of the server BullMQ asks again, at once for most faults; this slows it down. */
const RETRY_AFTER_FAULT_MS = 250;

/** How long the connections get to go when jobs outlast the time that `close` was given. */
const ABANDON_MS = 500;

/** What one kind of queue brings for its consumer. */
export interface ConsumerBackend<B extends IQueueBackend, Connection> {
  queueName: string;
  factory: BackendFactory<B, Connection>;
  options: Pick<WorkerOptions<Connection>, 'connection' | 'prefix' | 'drainDelay'>;
  /** Drops the connections, whatever is under way on them. */
  disconnect(): Promise<void>;
}

/** Two things that BullMQ's worker lacks: patience with a server that fails, and a firm close. */
class PatientWorker<B extends IQueueBackend, Connection> extends Worker<
  unknown,
  void,
  string,
  B,
  JobProgress,
  Connection
> {
  protected override async moveToActive(token: string, name?: string) {
    // A wait that closing interrupts would still take a job. Nobody sees this error.
    if (this.closing) throw new Error('The consumer is closing');
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      if (!this.closing) await sleep(RETRY_AFTER_FAULT_MS);
      throw error;
    }
  }
}

/** Starts to take jobs at once, or as soon as the queue's server is there. */
export function startBullConsumer<B extends IQueueBackend, Connection>(
  backend: ConsumerBackend<B, Connection>,
  handlers: QueueHandlers,
  logger: Logger,
): QueueConsumer & { ready(): Promise<void>; recovered(): void } {
  const serverFaults = createFaultLog(logger, {
    away: 'queue.consumer_lost',
    back: 'queue.consumer_back',
  });
  const handlerFaults = createFaultLog(
    logger,
    { away: 'queue.jobs_fail', back: 'queue.jobs_succeed' },
    { isToldElsewhere },
  );

  async function process(job: Job<unknown, void>, token?: string): Promise<void> {
    let earlyByMs = 0;
    try {
      if (job.name === 'due') earlyByMs = await handlers.due(dueData.parse(job.data));
      else await handlers.deliver(deliverData.parse(job.data));
      handlerFaults.recovered();
    } catch (error) {
      handlerFaults.failed(error);
      return;
    }
    if (earlyByMs <= 0) return;
    await job.moveToDelayed(Date.now() + Math.ceil(earlyByMs), token);
    throw new DelayedError();
  }

  const worker = new PatientWorker<B, Connection>(
    backend.queueName,
    process,
    { ...backend.options, concurrency: CONCURRENCY, runRetryDelay: RETRY_AFTER_FAULT_MS },
    backend.factory,
  );
  worker.on('error', (error) => serverFaults.failed(error));
  worker.on('completed', () => serverFaults.recovered());

  return {
    ready: () => worker.waitUntilReady(),
    recovered: () => serverFaults.recovered(),
    async close(timeoutMs) {
      const ended = await endsWithin(worker.close(), timeoutMs);
      if (!ended) logger.warn({ timeoutMs }, 'queue.jobs_left');
      await endsWithin(backend.disconnect(), ABANDON_MS);
    },
  };
}
