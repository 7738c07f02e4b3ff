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
      waitsFor {
        id
        event {
          id
          type
          orderingKey
        }
      }
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
  /** The delivery that must end before; null where none is known. */
  waitsFor: NonNullable<ResultOf<typeof HoldingQuery>['delivery']>['waitsFor'];
}

/** A pause or an open circuit begins and ends without a change of the delivery that waits for it. */
const LOOK_EVERY_MS = 5_000;

/** What holds a delivery back that is due; null where nothing does. */
export function useHoldingWebhook(delivery: DeliveryDetail | null): Holding | null {
  const isWaiting = delivery?.status === 'PENDING' || delivery?.status === 'RETRYING';
  const dueAt = delivery?.nextAttemptAt ?? null;
  const isInLine = isWaiting && dueAt === null;
  const isDue = useClock(
    (now) => isInLine || (isWaiting && dueAt !== null && Date.parse(dueAt) <= now),
  );
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
  const holding = { webhook, waitsFor: data?.delivery?.waitsFor ?? null };
  if (isInLine) return { ...holding, by: 'ORDER' };
  if (webhook.isPaused) return { ...holding, by: 'PAUSED' };
  if (webhook.circuitOpenedAt !== null) return { ...holding, by: 'CIRCUIT_OPEN' };
  return data?.delivery?.heldBy === 'RATE_LIMITED' ? { ...holding, by: 'RATE_LIMITED' } : null;
}
