import type { AttemptErrorCode, DeliveryFailureReason } from './delivery-states.ts';
import { delaySeconds, parseRetryAfter, type RetryPolicy } from './retry-schedule.ts';

/** What an attempt leads to. */
export type Verdict =
  | { status: 'SUCCESS' }
  | { status: 'FAILED'; reason: DeliveryFailureReason }
  | { status: 'RETRYING'; delaySeconds: number };

/** What counts of an attempt that was made. */
export interface AttemptResult {
  /** null for a success, which is any 2xx read to its end in time. */
  errorCode: AttemptErrorCode | null;
  statusCode: number | null;
  /** The response's Retry-After header. */
  retryAfter: string | null;
}

const GONE = 410;
/** Too Many Requests and Service Unavailable: the statuses whose Retry-After lengthens the wait. */
const RETRY_AFTER_STATUSES = new Set<number | null>([429, 503]);

/**
 * The state machine's one decision (design.md, "Rules of the brief"): 2xx is success, 410 ends
 * the delivery at once, all else waits for its next attempt as long as the schedule has one.
 *
 * @param attempts made in this run, this one counted.
 */
export function judgeAttempt(
  policy: RetryPolicy,
  attempts: number,
  result: AttemptResult,
  now: Date,
): Verdict {
  if (result.errorCode === null) return { status: 'SUCCESS' };
  if (result.statusCode === GONE) return { status: 'FAILED', reason: 'GONE' };
  const retryAfterSeconds =
    result.retryAfter !== null && RETRY_AFTER_STATUSES.has(result.statusCode)
      ? parseRetryAfter(result.retryAfter, now)
      : null;
  const delay = delaySeconds(
    policy,
    attempts,
    retryAfterSeconds === null ? {} : { retryAfterSeconds },
  );
  if (delay === null) return { status: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' };
  return { status: 'RETRYING', delaySeconds: delay };
}
