import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createMicroBatch } from '../database/micro-batch.ts';
import {
  recordAttempts,
  recordInLine,
  type AttemptRecord,
  type Recorded,
} from '../deliveries/changes/record.ts';
import type { ChangedDelivery } from '../deliveries/changes/transition.ts';
import type { HealthPolicy } from '../domain/delivery/webhook-health.ts';
import type { Announcer } from '../feed/contract.ts';
import { DUE_SLOT_MS, type DueJob, type QueueProducer } from '../queue/contract.ts';
import type { DatabaseClock } from '../database/clock.ts';
import { traceStep } from '../steps.ts';
import { createUnderWay } from '../under-way.ts';
import type { Persist } from './persistence.ts';

export interface Recorder {
  /** Settles when the attempt is on record; it waits for a database that is away. */
  record(attempt: AttemptRecord): Promise<void>;
  drain(): Promise<void>;
}

/** From so many attempts under way on, larger batches save more than the longer wait costs. */
const MANY = 100;

/** Milliseconds; an attempt that is alone waits for nobody. */
function lingerMs(underWay: number): number {
  if (underWay <= 1) return 0;
  if (underWay < MANY) return 4;
  return underWay < 2 * MANY ? 10 : 25;
}

/**
 * Puts attempts on record, many in a statement, then announces what changed and asks to be
 * woken when the next attempts are due.
 */
export function createRecorder(parts: {
  pool: Pool;
  announcer: Announcer;
  producer: QueueProducer;
  clock: DatabaseClock;
  persist: Persist;
  health: HealthPolicy;
  /** Told what has its turn now in its line, which is still to be announced. */
  onTurned: (turned: readonly ChangedDelivery[]) => void;
  /** How many attempts are under way: for their results it is worth waiting a little. */
  underWay: () => number;
  /** Aborts when the worker can wait no longer. */
  signal: AbortSignal;
  logger: Logger;
}): Recorder {
  const hints = createUnderWay();
  const batch = createMicroBatch<AttemptRecord, null>({
    maxItems: 200,
    parallel: 2,
    aloneFrom: 0,
    lingerMs: () => lingerMs(parts.underWay()),
    async flush(attempts) {
      const recorded = await recordAll(attempts);
      if (recorded.turned.length > 0) parts.onTurned(recorded.turned);
      traceStep('recorded', () => recorded.changed.map(({ id }) => id));
      parts.announcer.announce(recorded.changed.map(({ tenantId }) => tenantId));
      if (recorded.changed.length > 0) parts.clock.observe(recorded.now);
      if (recorded.due.length > 0) {
        hints.track(parts.producer.due(toDueJobs(recorded.due), recorded.now));
      }
      return attempts.map(() => null);
    },
  });

  async function recordAll(attempts: AttemptRecord[]): Promise<Recorded> {
    const inLine = attempts.filter(({ orderingKey }) => orderingKey !== null);
    if (inLine.length === 0) return recordWhatCan(attempts, recordAttempts);
    const others = attempts.filter(({ orderingKey }) => orderingKey === null);
    return joined(
      await Promise.all([
        recordWhatCan(inLine, recordInLine),
        ...(others.length > 0 ? [recordWhatCan(others, recordAttempts)] : []),
      ]),
    );
  }

  /** One attempt that the database refuses must not keep the others off the record. */
  async function recordWhatCan(
    attempts: AttemptRecord[],
    record: typeof recordInLine,
  ): Promise<Recorded> {
    try {
      return await parts.persist(() => record(parts.pool, attempts, parts.health));
    } catch (error) {
      if (parts.signal.aborted) throw error;
      const [only, ...others] = attempts;
      if (only === undefined) throw error;
      if (others.length === 0) {
        parts.logger.error({ err: error }, 'attempt.response_not_kept');
        return await parts.persist(() => record(parts.pool, [withoutResponse(only)], parts.health));
      }
      return joined(await Promise.all(attempts.map((attempt) => recordWhatCan([attempt], record))));
    }
  }

  return {
    async record(attempt) {
      await batch.add(attempt);
    },
    async drain() {
      await batch.drain();
      await hints.none();
    },
  };
}

function joined(parted: readonly Recorded[]): Recorded {
  return {
    changed: parted.flatMap(({ changed }) => changed),
    turned: parted.flatMap(({ turned }) => turned),
    due: parted.flatMap(({ due }) => due),
    now: Math.max(...parted.map(({ now }) => now)),
  };
}

function withoutResponse(attempt: AttemptRecord): AttemptRecord {
  return {
    ...attempt,
    responseHead: '',
    responseBody: null,
    responseBodyTruncated: true,
    errorMessage: attempt.errorCode === null ? null : 'The response could not be kept.',
  };
}

/** One job for a webhook and {@link DUE_SLOT_MS}, at the slot's end: all of the slot is due then. */
function toDueJobs(due: readonly { webhookId: string; dueAt: number }[]): DueJob[] {
  const jobs = new Map<string, DueJob>();
  for (const { webhookId, dueAt } of due) {
    const slotEnd = Math.ceil(dueAt / DUE_SLOT_MS) * DUE_SLOT_MS;
    jobs.set(`${webhookId} ${slotEnd}`, { webhookId, dueAt: slotEnd });
  }
  return [...jobs.values()];
}
