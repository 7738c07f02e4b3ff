import { getRouteApi } from '@tanstack/react-router';

import { PageHeader } from '../../components/page-header.tsx';
import { RangePicker } from '../../components/time/range-picker.tsx';
import { useLiveDeliveries } from '../../live/use-live-deliveries.ts';
import { formatRange, type RangeName, type RangeSearch } from '../../lib/time/time-range.ts';
import { AttentionCard } from './attention-card.tsx';
import { FailingWebhooks } from './failing-webhooks.tsx';
import { useFittingRange } from './fitting-range.ts';
import { GettingStarted } from './getting-started.tsx';
import { LATEST, LatestDeliveries } from './latest-deliveries.tsx';
import { useLiveStats } from './live-stats.ts';
import { StatStrip } from './stat-strip.tsx';
import { TrendCard, type TrendAnswer } from './trend/trend-card.tsx';
import { spanOf } from '../../graphql/trend-intervals.ts';

const route = getRouteApi('/');

const ALL = {};

/** How deliveries go: in numbers, over time, and the latest of them, live. */
export function DashboardPage() {
  const fitting = useFittingRange();
  const search = rangeOf(route.useSearch(), fitting);
  const navigate = route.useNavigate();
  const stats = useLiveStats(search);
  const latest = useLiveDeliveries(ALL, { pageSize: LATEST, maxRows: LATEST });
  const { answer, isStale, error, refresh } = stats;
  const isFirstUse = latest.snapshot.state === 'ready' && latest.snapshot.ids.length === 0;
  const trend: TrendAnswer | null =
    answer === null || latest.snapshot.state === 'loading'
      ? null
      : {
          stats: answer.data.stats,
          ...answer.question,
          asked: spanOf(answer.question.search, answer.at),
        };

  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="Dashboard"
        description={`${formatRange(search)}, excluding tests`}
        actions={
          <RangePicker
            value={search}
            onChange={(range) => void navigate({ search: range, replace: true })}
          />
        }
      />
      <StatStrip
        stats={answer?.data.stats ?? null}
        hasFailed={error !== null}
        isStale={isStale}
        search={search}
      />
      {isFirstUse ? (
        <GettingStarted />
      ) : (
        <TrendCard answer={trend} isStale={isStale} error={error} onRetry={refresh} />
      )}
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <LatestDeliveries {...latest} />
        <div className="flex flex-col gap-4">
          <AttentionCard />
          <FailingWebhooks search={search} changed={answer?.data ?? null} />
        </div>
      </div>
    </div>
  );
}

/** What the address says, or what fits where it says nothing. */
function rangeOf(search: RangeSearch, fitting: RangeName): RangeSearch {
  const { range, from, to } = search;
  return range === undefined && from === undefined && to === undefined
    ? { range: fitting }
    : search;
}
