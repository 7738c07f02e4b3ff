import { useEffect } from 'react';
import { useClient } from 'urql';

import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { useClock } from '../../lib/time/clock.ts';
import { timeRangeOf, type RangeSearch } from '../../lib/time/time-range.ts';
import { quietQuery, type QuietQuery } from './quiet-query.ts';
import {
  STATS_WINDOWS,
  TrendPointFragment,
  trendIntervalOf,
  type TrendInterval,
} from '../../graphql/trend-intervals.ts';

const StatsFragment = graphql(
  `
    fragment DashboardStats on DeliveryStats @_unmask {
      total
      pending
      sending
      retrying
      success
      failed
      successRate
      latencyP50Ms
      latencyP95Ms
      trend(interval: $interval) {
        ...DashboardTrendPoint
      }
    }
  `,
  [TrendPointFragment],
);

export type DashboardStats = ResultOf<typeof StatsFragment>;

const StatsQuery = graphql(
  `
    query DashboardStats($range: TimeRange, $interval: TrendInterval!) {
      stats(range: $range) {
        ...DashboardStats
      }
    }
  `,
  [StatsFragment],
);

const StatsUpdates = graphql(
  `
    subscription DashboardStatsUpdates($window: StatsWindow!, $interval: TrendInterval!) {
      stats: statsUpdated(window: $window) {
        ...DashboardStats
      }
    }
  `,
  [StatsFragment],
);

const MINUTE_MS = 60_000;

interface StatsQuestion {
  search: RangeSearch;
  interval: TrendInterval;
}

const useStats = quietQuery(StatsQuery, ({ search, interval }: StatsQuestion, now) => ({
  range: timeRangeOf(search, now),
  interval,
}));

/**
 * The numbers of a range. One up to now is live; each minute it is read anew all the same, for it
 * moves on where nothing is delivered.
 */
export function useLiveStats(
  search: RangeSearch,
): QuietQuery<ResultOf<typeof StatsQuery>, StatsQuestion> {
  const client = useClient();
  const interval = useClock((now) => trendIntervalOf(search, now));
  const stats = useStats({ search, interval });
  const { take, refresh } = stats;
  const window = search.range === undefined ? null : STATS_WINDOWS[search.range];

  useEffect(() => {
    if (window === null) return;
    const { unsubscribe } = client
      .subscription(StatsUpdates, { window, interval })
      .subscribe(({ data }) => {
        if (data) take(data);
      });
    return unsubscribe;
  }, [client, window, interval, take]);

  const isOpen = useClock((now) => search.to === undefined || Date.parse(search.to) > now);
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(refresh, MINUTE_MS);
    return () => clearInterval(timer);
  }, [isOpen, refresh]);

  return stats;
}
