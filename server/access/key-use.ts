import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { isToldElsewhere } from '../faults/database-faults.ts';
import { createFaultLog } from '../faults/fault-log.ts';

/** Keeps `lastUsedAt` of API keys, to the minute and in the background. */
export interface KeyUse {
  /** These keys were used now. */
  note(apiKeyIds: readonly string[]): void;
  /** Settles when what was noted is written; never rejects. */
  drain(): Promise<void>;
}

/** `lastUsedAt` is written at most this often for a key. */
const LAST_USED_RESOLUTION_MS = 60_000;

export function createKeyUse({ pool, logger }: { pool: Pool; logger: Logger }): KeyUse {
  const lastUsed = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  const faults = createFaultLog(
    logger,
    { away: 'access.last_use_not_written' },
    { isToldElsewhere },
  );

  return {
    note(apiKeyIds) {
      const now = performance.now();
      const due = apiKeyIds.filter(
        (id) => now - (lastUsed.get(id) ?? -Infinity) >= LAST_USED_RESOLUTION_MS,
      );
      if (due.length === 0) return;
      for (const id of due) {
        // Set anew, so that the map stays in the order of use and its old end can be dropped.
        lastUsed.delete(id);
        lastUsed.set(id, now);
      }
      for (const [id, at] of lastUsed) {
        if (now - at < LAST_USED_RESOLUTION_MS) break;
        lastUsed.delete(id);
      }
      writing = Promise.all([writing, writeLastUsed(pool, due)]).then(
        () => faults.recovered(),
        (error: unknown) => faults.failed(error),
      );
    },
    drain: () => writing,
  };
}

async function writeLastUsed(pool: Pool, apiKeyIds: readonly string[]): Promise<void> {
  await pool.query({
    name: 'api-keys-used',
    // Rows are locked in id order, so that two processes writing the same keys cannot deadlock.
    text: `UPDATE "ApiKey" SET "lastUsedAt" = now()
           WHERE id IN (
             SELECT id FROM "ApiKey"
             WHERE id = ANY($1::uuid[])
               AND ("lastUsedAt" IS NULL OR "lastUsedAt" < now() - interval '1 minute')
             ORDER BY id FOR UPDATE)`,
    values: [apiKeyIds],
  });
}
