import { MAX_OWN_DELAY_SECONDS, MAX_OWN_DELAYS } from './delivery/retry-schedule.ts';
import { isStorable, STORABLE } from './stored-text.ts';
import type { RateLimit } from './delivery/rate-limit.ts';
import type { UserFault } from './user-fault.ts';

/** The rules of single values of an input; each returns every fault that it finds, or none. */

/** Path of an argument, e.g. `["input", "name"]`. */
export type Path = readonly string[];

const NAME_MAX = 200;
const DESCRIPTION_MAX = 2_000;
const GROUP_MAX = 100;
const TIMEOUT_MIN = 1;
const TIMEOUT_MAX = 120;
export const GRACE_DEFAULT = 86_400;
const GRACE_MAX = 604_800;

export function invalid(field: Path, message: string): UserFault {
  return { field: [...field], message, code: 'INVALID' };
}

export function tooLarge(field: Path, message: string): UserFault {
  return { field: [...field], message, code: 'TOO_LARGE' };
}

/** The domain's rules say what is wrong in a clause; callers read sentences. */
export function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** For what an update was given null where nothing is to be cleared. */
export function notNull(field: Path, what: string): UserFault {
  return invalid(field, `${what} cannot be null: leave it out to keep it as it is.`);
}

/** The fault for a webhook that the tenant does not have. */
export function noSuchWebhook(field: Path): UserFault {
  return { field: [...field], message: 'There is no webhook with this id.', code: 'NOT_FOUND' };
}

/** 1 to {@link NAME_MAX} characters, not all of them blank. */
export function nameFaults(name: string, field: Path): UserFault[] {
  return labelFaults(name, NAME_MAX, field, 'The name');
}

/** 1 to {@link GROUP_MAX} characters, not all of them blank. */
export function groupFaults(group: string, field: Path): UserFault[] {
  return labelFaults(group, GROUP_MAX, field, 'The group');
}

function labelFaults(text: string, max: number, field: Path, what: string): UserFault[] {
  const unkeepable = unkeepableText(text, field, what);
  if (unkeepable.length > 0) return unkeepable;
  if (text.trim() === '') return [invalid(field, `${what} must have 1 character or more.`)];
  return tooLong(text, max, field, what);
}

/** At most {@link DESCRIPTION_MAX} characters. */
export function descriptionFaults(description: string, field: Path): UserFault[] {
  const unkeepable = unkeepableText(description, field, 'The description');
  if (unkeepable.length > 0) return unkeepable;
  return tooLong(description, DESCRIPTION_MAX, field, 'The description');
}

/** Whole seconds (contract.graphql, Webhook.timeout). */
export function timeoutFaults(timeout: number, field: Path): UserFault[] {
  return wholeNumberFaults(timeout, TIMEOUT_MIN, TIMEOUT_MAX, field, 'The timeout');
}

/** Whole seconds (contract.graphql, WebhookSecretRotateInput.gracePeriodSeconds). */
export function gracePeriodFaults(seconds: number, field: Path): UserFault[] {
  return wholeNumberFaults(seconds, 0, GRACE_MAX, field, 'The grace period');
}

/** Seconds before the second, third … attempt (contract, RetryPolicyInput.delays). */
export function retryDelayFaults(delays: readonly number[], field: Path): UserFault[] {
  if (delays.length > MAX_OWN_DELAYS) {
    const message = `A retry policy has at most ${MAX_OWN_DELAYS} delays; this one has ${delays.length}.`;
    return [tooLarge(field, message)];
  }
  return delays.flatMap((delay, index) =>
    delay >= 0 && delay <= MAX_OWN_DELAY_SECONDS
      ? []
      : [
          invalid(
            [...field, String(index)],
            `A delay must be a number of seconds from 0 to ${MAX_OWN_DELAY_SECONDS} (7 days).`,
          ),
        ],
  );
}

/** How many attempts a rate limit may name, and how long its window may be, in seconds. */
const RATE_ATTEMPTS_MAX = 100_000;
const RATE_WINDOW_MAX = 3_600;

/** A rate limit: 1 to 100,000 attempts in any 1 to 3,600 seconds. */
export function rateLimitFaults({ attempts, perSeconds }: RateLimit, field: Path): UserFault[] {
  const faults: UserFault[] = [];
  if (attempts < 1 || attempts > RATE_ATTEMPTS_MAX) {
    const message = `attempts must be a whole number from 1 to ${RATE_ATTEMPTS_MAX}; give rateLimit null for no limit, and pause the webhook to hold it.`;
    faults.push(invalid([...field, 'attempts'], message));
  }
  return [
    ...faults,
    ...wholeNumberFaults(perSeconds, 1, RATE_WINDOW_MAX, [...field, 'perSeconds'], 'perSeconds'),
  ];
}

function wholeNumberFaults(n: number, min: number, max: number, field: Path, what: string) {
  if (Number.isInteger(n) && n >= min && n <= max) return [];
  return [invalid(field, `${what} must be a whole number of seconds from ${min} to ${max}.`)];
}

function tooLong(text: string, max: number, field: Path, what: string): UserFault[] {
  const length = [...text].length;
  if (length <= max) return [];
  return [tooLarge(field, `${what} has ${length} characters; ${max} is the most.`)];
}

function unkeepableText(text: string, field: Path, what: string): UserFault[] {
  return isStorable(text) ? [] : [invalid(field, `${what} must hold ${STORABLE}.`)];
}
