import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

import { useSameValue } from '../../lib/same-value.ts';
import {
  deliveriesSearchOf,
  deliveryFilterOf,
  type DeliveriesSearch,
  type DeliveryFilter,
  type SearchChange,
} from '../../deliveries/deliveries-search.ts';

export interface DeliveriesSearchState {
  search: DeliveriesSearch;
  /** Puts the change into the address; in place of the last entry of the history with `replace`. */
  change(news: SearchChange, options?: { replace?: boolean }): void;
  clearAll(): void;
}

/** The deliveries page's filters, which live in its address alone. An open pane stays open. */
export function useDeliveriesSearch(): DeliveriesSearchState {
  const search = useSearch({ from: '/deliveries' });
  const { deliveryId } = useParams({ strict: false });
  const navigate = useNavigate();

  const go = useCallback(
    (next: DeliveriesSearch, replace: boolean) => {
      if (deliveryId === undefined) void navigate({ to: '/deliveries', search: next, replace });
      else {
        const params = { deliveryId };
        void navigate({ to: '/deliveries/$deliveryId', params, search: next, replace });
      }
    },
    [navigate, deliveryId],
  );
  const change = useCallback<DeliveriesSearchState['change']>(
    (news, { replace = false } = {}) => go(deliveriesSearchOf({ ...search, ...news }), replace),
    [go, search],
  );
  const clearAll = useCallback(() => go({}, false), [go]);
  return { search, change, clearAll };
}

/**
 * The filter that the API takes. "The last hour" is counted from when it was chosen, not from each
 * render: another beginning would be another list, and the reader's place in it lost.
 */
export function useDeliveryFilter(search: DeliveriesSearch): DeliveryFilter {
  const same = useSameValue(search);
  return useMemo(() => deliveryFilterOf(same), [same]);
}
