import type { DeliveryRow } from '../live/delivery-row.ts';
import { classNames } from '../lib/class-names.ts';

type Result = Pick<DeliveryRow, 'status' | 'failureReason' | 'lastAttempt'>;
type ErrorCode = NonNullable<NonNullable<DeliveryRow['lastAttempt']>['errorCode']>;

/** An attempt's fault in a word or two; its message says the rest. */
const FAULTS: Record<ErrorCode, string> = {
  HTTP_STATUS: 'Bad status',
  TIMEOUT: 'Timeout',
  DNS: 'No such host',
  CONNECTION: 'No connection',
  TLS: 'TLS fault',
  BLOCKED_ADDRESS: 'Blocked',
  INVALID_RESPONSE: 'Not HTTP',
};

/** How a delivery's newest attempt went, in a word; null where none has ended. */
export function resultOf({ failureReason, lastAttempt }: Result): string | null {
  // Given up for the webhook's sake, whatever the last attempt had met.
  if (failureReason === 'WEBHOOK_DELETED') return 'Webhook deleted';
  if (failureReason === 'WEBHOOK_INACTIVE') return 'Webhook off';
  if (lastAttempt === null) return null;
  const { errorCode, responseStatusCode } = lastAttempt;
  if (errorCode !== null && errorCode !== 'HTTP_STATUS') return FAULTS[errorCode];
  return responseStatusCode === null ? null : `HTTP ${responseStatusCode}`;
}

/** The HTTP status of a delivery's newest attempt, or its fault in a word. */
export function LastResult({ delivery, className }: { delivery: Result; className?: string }) {
  const text = resultOf(delivery);
  const hasFailed = delivery.failureReason !== null || delivery.lastAttempt?.errorCode != null;
  return (
    <span
      title={delivery.lastAttempt?.errorMessage ?? undefined}
      className={classNames(
        'truncate tabular-nums',
        text !== null && hasFailed ? 'text-failed' : 'text-muted',
        className,
      )}
    >
      {text ?? '–'}
    </span>
  );
}
