import type { Pool } from 'pg';
import { isPausedSql } from './held-back.ts';

/** More than these wait a second for the next turn. */
const PROBES_AT_ONCE = 500;

const TAKE_DUE_PROBES = `
UPDATE "Webhook" w SET "nextProbeAt" = now() + make_interval(secs => $1::float8)
FROM (
  SELECT w.id FROM "Webhook" w
  WHERE w."circuitOpenedAt" IS NOT NULL AND w."nextProbeAt" <= now() AND NOT ${isPausedSql('w')} AND EXISTS (
    SELECT FROM "Delivery" d WHERE d."webhookId" = w.id
      AND d.status IN ('PENDING', 'RETRYING') AND d."nextAttemptAt" <= now())
  ORDER BY w.id LIMIT ${PROBES_AT_ONCE} FOR UPDATE SKIP LOCKED
) taken WHERE w.id = taken.id
RETURNING w.id`;

/**
 * The webhooks with an open circuit whose next probe is due and that have something to probe with.
 * Each is answered to one worker only; its next probe is `probeSeconds` later.
 */
export async function takeDueProbes(pool: Pool, probeSeconds: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'take-due-probes',
    text: TAKE_DUE_PROBES,
    values: [probeSeconds],
  });
  return rows.map(({ id }) => id);
}
