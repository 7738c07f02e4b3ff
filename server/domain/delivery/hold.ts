import type { DeliveryStatus } from './delivery-states.ts';
import { ownDelays } from './retry-schedule.ts';

/**
 * What keeps a delivery from going out although nothing else is missing, as readers are shown it. The statements that
 * claim follow the same rules (deliveries/held-back.ts).
 */

/** What of a webhook's row holds its deliveries back. */
export interface HoldingWebhook {
  pausedAt: Date | null;
  pausedUntil: Date | null;
  circuitOpenedAt: Date | null;
  /** Its own delays as they are kept; null where it has none. */
  retryDelays: unknown;
  /** When its rate limit lets the next attempt begin; null, or past, where it does now, or where it has none. */
  rateFullUntil: Date | null;
}

/** When a delivery is due, which is null once it is claimed or has ended; and when it last changed. */
interface DueTime {
  nextAttemptAt: Date | null;
  updatedAt: Date;
}

export const HOLDS = ['PAUSED', 'CIRCUIT_OPEN', 'RATE_LIMITED', 'ORDER'] as const;
export type DeliveryHold = (typeof HOLDS)[number];

/** Since when and until when a webhook is paused; null where it is not, or not any more. */
export function pauseOf(
  { pausedAt, pausedUntil }: Pick<HoldingWebhook, 'pausedAt' | 'pausedUntil'>,
  now: Date,
): { at: Date; until: Date | null } | null {
  if (pausedAt === null || (pausedUntil !== null && pausedUntil <= now)) return null;
  return { at: pausedAt, until: pausedUntil };
}

/** What of its webhook holds a delivery back that is due; null where nothing does, or it is not due. */
export function holdOf(
  delivery: DueTime,
  webhook: HoldingWebhook,
  circuitHoldsSeconds: number,
  now: Date,
): DeliveryHold | null {
  const { nextAttemptAt, updatedAt } = delivery;
  if (nextAttemptAt === null || nextAttemptAt > now) return null;
  // By hand: it was made due so early that no pause and no circuit holds it back.
  const isByHand = updatedAt.getTime() - nextAttemptAt.getTime() > BY_HAND_MS;
  if (!isByHand && pauseOf(webhook, now) !== null) return 'PAUSED';
  if (!isByHand && isBehindCircuit(nextAttemptAt, webhook, circuitHoldsSeconds, now)) {
    return 'CIRCUIT_OPEN';
  }
  return webhook.rateFullUntil !== null && webhook.rateFullUntil > now ? 'RATE_LIMITED' : null;
}

/** Whether it waits for an earlier one of its orderingKey: all others that wait are due at some time. */
export function isInLine({
  status,
  nextAttemptAt,
}: {
  status: DeliveryStatus;
  nextAttemptAt: Date | null;
}): boolean {
  return nextAttemptAt === null && (status === 'PENDING' || status === 'RETRYING');
}

function isBehindCircuit(
  dueAt: Date,
  { circuitOpenedAt, retryDelays }: HoldingWebhook,
  circuitHoldsSeconds: number,
  now: Date,
): boolean {
  if (circuitOpenedAt === null) return false;
  const first = ownDelays(retryDelays)?.[0] ?? circuitHoldsSeconds;
  const heldMs = Math.min(first, circuitHoldsSeconds) * 1_000;
  return dueAt.getTime() > now.getTime() - heldMs;
}

/** Nothing is due that long before it was last changed, but what goes past a pause. */
const BY_HAND_MS = 100 * 365 * 86_400_000;

/** When an attempt is shown as due: what goes past a pause, since it was asked for. */
export function shownDueTime(delivery: DueTime): Date | null {
  const { nextAttemptAt, updatedAt } = delivery;
  return nextAttemptAt !== null && nextAttemptAt < updatedAt ? updatedAt : nextAttemptAt;
}
