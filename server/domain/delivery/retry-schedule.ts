/** design.md, "Rules of the brief": at once, then initialDelay × factor to the power of 0, 1, 2 … */
export interface RetryPolicy {
  /** Attempts in all, the first among them; 1 or more. */
  maxAttempts: number;
  /** The wait before the second attempt; fractions are legal. */
  initialDelaySeconds: number;
  backoffFactor: number;
  /** Each wait is drawn from its length ± this share of it; 0 to 0.5. */
  jitter: number;
}

/** The waits before the second, third … attempt, and how far each may vary. */
export interface RetrySchedule {
  /** Seconds, each from the end of the failed attempt; fractions are legal. There is one attempt more than delays. */
  delays: readonly number[];
  /** As in {@link RetryPolicy}. */
  jitter: number;
}

/** How many delays a webhook's own schedule may have, and how long each may be, in seconds. */
export const MAX_OWN_DELAYS = 19;
export const MAX_OWN_DELAY_SECONDS = 7 * 86_400;

/** A webhook's own delays, in seconds, from its column; null where the installation's apply. */
export function ownDelays(retryDelays: unknown): number[] | null {
  return Array.isArray(retryDelays) ? retryDelays.map(Number) : null;
}

/** How far a receiver's Retry-After may push the next attempt. */
export const MAX_RETRY_AFTER_SECONDS = 3_600;

/**
 * No wait is longer, however steep the policy: the greatest factor and number of attempts that can
 * be configured would leave the range of the database's timestamps.
 */
const MAX_DELAY_SECONDS = 365 * 86_400;

export interface Circumstances {
  /** Draws from 0 up to but without 1. */
  random?: () => number;
  /** What the receiver asked for; it lengthens the wait up to an hour and never shortens it. */
  retryAfterSeconds?: number | null;
}

/**
 * Seconds from the end of the failed attempt to the next one; null where there is none.
 * @param attempt number of attempts made so far in this run, 1 or more.
 */
export function delaySeconds(
  { delays, jitter }: RetrySchedule,
  attempt: number,
  { random = Math.random, retryAfterSeconds }: Circumstances = {},
): number | null {
  const delay = delays[attempt - 1];
  if (delay === undefined) return null;
  const drawn = delay * (1 + jitter * (2 * random() - 1));
  return Math.max(drawn, Math.min(retryAfterSeconds ?? 0, MAX_RETRY_AFTER_SECONDS));
}

/** Seconds before the second, third … attempt, jitter left out. */
export function retryDelays(policy: RetryPolicy): number[] {
  return Array.from({ length: policy.maxAttempts - 1 }, (_, index) =>
    plainDelay(policy, index + 1),
  );
}

export function retrySchedule(policy: RetryPolicy): RetrySchedule {
  return { delays: retryDelays(policy), jitter: policy.jitter };
}

function plainDelay(policy: RetryPolicy, attempt: number): number {
  const delay = policy.initialDelaySeconds * policy.backoffFactor ** (attempt - 1);
  return Math.min(delay, MAX_DELAY_SECONDS);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** The three forms of RFC 9110, section 5.6.7; a recipient has to know the obsolete ones too. */
const DATES = [
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${TIME} GMT`,
  String.raw`[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${TIME} GMT`,
  String.raw`[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds or a date.
 * @returns seconds from `now`, 0 for a date in the past; null where it is neither.
 */
export function parseRetryAfter(value: string, now: Date): number | null {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const date = parseHttpDate(text, now);
  return date === null ? null : Math.max(0, (date - now.getTime()) / 1_000);
}

/** Milliseconds since the epoch. */
function parseHttpDate(text: string, now: Date): number | null {
  const parts = DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return null;
  const { day, month, year, hour, minute, second } = parts;
  const monthIndex = MONTHS.indexOf(month ?? '');
  if (monthIndex < 0) return null;
  const time = [Number(day), Number(hour), Number(minute), Number(second)] as const;
  const date = Date.UTC(fullYear(year ?? '', now), monthIndex, ...time);
  const [, hours, minutes, seconds] = time;
  // Second 60 is a leap second; Date.UTC takes it into the next minute.
  const isTime = hours < 24 && minutes < 60 && seconds <= 60;
  const isDay = new Date(Date.UTC(fullYear(year ?? '', now), monthIndex, time[0])).getUTCMonth();
  return isTime && isDay === monthIndex ? date : null;
}

/** Two digits that seem more than 50 years ahead are the latest year in the past with those digits. */
function fullYear(digits: string, now: Date): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = now.getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
