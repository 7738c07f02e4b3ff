import { useEffect } from 'react';
import { useQuery } from 'urql';

import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { useClock } from '../../lib/time/clock.ts';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import type { DeliveryHold } from '../../graphql/delivery-hold.ts';

const HoldingQuery = graphql(`
  query HoldingWebhook($id: ID!, $deliveryId: ID!) {
    delivery(id: $deliveryId) {
      id
      heldBy
    }
    webhook(id: $id) {
      id
      heldCount
      rateLimit {
        attempts
        perSeconds
      }
      circuitOpenedAt
      failingSince
      nextProbeAt
      isPaused
      pausedAt
      pausedUntil
    }
  }
`);

/** A webhook that holds a delivery back, and what does so. */
export interface Holding {
  by: DeliveryHold;
  webhook: NonNullable<ResultOf<typeof HoldingQuery>['webhook']>;
}

/** A pause or an open circuit begins and ends without a change of the delivery that waits for it. */
const LOOK_EVERY_MS = 5_000;

/** What holds a delivery back that is due; null where nothing does. */
export function useHoldingWebhook(delivery: DeliveryDetail | null): Holding | null {
  const isWaiting = delivery?.status === 'PENDING' || delivery?.status === 'RETRYING';
  const dueAt = delivery?.nextAttemptAt ?? null;
  const isDue = useClock((now) => isWaiting && dueAt !== null && Date.parse(dueAt) <= now);
  const [{ data }, look] = useQuery({
    query: HoldingQuery,
    variables: { id: delivery?.webhook.id ?? '', deliveryId: delivery?.id ?? '' },
    requestPolicy: 'cache-and-network',
    pause: !isDue,
  });
  useEffect(() => {
    if (!isDue) return;
    const timer = setInterval(() => look({ requestPolicy: 'network-only' }), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isDue, look]);
  const webhook = data?.webhook ?? null;
  if (!isDue || webhook === null) return null;
  if (webhook.isPaused) return { by: 'PAUSED', webhook };
  if (webhook.circuitOpenedAt !== null) return { by: 'CIRCUIT_OPEN', webhook };
  return data?.delivery?.heldBy === 'RATE_LIMITED' ? { by: 'RATE_LIMITED', webhook } : null;
}
