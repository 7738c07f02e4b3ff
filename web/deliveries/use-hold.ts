import { useLayoutEffect } from 'react';

import type { DeliveryRow } from '../live/delivery-row.ts';
import type { LiveDeliveries } from '../live/live-deliveries.ts';

/** Keeps the list's rows where they are for as long as somebody reads or aims at one of them. */
export function useHold(live: LiveDeliveries<DeliveryRow>, isHeld: boolean): void {
  useLayoutEffect(() => live.hold(isHeld), [live, isHeld]);
}
