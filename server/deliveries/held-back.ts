/**
 * What keeps deliveries from going out although they are due: their webhook is paused, or its circuit is
 * open. It is no state of a delivery: it follows from the webhook's row at every claim and every reading.
 */

/** Whether a webhook, `w`, is paused; a pause ends by itself where it has an end. */
export const isPausedSql = (w: string) =>
  `(${w}."pausedAt" IS NOT NULL AND (${w}."pausedUntil" IS NULL OR ${w}."pausedUntil" > now()))`;

/** Longer than anything waits: as long as a pause may last. */
const FOR_EVER = "interval '1000 years'";

/**
 * How long past its time an attempt waits while something holds it back, for a webhook `w`. What goes out
 * in spite of that is due by so much earlier.
 * @param seconds how long an open circuit holds back; no longer than the webhook's own first delay.
 */
export const heldBack = (seconds: string) => `CASE
  WHEN ${isPausedSql('w')} THEN ${FOR_EVER}
  WHEN w."circuitOpenedAt" IS NULL THEN interval '0'
  ELSE make_interval(secs => least(${seconds}, (w."retryDelays"->>0)::float8)) END`;

/**
 * How much earlier what a person sends is due, so that no pause of `w` holds it back, nor an open circuit where
 * it has a rate limit: its claims go by due time alone.
 */
export const pastHolds = (w: string) =>
  `CASE WHEN ${isPausedSql(w)} OR ${w}."circuitOpenedAt" IS NOT NULL AND ${w}."rateAttempts" IS NOT NULL
    THEN ${FOR_EVER} ELSE interval '0' END`;
