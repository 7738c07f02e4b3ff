import { useEffect } from 'react';
import { useQuery } from 'urql';

import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { useClock } from '../../lib/time/clock.ts';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';

const CircuitQuery = graphql(`
  query WebhookCircuit($id: ID!) {
    webhook(id: $id) {
      id
      circuitOpenedAt
      failingSince
      nextProbeAt
    }
  }
`);

/** Of a webhook whose circuit is open. */
export type OpenCircuit = NonNullable<ResultOf<typeof CircuitQuery>['webhook']>;

/** A circuit opens and closes without a change of the delivery that waits for it. */
const LOOK_EVERY_MS = 5_000;

/**
 * The open circuit that holds a delivery back: it is due, and its webhook's attempts all fail. Null
 * where none does.
 */
export function useCircuit(delivery: DeliveryDetail | null): OpenCircuit | null {
  const isWaiting = delivery?.status === 'PENDING' || delivery?.status === 'RETRYING';
  const dueAt = delivery?.nextAttemptAt ?? null;
  const isDue = useClock((now) => isWaiting && dueAt !== null && Date.parse(dueAt) <= now);
  const [{ data }, look] = useQuery({
    query: CircuitQuery,
    variables: { id: delivery?.webhook.id ?? '' },
    requestPolicy: 'cache-and-network',
    pause: !isDue,
  });
  useEffect(() => {
    if (!isDue) return;
    const timer = setInterval(() => look({ requestPolicy: 'network-only' }), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isDue, look]);
  const webhook = data?.webhook ?? null;
  return isDue && webhook !== null && webhook.circuitOpenedAt !== null ? webhook : null;
}
