import { useQuery } from 'urql';

import { graphql } from '../../graphql/graphql.ts';
import { useClock } from '../../lib/time/clock.ts';
import { RANGE_MS, type RangeName } from '../../lib/time/time-range.ts';

const OldestDeliveryQuery = graphql(`
  query OldestDelivery {
    deliveries(last: 1) {
      nodes {
        id
        createdAt
      }
    }
  }
`);

/**
 * The range to begin with: a day, or an hour as long as all there is was made within it. A day of a
 * new installation would be one bar at its edge.
 */
export function useFittingRange(): RangeName {
  const [{ data }] = useQuery({ query: OldestDeliveryQuery });
  const oldest = data?.deliveries.nodes[0]?.createdAt;
  const isNew = useClock(
    (now) => oldest !== undefined && now - Date.parse(oldest) < RANGE_MS['1h'],
  );
  return isNew ? '1h' : '24h';
}
