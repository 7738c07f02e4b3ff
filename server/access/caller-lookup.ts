import { timingSafeEqual } from 'node:crypto';

import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { createMicroBatch } from '../database/micro-batch.ts';
import type { Role } from '../generated/prisma/enums.ts';
import type { Caller } from './caller.ts';
import { hashKey } from './key-material.ts';

/** Who a key belongs to. Nothing is remembered over a revocation: each look-up asks the database. */
export interface CallerLookup {
  /** The caller behind a key; null where it is unknown or revoked. Concurrent look-ups share a statement. */
  resolveCaller(key: string): Promise<Caller | null>;
  /** Which of these keys are no longer good. */
  revokedAmong(apiKeyIds: readonly string[]): Promise<Set<string>>;
  /** Settles when what is written in the background is written; never rejects. */
  drain(): Promise<void>;
}

/** `lastUsedAt` is written at most this often for a key. */
const LAST_USED_RESOLUTION_MS = 60_000;
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
  const lastUsed = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  let faultLogged = false;

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
      noteUse(rows.map((row) => row.id));
      return callers;
    },
  });

  function noteUse(apiKeyIds: readonly string[]): void {
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
      () => {
        faultLogged = false;
      },
      (error: unknown) => {
        if (!faultLogged) logger.warn({ err: error }, 'the last use of API keys was not written');
        faultLogged = true;
      },
    );
  }

  return {
    resolveCaller: (key) =>
      key.length > MAX_KEY_LENGTH ? Promise.resolve(null) : lookups.add(hashKey(key)),
    revokedAmong: (apiKeyIds) => revokedKeys(pool, apiKeyIds),
    drain: async () => {
      await lookups.drain();
      await writing;
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

async function revokedKeys(pool: Pool, apiKeyIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'api-keys-still-good',
    text: `SELECT id FROM "ApiKey" WHERE id = ANY($1::uuid[]) AND "revokedAt" IS NULL`,
    values: [apiKeyIds],
  });
  const good = new Set(rows.map((row) => row.id));
  return new Set(apiKeyIds.filter((id) => !good.has(id)));
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
