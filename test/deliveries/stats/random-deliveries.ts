import type { Pool } from 'pg';
import { DELIVERY_STATUSES } from '../../../server/domain/delivery/delivery-states.ts';
import { foldRollups } from '../../../server/deliveries/stats/rollup-fold.ts';
import {
  appendSums,
  insertDeliveries,
  insertTenant,
  insertWebhook,
  makeDelivery,
  makeEvent,
  type MadeDelivery,
} from '../../support/database/delivery-factory.ts';
import type { Random } from '../../support/random.ts';

export interface RandomDeliveries {
  tenantId: string;
  /** The last one is deleted. */
  webhookIds: string[];
  deliveries: MadeDelivery[];
}

/**
 * A tenant with deliveries over the given time, in every status, tests among them, crowded where
 * minutes, hours and days begin; some sums folded into rollups, some not yet, some in halves.
 */
export async function insertRandomDeliveries(
  pool: Pool,
  random: Random,
  { from, to, count }: { from: number; to: number; count: number },
): Promise<RandomDeliveries> {
  const tenantId = await insertTenant(pool);
  const webhooks = [
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId),
    await insertWebhook(pool, tenantId, { isDeleted: true }),
  ];
  const webhookIds = webhooks.map((webhook) => webhook.id);
  const deliveries = Array.from({ length: count }, () => {
    const length = random.pick([1, 60_000, 3_600_000, 86_400_000]);
    const anywhere = random.integer(from, to);
    const nearStart = Math.floor(anywhere / length) * length + random.integer(-3, 3);
    const createdAt = new Date(Math.min(to - 1, Math.max(from, nearStart)));
    const event = makeEvent(tenantId, { createdAt, isTest: random.next() < 0.1 });
    const status = random.pick(DELIVERY_STATUSES);
    return makeDelivery(event, random.pick(webhookIds), {
      status,
      attemptCount: status === 'PENDING' ? 0 : random.integer(status === 'SENDING' ? 0 : 1, 5),
      latencyMs: Math.floor(Math.exp(random.next() * 10) - 1),
    });
  });
  await insertDeliveries(pool, deliveries);
  const third = Math.ceil(count / 3);
  await appendSums(pool, deliveries.slice(0, third));
  await foldRollups(pool);
  await appendSums(pool, deliveries.slice(third, 2 * third));
  await foldRollups(pool, { limit: 150 });
  await appendSums(pool, deliveries.slice(2 * third));
  return { tenantId, webhookIds, deliveries };
}
