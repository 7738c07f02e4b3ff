import { useState } from 'react';

import type { DeliveryDetail } from '../../live/delivery-detail.ts';

export interface FollowedAttempt {
  /** The attempt that is unfolded by itself. */
  readonly id: string | null;
  /** Who sends it again wants to see what comes of it. */
  followNext(): void;
}

/**
 * Which attempt unfolds by itself: the newest when the pane opens, or the first that comes. Later
 * ones stay folded, for the one that is being read must not move away; unless they were asked for.
 */
export function useFollowedAttempt(attempts: DeliveryDetail['attempts'] | null): FollowedAttempt {
  const newest = attempts?.at(-1)?.id ?? null;
  const [id, setId] = useState(newest);
  const [waitsAfter, setWaitsAfter] = useState<{ newest: string | null } | null>(null);
  if (newest !== null && (id === null || (waitsAfter !== null && waitsAfter.newest !== newest))) {
    setId(newest);
    setWaitsAfter(null);
  }
  return { id, followNext: () => setWaitsAfter({ newest }) };
}
