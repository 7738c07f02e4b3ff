import type { AttemptErrorCode, DeliveryFailureReason } from './delivery-states.ts';
import { delaySeconds, parseRetryAfter, type RetrySchedule } from './retry-schedule.ts';

/** What an attempt leads to. */
export type Verdict =
  /** isGone: it succeeded, and the receiver asked for no more. */
  | { status: 'SUCCESS'; isGone?: true }
  | { status: 'FAILED'; reason: DeliveryFailureReason }
  | { status: 'RETRYING'; delaySeconds: number };

/** What counts of an attempt that was made. */
export interface AttemptResult {
  /** null for a success, which is any 2xx read to its end in time. */
  errorCode: AttemptErrorCode | null;
  statusCode: number | null;
  /** The response's Retry-After header. */
  retryAfter: string | null;
  /** The response's webhook-delivery header. */
  deliveryControl: string | null;
}

const GONE = 410;
/** Too Many Requests and Service Unavailable: the statuses whose Retry-After lengthens the wait. */
const RETRY_AFTER_STATUSES = new Set<number | null>([429, 503]);

/**
 * `webhook-delivery: disable`, by which a receiver asks for nothing more to be sent (Svix, "Delivery
 * Control"). Whatever else such a header says is not ours to know.
 */
function isDisable(deliveryControl: string | null): boolean {
  return deliveryControl?.trim().toLowerCase() === 'disable';
}

/**
 * The state machine's one decision (design.md, "Rules of the brief"): 2xx is success, 410 and
 * `webhook-delivery: disable` end the delivery at once and switch its webhook off, all else waits for its next attempt as long as the schedule has one.
 *
 * @param attempts made in this run, this one counted.
 */
export function judgeAttempt(
  schedule: RetrySchedule,
  attempts: number,
  result: AttemptResult,
  now: Date,
): Verdict {
  const isGone = isDisable(result.deliveryControl);
  if (result.errorCode === null) return { status: 'SUCCESS', ...(isGone && { isGone }) };
  if (isGone || result.statusCode === GONE) return { status: 'FAILED', reason: 'GONE' };
  const retryAfterSeconds =
    result.retryAfter !== null && RETRY_AFTER_STATUSES.has(result.statusCode)
      ? parseRetryAfter(result.retryAfter, now)
      : null;
  const delay = delaySeconds(
    schedule,
    attempts,
    retryAfterSeconds === null ? {} : { retryAfterSeconds },
  );
  if (delay === null) return { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' };
  return { status: 'RETRYING', delaySeconds: delay };
}
