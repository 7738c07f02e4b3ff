import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { ADVISORY_LOCKS, underLock } from '../database/advisory-locks.ts';
import { deleteErased } from '../customers/erasing.ts';
import { deleteExpired } from '../deliveries/retention.ts';
import { foldAll } from '../deliveries/stats/rollup-fold.ts';
import { expireChanges } from '../feed/log/change-log-expiry.ts';
import { createRepetition, type Repetition } from './repetition.ts';

const FOLD_MS = 2_000;
const DELTAS_PER_FOLD = 500;
const EXPIRY_MS = 600_000;
const ERASING_MS = 5_000;
const RETENTION_MS = 3_600_000;
/** So that a start is not slowed by what has a day's time. */
const SOON_MS = 30_000;

/** What a worker does beside delivering: sums folded, old changes and old deliveries deleted, erased customers gone. */
export function createUpkeep(parts: {
  pool: Pool;
  retentionDays: number;
  logger: Logger;
}): Repetition {
  const { pool, logger } = parts;
  const stopping = new AbortController();

  const runRetention = async () => {
    await underLock(pool, ADVISORY_LOCKS.retention, async () => {
      const deleted = await deleteExpired(pool, parts.retentionDays, stopping.signal);
      if (deleted > 0) logger.info({ deliveries: deleted }, 'retention.deleted');
    });
  };

  const runErasing = async () => {
    await underLock(pool, ADVISORY_LOCKS.erasing, async () => {
      const gone = await deleteErased(pool, stopping.signal);
      if (gone > 0) logger.info({ customers: gone }, 'customers.erased');
    });
  };

  const repetitions = [
    createRepetition({
      everyMs: FOLD_MS,
      run: () => foldAll(pool, { limit: DELTAS_PER_FOLD, signal: stopping.signal }),
      logger,
      fault: 'upkeep.fold_failed',
    }),
    createRepetition({
      everyMs: EXPIRY_MS,
      firstAfterMs: SOON_MS,
      run: async () => void (await expireChanges(pool, { signal: stopping.signal })),
      logger,
      fault: 'upkeep.changes_not_deleted',
    }),
    createRepetition({
      everyMs: ERASING_MS,
      run: runErasing,
      logger,
      fault: 'customers.not_erased',
    }),
    createRepetition({
      everyMs: RETENTION_MS,
      firstAfterMs: SOON_MS,
      run: runRetention,
      logger,
      fault: 'retention.failed',
    }),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(repetitions.map((repetition) => repetition.stop()));
    },
  };
}
