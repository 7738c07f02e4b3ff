import type { Pool } from 'pg';
import { findDueWebhooks } from '../deliveries/due-webhooks.ts';
import { NIL_UUID } from '../domain/identifiers.ts';

const WEBHOOKS_PER_PAGE = 1_000;

/**
 * Finds what is due and unclaimed, whatever became of the hints: webhooks by id, a page each
 * time, then from the start again.
 */
export function createSweep(
  pool: Pool,
  holdSeconds: number,
  lookAt: (webhookIds: readonly string[]) => Promise<void>,
): () => Promise<void> {
  let after = NIL_UUID;
  return async () => {
    const webhookIds = await findDueWebhooks(pool, after, WEBHOOKS_PER_PAGE, holdSeconds);
    after = webhookIds.length === WEBHOOKS_PER_PAGE ? (webhookIds.at(-1) ?? NIL_UUID) : NIL_UUID;
    await lookAt(webhookIds);
  };
}
