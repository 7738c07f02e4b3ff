import { isPausedSql } from '../held-back.ts';

const MOST_WAITED = "interval '100 years'";

/**
 * "At once", as a due time. Times are kept to the millisecond and rounded on the way in, so that
 * now() itself may end up half a millisecond ahead: a claim that comes sooner than that would find
 * nothing due, and the delivery would wait for the sweep.
 */
export const DUE_AT_ONCE = "date_trunc('milliseconds', now())";

/**
 * A due time for a delivery that had its turn already, and must not wait behind a backlog once more: a little
 * earlier than that of what waits longest of its webhook, and may be earlier than it was made: it was sent as it
 * was made, say, past all that waited. Null where nothing waits, and where something holds the webhook back, for
 * what is due earlier might pass it. What is due 1000 years ago was sent by hand, past a pause: that is no example.
 * @param d a row with "webhookId".
 */
export const beforeTheOthers = (d: string) => `(
  SELECT o."nextAttemptAt" - interval '1 millisecond'
  FROM "Delivery" o JOIN "Webhook" w ON w.id = o."webhookId"
  WHERE o."webhookId" = ${d}."webhookId" AND o.status IN ('PENDING', 'RETRYING') AND o."nextAttemptAt" BETWEEN now() - ${MOST_WAITED} AND now()
    AND w."circuitOpenedAt" IS NULL AND NOT ${isPausedSql('w')}
  ORDER BY o."nextAttemptAt" LIMIT 1)`;
