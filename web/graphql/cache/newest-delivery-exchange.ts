import type { Exchange } from '@urql/core';
import { map, pipe } from 'wonka';

import { isOlder } from './copies.ts';
import { eachDelivery, type FoundDelivery } from './each-delivery.ts';

/** A delivery's own fields that change with its version. */
const CHANGING_FIELDS = [
  'status',
  'attemptCount',
  'nextAttemptAt',
  'completedAt',
  'failureReason',
  'updatedAt',
] as const;

type Known = { version: number } & Partial<Record<(typeof CHANGING_FIELDS)[number], unknown>>;

const MOST_KNOWN = 20_000;

/**
 * Keeps deliveries from going back in time. A query that was overtaken by the feed brings an older
 * copy than is shown; its own fields are replaced by the newest that came in any result.
 *
 * `version` stays the copy's own: it is what a copy is as a whole, with its attempts, and whoever
 * compares versions must not take a mended copy for a newer one.
 */
export function newestDeliveryExchange(mostKnown: number = MOST_KNOWN): Exchange {
  /** By id, those not seen for longest first. */
  const known = new Map<string, Known>();

  function meet(delivery: FoundDelivery): void {
    const { id, version } = delivery;
    const newest = known.get(id);
    known.delete(id);
    if (newest !== undefined && isOlder(delivery, newest)) {
      known.set(id, newest);
      for (const field of CHANGING_FIELDS) {
        if (field in delivery && field in newest) delivery[field] = newest[field];
      }
      return;
    }
    const now: Known = newest === undefined || isOlder(newest, delivery) ? { version } : newest;
    for (const field of CHANGING_FIELDS) {
      if (field in delivery) now[field] = delivery[field];
    }
    known.set(id, now);
    if (known.size <= mostKnown) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }

  return ({ forward }) =>
    (operations$) =>
      pipe(
        forward(operations$),
        map((result) => {
          eachDelivery(result.data, meet);
          return result;
        }),
      );
}
