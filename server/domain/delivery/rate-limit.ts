/** At most so many attempts begin in any window of so many seconds. */
export interface RateLimit {
  attempts: number;
  /** 1 or more. */
  perSeconds: number;
}

/** A limit as it is given; null for none. */
export type RateLimitInput = { attempts: number; perSeconds?: number | null | undefined } | null;

/** The limit that was given, by the second where no window is named. */
export function givenRateLimit(input: RateLimitInput | undefined): RateLimit | null {
  return input ? { attempts: input.attempts, perSeconds: input.perSeconds ?? 1 } : null;
}
