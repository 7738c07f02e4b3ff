import type { Exchange } from '@urql/core';
import { map, pipe } from 'wonka';

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

  function meet(delivery: Record<string, unknown>, id: string, version: number): void {
    const newest = known.get(id);
    known.delete(id);
    if (newest !== undefined && newest.version > version) {
      known.set(id, newest);
      for (const field of CHANGING_FIELDS) {
        if (field in delivery && field in newest) delivery[field] = newest[field];
      }
      return;
    }
    const now: Known = newest?.version === version ? newest : { version };
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

  function visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
    } else if (isRecord(value)) {
      const { __typename, id, version } = value;
      if (__typename === 'Delivery' && typeof id === 'string' && typeof version === 'number') {
        meet(value, id, version);
      }
      for (const field in value) {
        const child = value[field];
        if (typeof child === 'object' && child !== null) visit(child);
      }
    }
  }

  return ({ forward }) =>
    (operations$) =>
      pipe(
        forward(operations$),
        map((result) => {
          visit(result.data);
          return result;
        }),
      );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
