/** Codes of what a caller can mend; the contract's UserErrorCode. */
export const USER_FAULT_CODES = [
  'INVALID',
  'NOT_FOUND',
  'URL_NOT_ALLOWED',
  'UNKNOWN_EVENT_TYPE',
  'TOO_LARGE',
  'CONFLICT',
  'NOT_ALLOWED_NOW',
] as const;
export type UserFaultCode = (typeof USER_FAULT_CODES)[number];

/** Something the caller can mend: it is answered in `userErrors`, and nothing was changed. */
export interface UserFault {
  /** Path of the argument at fault, e.g. ["input", "url"]; null where no single one is. */
  field: string[] | null;
  /** Says what is wrong and how to correct it. */
  message: string;
  code: UserFaultCode;
}

/** What a service returns: the value, or every fault found (never both, never none). */
export type Outcome<T> = { value: T; faults?: never } | { value?: never; faults: UserFault[] };
