import { useMemo } from 'react';
import { useQuery } from 'urql';

import type { DeliveryHold } from '../graphql/delivery-hold.ts';
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
        isPaused
        failingSince
        nextProbeAt
        oldestDueAt
      }
    }
    paused: webhooks(filter: { isPaused: true }, first: 100) {
      nodes {
        id
      }
    }
    limited: webhooks(filter: { isRateLimited: true }, first: 100) {
      nodes {
        id
      }
    }
  }
`);

type Answer = ResultOf<typeof UnreachedWebhooksQuery>;

/** The webhooks that deliveries do not reach now. */
export type UnreachedWebhooks = Answer['webhooks'];

/** Those webhooks, the newest hundred of them, read again as deliveries change; null until known. */
export function useUnreachedWebhooks(): UnreachedWebhooks | null {
  return useAnswer()?.webhooks ?? null;
}

function useAnswer(): Answer | undefined {
  const [{ data, error }, ask] = useQuery({
    query: UnreachedWebhooksQuery,
    requestPolicy: 'cache-and-network',
  });
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), {
    hasFailed: error !== undefined,
    changedBy: { webhookId: null },
  });
  return data;
}

/** What holds back, by the webhook's id; the same map until that changes. */
export type Holds = ReadonlyMap<string, DeliveryHold>;

/** The webhooks whose deliveries are held back, those of the newest hundred of each kind. */
export function useHolds(): Holds {
  const answer = useAnswer();
  const paused = answer?.paused.nodes ?? [];
  const open = (answer?.webhooks.nodes ?? []).filter(({ circuitOpenedAt }) => circuitOpenedAt);
  const limited = answer?.limited.nodes ?? [];
  const held = useSameValue([
    ...limited.map(({ id }) => [id, 'RATE_LIMITED'] as const),
    ...open.map(({ id }) => [id, 'CIRCUIT_OPEN'] as const),
    ...paused.map(({ id }) => [id, 'PAUSED'] as const),
  ]);
  return useMemo(() => new Map(held), [held]);
}

/** What holds a delivery back that is due; null where nothing does. */
export function useHeldBy(
  { status, nextAttemptAt, webhook }: Pick<DeliveryRow, 'status' | 'nextAttemptAt' | 'webhook'>,
  holds: Holds,
): DeliveryHold | null {
  const isWaiting = status === 'PENDING' || status === 'RETRYING';
  const hold = holds.get(webhook.id) ?? null;
  // All that wait are due at some time, but for those that wait for an earlier one.
  const isInLine = isWaiting && nextAttemptAt === null;
  const dueAt = isWaiting && nextAttemptAt !== null && hold ? Date.parse(nextAttemptAt) : null;
  const isDue = useClock((now) => dueAt !== null && dueAt <= now);
  if (isInLine) return 'ORDER';
  return isDue ? hold : null;
}
