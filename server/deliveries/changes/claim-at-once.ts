import type { ClaimedDelivery, Claimer } from './claim.ts';

/**
 * A delivery can be made as claimed, where the process that makes it also sends, or knows of a worker that
 * has room: no queue, no claim of its own, and one update of its row less.
 */
export interface ClaimAtOnce {
  claimer: Claimer;
  /** How many deliveries at most. */
  room: number;
  /** Webhooks that have no room for one delivery of each event. */
  crowded: readonly string[];
}

/** Room that is kept until it is known what became of it. */
export interface ClaimOffer extends ClaimAtOnce {
  /** Sends what was claimed: nothing where nothing was made. Once for each offer. */
  settle(claimed: readonly ClaimedDelivery[]): void;
}

/**
 * Asks for room for one delivery of each of so many events to any webhook, at whoever sends in this process
 * or at another's; null where there is too little.
 */
export type OfferClaim = (events: number) => ClaimOffer | null;
