import type { Pool } from 'pg';
import { breakUpLines, findLines, putRight, type Line } from '../deliveries/changes/order.ts';
import type { ChangedDelivery } from '../deliveries/changes/transition.ts';
import { NIL_UUID } from '../domain/identifiers.ts';

const LINES_PER_PAGE = 1_000;
const FROM_THE_START: Line = { webhookId: NIL_UUID, key: '' };

/**
 * Puts lines right that nobody turns (deliveries/changes/order.ts): whose turn went with an erased customer or
 * a webhook that was off for a while, and those of webhooks that keep no order any more. By webhook and key, a
 * page each time, then from the start again.
 */
export function createOrderSweep(
  pool: Pool,
  onTurned: (changed: readonly ChangedDelivery[]) => void,
): () => Promise<void> {
  let after = FROM_THE_START;
  return async () => {
    const lines = await findLines(pool, after, LINES_PER_PAGE);
    after = lines.length === LINES_PER_PAGE ? (lines.at(-1) ?? FROM_THE_START) : FROM_THE_START;
    const stuck = lines.filter(({ isKept, hasTurn }) => isKept && !hasTurn);
    if (stuck.length > 0) onTurned(await putRight(pool, stuck));
    const given = new Set(lines.flatMap(({ isKept, webhookId }) => (isKept ? [] : [webhookId])));
    for (const webhookId of given) {
      onTurned(await breakUpLines(pool, webhookId));
    }
  };
}
