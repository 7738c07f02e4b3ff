import type { RetryPolicy } from './retry-schedule.ts';

/**
 * What follows where a webhook fails all that it is sent. Its circuit opens: what comes due is held
 * back for a while, and single attempts probe it meanwhile (Nygard, "Release It!", "Circuit
 * Breaker"). And after days of it, it is switched off.
 */
export interface HealthPolicy {
  /** Failed attempts in a row that open a webhook's circuit; 0: none ever does. */
  opensAfterFailures: number;
  /** And for so many seconds it must have failed all, so that one burst opens none. */
  opensAfterSeconds: number;
  /** How long past its time an attempt is held back at most, in seconds. */
  holdSeconds: number;
  /** Seconds between two probes. */
  probeSeconds: number;
  /** Seconds of failing all after which a webhook is switched off; 0: never. */
  switchOffAfterSeconds: number;
}

const OPENS_AFTER_SECONDS = 10;
const PROBE_SECONDS = 10;

/**
 * An attempt is held back no longer than the schedule's first wait: so each delivery still ends in
 * a time that the schedule foretells, and a quick schedule has quick circuits.
 *
 * @param settings `circuitBreakerFailures` in a row, `autoDisableDays`; 0 switches either off.
 */
export function healthPolicy(
  { initialDelaySeconds }: RetryPolicy,
  settings: { circuitBreakerFailures: number; autoDisableDays: number },
): HealthPolicy {
  return {
    opensAfterFailures: initialDelaySeconds > 0 ? settings.circuitBreakerFailures : 0,
    opensAfterSeconds: Math.min(OPENS_AFTER_SECONDS, initialDelaySeconds),
    holdSeconds: initialDelaySeconds,
    probeSeconds: Math.min(PROBE_SECONDS, initialDelaySeconds / 4),
    switchOffAfterSeconds: settings.autoDisableDays * 86_400,
  };
}
