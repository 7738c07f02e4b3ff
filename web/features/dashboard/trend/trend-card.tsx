import type { CombinedError } from '@urql/core';

import { Card, CardHeader } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { Skeleton } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { classNames } from '../../../lib/class-names.ts';
import { formatCount, formatPercent } from '../../../lib/number-format.ts';
import { formatRange, type RangeSearch } from '../../../lib/time/time-range.ts';
import type { DashboardStats } from '../live-stats.ts';
import { TrendPatterns } from './trend-bars.tsx';
import { TrendChart } from './trend-chart.tsx';
import type { Span, TrendInterval } from '../../../graphql/trend-intervals.ts';
import { TrendLegend } from './trend-legend.tsx';
import { HEIGHT } from './trend-scale.ts';
import { TrendTable } from './trend-table.tsx';

/** Numbers with what they are the answer to. */
export interface TrendAnswer {
  stats: DashboardStats;
  search: RangeSearch;
  interval: TrendInterval;
  asked: Span;
}

export interface TrendCardProps {
  answer: TrendAnswer | null;
  isStale: boolean;
  error: CombinedError | null;
  onRetry: () => void;
}

const PER: Record<TrendInterval, string> = { MINUTE: 'minute', HOUR: 'hour', DAY: 'day (UTC)' };

/** How deliveries went over the range. */
export function TrendCard({ answer, isStale, error, onRetry }: TrendCardProps) {
  return (
    <Card aria-label="Trend" aria-busy={answer === null && error === null}>
      <TrendPatterns />
      <CardHeader
        title={
          <>
            Deliveries over time
            {answer !== null && (
              <span className="ml-2 font-normal text-muted">per {PER[answer.interval]}</span>
            )}
          </>
        }
        actions={<TrendLegend />}
      />
      <div className="px-3 py-3" style={{ height: HEIGHT + 24 }}>
        <TrendBody answer={answer} isStale={isStale} error={error} onRetry={onRetry} />
      </div>
    </Card>
  );
}

function TrendBody({ answer, isStale, error, onRetry }: TrendCardProps) {
  if (error !== null) {
    return <ErrorState error={{ message: faultMessage(error) }} onRetry={onRetry} />;
  }
  if (answer === null) return <Skeleton className="mx-1 h-full" />;
  const { stats, interval, asked } = answer;
  return (
    <div className={classNames('relative', isStale && 'opacity-50')}>
      <TrendChart
        points={stats.trend}
        interval={interval}
        asked={asked}
        summary={summaryOf(answer)}
      />
      <TrendTable points={stats.trend} interval={interval} />
      {stats.total === 0 && (
        <p className="pointer-events-none absolute inset-x-0 top-1/2 -translate-y-1/2 text-center text-sm text-muted">
          No deliveries in this range
        </p>
      )}
    </div>
  );
}

function summaryOf({ stats, search, interval }: TrendAnswer): string {
  const { total, success, failed, successRate } = stats;
  const rate = successRate === null ? '' : `, a success rate of ${formatPercent(successRate)}`;
  return `Deliveries per ${PER[interval]}, ${formatRange(search)}: ${formatCount(total)} in all, ${formatCount(success)} succeeded, ${formatCount(failed)} failed${rate}.`;
}
