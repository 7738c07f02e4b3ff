import { timingSafeEqual } from 'node:crypto';

import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { createMicroBatch } from '../database/micro-batch.ts';
import type { Role } from '../generated/prisma/enums.ts';
import type { Caller } from './caller.ts';
import { hashKey } from './key-material.ts';
import { createKeyUse } from './key-use.ts';

/** Who a key belongs to. Nothing is remembered over a revocation: each look-up asks the database. */
export interface CallerLookup {
  /** The caller behind a key; null where it is unknown or revoked. Concurrent look-ups share a statement. */
  resolveCaller(key: string): Promise<Caller | null>;
  /** Settles when what is written in the background is written; never rejects. */
  drain(): Promise<void>;
}

const MAX_LOOKUPS_IN_STATEMENT = 500;
/** Longer ones are no keys of ours (env.ts bounds BOOTSTRAP_API_KEY alike) and are not hashed. */
const MAX_KEY_LENGTH = 512;

interface KeyRow {
  id: string;
  tenantId: string;
  role: Role;
  hash: Buffer;
}

export function createCallerLookup({ pool, logger }: { pool: Pool; logger: Logger }): CallerLookup {
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

  return {
    resolveCaller: (key) =>
      key.length > MAX_KEY_LENGTH ? Promise.resolve(null) : lookups.add(hashKey(key)),
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
