import { useQuery } from 'urql';

import { graphql } from '../graphql/graphql.ts';
import { useReadAgain } from '../graphql/use-read-again.ts';
import { formatCounted } from '../lib/number-format.ts';
import type { DeliveryFilter } from './deliveries-search.ts';

const DeliveryCountQuery = graphql(`
  query DeliveryCount($filter: DeliveryFilter, $upTo: Int!) {
    deliveryCount(filter: $filter, upTo: $upTo)
  }
`);

/** As far as the server counts. */
const COUNTED_UP_TO = 10_000;

/** How many deliveries fit, at most {@link COUNTED_UP_TO}; undefined until it is known. Kept true. */
export function useDeliveryCount(filter: DeliveryFilter): {
  count: number | undefined;
  isStale: boolean;
} {
  const [{ data, error, stale }, ask] = useQuery({
    query: DeliveryCountQuery,
    variables: { filter, upTo: COUNTED_UP_TO },
    requestPolicy: 'cache-and-network',
  });
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), {
    hasFailed: error !== undefined,
    changedBy: { webhookId: null },
  });
  return { count: data?.deliveryCount, isStale: stale };
}

/** `754`, `10,000+`. */
export function countedText(count: number): string {
  return formatCounted(count, COUNTED_UP_TO);
}
