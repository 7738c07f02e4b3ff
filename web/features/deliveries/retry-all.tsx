import { RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';

import { Button } from '../../components/form/button.tsx';
import type {
  DeliveriesSearch,
  DeliveryFilter,
  DeliveryStatus,
} from '../../deliveries/deliveries-search.ts';
import { countedText, useDeliveryCount } from '../../deliveries/delivery-count.ts';
import { filterPartsOf } from '../../deliveries/filter-parts.ts';
import { useWebhookNames } from '../../deliveries/use-webhook-names.ts';
import { RetryMany } from '../../recoveries/retry-many.tsx';

/** What is on its way already is not sent again. */
export const RETRYABLE: readonly DeliveryStatus[] = ['RETRYING', 'SUCCESS', 'FAILED'];

export interface RetryAllProps {
  search: DeliveriesSearch;
  filter: DeliveryFilter;
}

/** Sends all again that match the filters: those that failed, where no status is chosen. Nothing where none do. */
export function RetryAll({ search, filter }: RetryAllProps) {
  const statuses = useMemo(
    () => (search.status ?? (['FAILED'] as const)).filter((each) => RETRYABLE.includes(each)),
    [search.status],
  );
  if (statuses.length === 0) return null;
  return <RetryMatching search={search} filter={{ ...filter, statuses }} />;
}

function RetryMatching({ search, filter }: RetryAllProps) {
  const [isAsked, setIsAsked] = useState(false);
  const { count = 0 } = useDeliveryCount(filter);
  const nameOf = useWebhookNames(search.webhook ?? []);
  const parts = filterPartsOf({ ...search, status: [...(filter.statuses ?? [])] }, nameOf);
  return (
    <>
      {count > 0 && (
        <Button size="sm" icon={RotateCw} onClick={() => setIsAsked(true)}>
          <span className="max-sm:sr-only">
            Retry all {countedText(count)}
            <span className="max-lg:sr-only">
              {search.status === undefined ? ' that failed' : ' that match'}
            </span>
          </span>
        </Button>
      )}
      {isAsked && (
        <RetryMany
          filter={filter}
          narrowedTo={parts.map(({ name, value }) => `${name}: ${value}`)}
          onClose={() => setIsAsked(false)}
        />
      )}
    </>
  );
}
