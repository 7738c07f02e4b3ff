import type { Pool } from 'pg';

/**
 * Which of these API keys and sessions are no longer good: keys that were revoked; sessions that
 * ended, expired, or whose key was revoked; ids of neither. One statement for all.
 */
export async function endedCredentials(pool: Pool, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'credentials-still-good',
    text: `SELECT id FROM "ApiKey" WHERE id = ANY($1::uuid[]) AND "revokedAt" IS NULL
           UNION ALL
           SELECT s.id FROM "Session" s JOIN "ApiKey" k ON k.id = s."apiKeyId"
           WHERE s.id = ANY($1::uuid[]) AND s."expiresAt" > now() AND k."revokedAt" IS NULL`,
    values: [ids],
  });
  const good = new Set(rows.map((row) => row.id));
  return new Set(ids.filter((id) => !good.has(id)));
}
