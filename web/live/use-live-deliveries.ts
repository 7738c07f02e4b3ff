import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient } from 'urql';

import { useSameValue } from '../lib/same-value.ts';
import type { DeliveryFilter } from './delivery-filter.ts';
import { deliveryRows, type DeliveryRow } from './delivery-row.ts';
import { createLiveDeliveries, type LiveDeliveries, type LiveSnapshot } from './live-deliveries.ts';
import type { LiveRow, LiveSource } from './live-source.ts';

export interface LiveListOptions {
  /** Rows read at a time, at most 100; 50 if omitted. */
  pageSize?: number;
  /** Rows kept; 10,000 if omitted. */
  maxRows?: number;
}

export interface LiveList<Row extends LiveRow> {
  /** The same object until the filter, an option or the client changes. */
  live: LiveDeliveries<Row>;
  snapshot: LiveSnapshot;
}

/**
 * The deliveries that fit a filter, live while the component is mounted. Filters are compared by
 * value: an object made anew in each render is fine.
 */
export function useLiveDeliveries(
  filter: DeliveryFilter,
  options: LiveListOptions = {},
): LiveList<DeliveryRow> {
  return useLiveList(deliveryRows, filter, options);
}

/** The same with rows of another source, which must be a constant. */
export function useLiveList<Row extends LiveRow>(
  source: LiveSource<Row>,
  filter: DeliveryFilter,
  { pageSize, maxRows }: LiveListOptions = {},
): LiveList<Row> {
  const client = useClient();
  const sameFilter = useSameValue(filter);
  const live = useMemo(
    () => createLiveDeliveries({ client, source, filter: sameFilter, pageSize, maxRows }),
    [client, source, sameFilter, pageSize, maxRows],
  );
  useEffect(() => live.start(), [live]);
  const snapshot = useSyncExternalStore(live.subscribe, live.getSnapshot);
  return { live, snapshot };
}

/** Follows one row; undefined once it is not in the list. */
export function useLiveRow<Row extends LiveRow>(
  live: LiveDeliveries<Row>,
  id: string,
): Row | undefined {
  const subscribe = useMemo(
    () => (listener: () => void) => live.subscribeRow(id, listener),
    [live, id],
  );
  return useSyncExternalStore(subscribe, () => live.getRow(id));
}
