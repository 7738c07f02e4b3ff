import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { Pool } from 'pg';
import type { Logger } from 'pino';

import { createMicroBatch } from '../database/micro-batch.ts';
import { newId } from '../domain/identifiers.ts';
import type { Role } from '../generated/prisma/enums.ts';
import type { Caller } from './caller.ts';
import { hashKey } from './key-material.ts';
import { createKeyUse } from './key-use.ts';

/**
 * Browser sessions: a token stands for an API key until it ends, expires, or the key is revoked.
 * Nothing is remembered over any of these: each look-up asks the database.
 */
export interface Sessions {
  /** A new session of the caller's key. Its token is answered this once; only its hash is kept. */
  create(caller: Caller): Promise<string>;
  /**
   * The caller behind a token; null where it is unknown, ended or expired, or its key revoked.
   * Concurrent look-ups share a statement; each counts as a use of the key.
   */
  resolve(token: string): Promise<Caller | null>;
  /** Ends a session for good and returns its id; null where there was none. */
  end(token: string): Promise<string | null>;
  /** Settles when what is written in the background is written; never rejects. */
  drain(): Promise<void>;
}

/** A session's life in seconds, whether it is used or not: seven days. */
export const SESSION_LIFETIME_S = 7 * 24 * 3_600;

const MAX_LOOKUPS_IN_STATEMENT = 500;
/** Expired rows that a new session clears away at most: more than it adds, so that they die out. */
const MAX_EXPIRED_CLEARED = 100;
const TOKEN = /^nxs_session_[\w-]{43}$/;

interface SessionRow {
  id: string;
  tokenHash: Buffer;
  tenantId: string;
  apiKeyId: string;
  role: Role;
}

export function createSessions({ pool, logger }: { pool: Pool; logger: Logger }): Sessions {
  const keyUse = createKeyUse({ pool, logger });

  const lookups = createMicroBatch<Buffer, Caller | null>({
    maxItems: MAX_LOOKUPS_IN_STATEMENT,
    parallel: 2,
    flush: async (hashes) => {
      const rows = await sessionsByHash(pool, hashes);
      keyUse.note([...new Set(rows.map((row) => row.apiKeyId))]);
      return hashes.map((hash) => {
        const row = rows.find((candidate) => timingSafeEqual(candidate.tokenHash, hash));
        if (row === undefined) return null;
        const { id: sessionId, tenantId, apiKeyId, role } = row;
        return { tenantId, apiKeyId, role, sessionId };
      });
    },
  });

  return {
    async create({ tenantId, apiKeyId }) {
      const token = `nxs_session_${randomBytes(32).toString('base64url')}`;
      await insertSession(pool, [newId(), hashKey(token), apiKeyId, tenantId]);
      return token;
    },
    resolve: (token) => (TOKEN.test(token) ? lookups.add(hashKey(token)) : Promise.resolve(null)),
    end: (token) => (TOKEN.test(token) ? deleteSession(pool, token) : Promise.resolve(null)),
    drain: async () => {
      await lookups.drain();
      await keyUse.drain();
    },
  };
}

async function insertSession(
  pool: Pool,
  row: [id: string, tokenHash: Buffer, apiKeyId: string, tenantId: string],
): Promise<void> {
  await pool.query({
    name: 'session-insert',
    text: `WITH expired AS (
             SELECT id FROM "Session" WHERE "expiresAt" <= now()
             ORDER BY "expiresAt" LIMIT ${MAX_EXPIRED_CLEARED} FOR UPDATE SKIP LOCKED
           ), cleared AS (
             DELETE FROM "Session" s USING expired WHERE s.id = expired.id
           )
           INSERT INTO "Session" (id, "tokenHash", "apiKeyId", "tenantId", "expiresAt")
           VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
    values: [...row, SESSION_LIFETIME_S],
  });
}

async function sessionsByHash(pool: Pool, hashes: readonly Buffer[]): Promise<SessionRow[]> {
  const { rows } = await pool.query<SessionRow>({
    name: 'sessions-by-hash',
    text: `SELECT s.id, s."tokenHash", s."tenantId", s."apiKeyId", k.role
           FROM "Session" s JOIN "ApiKey" k ON k.id = s."apiKeyId"
           WHERE s."tokenHash" = ANY($1::bytea[]) AND s."expiresAt" > now()
             AND k."revokedAt" IS NULL`,
    values: [hashes],
  });
  return rows;
}

async function deleteSession(pool: Pool, token: string): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'session-delete',
    text: `DELETE FROM "Session" WHERE "tokenHash" = $1 RETURNING id`,
    values: [hashKey(token)],
  });
  return rows[0]?.id ?? null;
}
