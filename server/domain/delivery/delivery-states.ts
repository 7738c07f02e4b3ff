/** Statuses of a delivery, by the brief's names in capitals. */
export const DELIVERY_STATUSES = ['PENDING', 'SENDING', 'SUCCESS', 'FAILED', 'RETRYING'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export const FAILURE_REASONS = [
  'ATTEMPTS_EXHAUSTED',
  'GONE',
  'WEBHOOK_DELETED',
  'WEBHOOK_INACTIVE',
] as const;
export type DeliveryFailureReason = (typeof FAILURE_REASONS)[number];

export const ATTEMPT_ERROR_CODES = [
  'HTTP_STATUS',
  'TIMEOUT',
  'DNS',
  'CONNECTION',
  'TLS',
  'BLOCKED_ADDRESS',
  'INVALID_RESPONSE',
] as const;
export type AttemptErrorCode = (typeof ATTEMPT_ERROR_CODES)[number];
