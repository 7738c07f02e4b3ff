import { timingSafeEqual } from 'node:crypto';

import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { createMicroBatch } from '../database/micro-batch.ts';
import { createRecentReads } from '../database/recent-reads.ts';
import type { Role } from '../generated/prisma/enums.ts';
import type { Caller } from './caller.ts';
import { hashKey } from './key-material.ts';
import { createKeyUse } from './key-use.ts';

/**
 * Who a key belongs to. A key that was found good is taken as such for a second, so that a platform
 * that sends one event after the other does not wait for a look-up at each.
 */
export interface CallerLookup {
  /** The caller behind a key; null where it is unknown or revoked. Concurrent look-ups share a statement. */
  resolveCaller(key: string): Promise<Caller | null>;
  /** Settles when what is written in the background is written; never rejects. */
  drain(): Promise<void>;
}

/** The look-up of a process that ends keys itself too. */
export interface EndingCallerLookup extends CallerLookup {
  /** From now on this key is good for nothing here, whatever was just read of it. */
  forget(apiKeyId: string): void;
}

/** Keys that are remembered (docs/api.md: one that another process revokes is good for a second more). */
const MAX_REMEMBERED = 10_000;

const MAX_LOOKUPS_IN_STATEMENT = 500;
/** Longer ones are no keys of ours (env.ts bounds BOOTSTRAP_API_KEY alike) and are not hashed. */
const MAX_KEY_LENGTH = 512;

interface KeyRow {
  id: string;
  tenantId: string;
  role: Role;
  hash: Buffer;
}

export interface CallerLookupOptions {
  pool: Pool;
  logger: Logger;
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

export function createCallerLookup(options: CallerLookupOptions): EndingCallerLookup {
  const { pool, logger, now } = options;
  const keyUse = createKeyUse({ pool, logger });
  const lookups = createMicroBatch<Buffer, Caller | null>({
    maxItems: MAX_LOOKUPS_IN_STATEMENT,
    parallel: 2,
    flush: async (hashes) => {
      const rows = await keysByHash(pool, hashes);
      const callers = hashes.map((hash) => {
        const row = rows.find((candidate) => timingSafeEqual(candidate.hash, hash));
        return row === undefined
          ? null
          : { tenantId: row.tenantId, apiKeyId: row.id, role: row.role };
      });
      keyUse.note(rows.map((row) => row.id));
      return callers;
    },
  });

  /** By the hash of the key. */
  const callers = createRecentReads<Caller | null>({
    read: (hash) => lookups.add(Buffer.from(hash, 'latin1')),
    most: MAX_REMEMBERED,
    now,
  });

  return {
    async resolveCaller(key) {
      if (key.length > MAX_KEY_LENGTH) return null;
      const hash = hashKey(key).toString('latin1');
      return callers.recall(hash) ?? callers.read(hash);
    },
    forget: (apiKeyId) => callers.forget((caller) => caller.apiKeyId === apiKeyId),
    drain: async () => {
      await lookups.drain();
      await keyUse.drain();
    },
  };
}

async function keysByHash(pool: Pool, hashes: readonly Buffer[]): Promise<KeyRow[]> {
  const { rows } = await pool.query<KeyRow>({
    name: 'api-keys-by-hash',
    text: `SELECT id, "tenantId", role, hash FROM "ApiKey"
           WHERE hash = ANY($1::bytea[]) AND "revokedAt" IS NULL`,
    values: [hashes],
  });
  return rows;
}
