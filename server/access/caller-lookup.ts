import { timingSafeEqual } from 'node:crypto';

import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { putLast } from '../domain/bounded-map.ts';
import { createMicroBatch } from '../database/micro-batch.ts';
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

/**
 * A key that another process revokes is good here for so long after it was last looked up
 * (docs/api.md). In use it is looked up again before, beside what uses it.
 */
const REMEMBERED_MS = 1_000;
const REFRESHED_AFTER_MS = 500;
/** Beyond them the one that was looked up longest ago is looked up anew. */
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

interface Remembered {
  caller: Caller;
  /** When its look-up began. */
  askedAt: number;
  isAskedAgain: boolean;
}

export interface CallerLookupOptions {
  pool: Pool;
  logger: Logger;
  /** Milliseconds on a clock that never goes back. */
  now?: () => number;
}

export function createCallerLookup(options: CallerLookupOptions): EndingCallerLookup {
  const { pool, logger, now = () => performance.now() } = options;
  const keyUse = createKeyUse({ pool, logger });
  /** By the hash of the key. */
  const remembered = new Map<string, Remembered>();
  /** How many keys were ended here: what was read before the last of them is not remembered. */
  let endings = 0;

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

  async function ask(name: string, hash: Buffer): Promise<Caller | null> {
    const [askedAt, endingsBefore] = [now(), endings];
    const caller = await lookups.add(hash);
    if (caller === null || endings !== endingsBefore) remembered.delete(name);
    else putLast(remembered, name, { caller, askedAt, isAskedAgain: false }, MAX_REMEMBERED);
    return caller;
  }

  return {
    async resolveCaller(key) {
      if (key.length > MAX_KEY_LENGTH) return null;
      const hash = hashKey(key);
      const name = hash.toString('latin1');
      const known = remembered.get(name);
      const age = known === undefined ? Infinity : now() - known.askedAt;
      if (known === undefined || age >= REMEMBERED_MS) return ask(name, hash);
      if (age >= REFRESHED_AFTER_MS && !known.isAskedAgain) {
        known.isAskedAgain = true;
        // A fault is for whoever asks when this one is forgotten.
        ask(name, hash).catch(() => (known.isAskedAgain = false));
      }
      return known.caller;
    },
    forget(apiKeyId) {
      endings += 1;
      for (const [name, { caller }] of remembered) {
        if (caller.apiKeyId === apiKeyId) remembered.delete(name);
      }
    },
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
