/**
 * "At once", as a due time. Times are kept to the millisecond and rounded on the way in, so that
 * now() itself may end up half a millisecond ahead: a claim that comes sooner than that would find
 * nothing due, and the delivery would wait for the sweep.
 */
export const DUE_AT_ONCE = "date_trunc('milliseconds', now())";
