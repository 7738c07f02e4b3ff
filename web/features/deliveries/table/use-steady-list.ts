import { useState } from 'react';

import type { DeliveryRow } from '../../../live/delivery-row.ts';
import type { LiveDeliveries } from '../../../live/live-deliveries.ts';
import type { LiveList } from '../../../live/use-live-deliveries.ts';

/** A list that may be the one before. */
export interface SteadyList extends LiveList<DeliveryRow> {
  /** Of the filters before: those that were chosen since are being read. */
  isStale: boolean;
}

/** While another list is read for the first time, the one before it stays in its place. */
export function useSteadyList(list: LiveList<DeliveryRow>): SteadyList {
  const [last, setLast] = useState<LiveDeliveries<DeliveryRow> | null>(null);
  const isLoading = list.snapshot.state === 'loading';
  if (!isLoading && last !== list.live) setLast(list.live);
  return isLoading && last !== null && last !== list.live
    ? { live: last, snapshot: last.getSnapshot(), isStale: true }
    : { ...list, isStale: false };
}
