import { useMemo } from 'react';
import { useQuery } from 'urql';

import { useClock } from '../lib/time/clock.ts';
import { useSameValue } from '../lib/same-value.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { graphql, type ResultOf } from '../graphql/graphql.ts';
import { useReadAgain } from '../graphql/use-read-again.ts';

const UnreachedWebhooksQuery = graphql(`
  query UnreachedWebhooks {
    webhooks(filter: { needsAttention: true }, first: 100) {
      totalCount
      nodes {
        id
        name
        isActive
        disabledReason
        circuitOpenedAt
        failingSince
        nextProbeAt
        oldestDueAt
      }
    }
  }
`);

/** The webhooks that deliveries do not reach now. */
export type UnreachedWebhooks = ResultOf<typeof UnreachedWebhooksQuery>['webhooks'];

/** Those webhooks, the newest hundred of them, read again as deliveries change; null until known. */
export function useUnreachedWebhooks(): UnreachedWebhooks | null {
  const [{ data, error }, ask] = useQuery({
    query: UnreachedWebhooksQuery,
    requestPolicy: 'cache-and-network',
  });
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), {
    hasFailed: error !== undefined,
    changedBy: { webhookId: null },
  });
  return data?.webhooks ?? null;
}

/** The ids of webhooks whose circuit is open; the same set until another one is. */
export function useOpenCircuits(): ReadonlySet<string> {
  const nodes = useUnreachedWebhooks()?.nodes ?? [];
  const ids = useSameValue(
    nodes.flatMap(({ id, circuitOpenedAt }) => (circuitOpenedAt === null ? [] : [id])),
  );
  return useMemo(() => new Set(ids), [ids]);
}

/** Whether an open circuit holds a delivery back that is due. */
export function useIsHeld(
  { status, nextAttemptAt, webhook }: Pick<DeliveryRow, 'status' | 'nextAttemptAt' | 'webhook'>,
  openCircuits: ReadonlySet<string>,
): boolean {
  const isWaiting = status === 'PENDING' || status === 'RETRYING';
  const mayBeHeld = isWaiting && nextAttemptAt !== null && openCircuits.has(webhook.id);
  const dueAt = mayBeHeld ? Date.parse(nextAttemptAt) : null;
  return useClock((now) => dueAt !== null && dueAt <= now);
}
