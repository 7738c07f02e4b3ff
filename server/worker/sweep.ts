import type { Pool } from 'pg';
import { findDueWebhooks } from '../deliveries/due-webhooks.ts';

const WEBHOOKS_PER_PAGE = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Finds what is due and unclaimed, whatever became of the hints: webhooks by id, a page each
 * time, then from the start again.
 */
export function createSweep(
  pool: Pool,
  holdSeconds: number,
  lookAt: (webhookIds: readonly string[]) => Promise<void>,
): () => Promise<void> {
  let after = FIRST;
  return async () => {
    const webhookIds = await findDueWebhooks(pool, after, WEBHOOKS_PER_PAGE, holdSeconds);
    after = webhookIds.length === WEBHOOKS_PER_PAGE ? (webhookIds.at(-1) ?? FIRST) : FIRST;
    await lookAt(webhookIds);
  };
}
