import { useState, type ReactNode } from 'react';
import { useQuery, useSubscription } from 'urql';

import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { RangePicker } from '../../../components/time/range-picker.tsx';
import { Skeleton } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../../graphql/graphql.ts';
import { STATS_WINDOWS, trendIntervalOf } from '../../../graphql/trend-intervals.ts';
import { useClock } from '../../../lib/time/clock.ts';
import { formatCompactCount, formatPercent } from '../../../lib/number-format.ts';
import { formatDuration } from '../../../lib/time/time-format.ts';
import {
  formatRange,
  RANGE_MS,
  timeRangeOf,
  type RangeName,
  type RangeSearch,
} from '../../../lib/time/time-range.ts';
import { WebhookTrend } from './webhook-trend.tsx';

const NumbersFragment = graphql(`
  fragment WebhookNumbers on DeliveryStats @_unmask {
    total
    success
    failed
    successRate
    latencyP50Ms
    latencyP95Ms
    pending
    sending
    retrying
    trend(interval: $interval) {
      start
      total
      success
      failed
    }
  }
`);

const NumbersQuery = graphql(
  `
    query WebhookNumbersOf($id: ID!, $range: TimeRange, $interval: TrendInterval!) {
      webhook(id: $id) {
        id
        stats(range: $range) {
          ...WebhookNumbers
        }
      }
    }
  `,
  [NumbersFragment],
);

const NumbersSubscription = graphql(
  `
    subscription WebhookNumbersNow($id: ID!, $window: StatsWindow!, $interval: TrendInterval!) {
      statsUpdated(webhookId: $id, window: $window) {
        ...WebhookNumbers
      }
    }
  `,
  [NumbersFragment],
);

type Numbers = ResultOf<typeof NumbersFragment>;

export interface WebhookNumbersProps {
  webhookId: string;
  /** Since when there may be any. */
  createdAt: string;
  /** The last 24 hours where it says nothing, or the last hour of a webhook that is younger. */
  search: RangeSearch;
  onRange: (range: RangeSearch) => void;
}

/** How a webhook is doing, live. Tests do not count. */
export function WebhookNumbers(props: WebhookNumbersProps) {
  const { webhookId, createdAt, search, onRange } = props;
  const { range, from, to } = search;
  const isOwn = from !== undefined || to !== undefined;
  const isNew = useClock((now) => now - Date.parse(createdAt) < RANGE_MS['1h']);
  const fallback: RangeName = isNew ? '1h' : '24h';
  const shown: RangeSearch = isOwn ? search : { range: range ?? fallback };
  return (
    <Card aria-label="Numbers">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
        <h2 className="text-base font-semibold">{formatRange(shown)}</h2>
        <RangePicker value={shown} onChange={onRange} fallback={fallback} />
      </div>
      <RangeNumbers key={JSON.stringify(shown)} webhookId={webhookId} search={shown} />
    </Card>
  );
}

/** Read at once, then updated from the feed. */
function RangeNumbers({ webhookId, search }: { webhookId: string; search: RangeSearch }) {
  const window = search.range === undefined ? null : STATS_WINDOWS[search.range];
  const [interval] = useState(() => trendIntervalOf(search, Date.now()));
  const [from] = useState(() => timeRangeOf(search));
  const [{ data, error }, askAgain] = useQuery({
    query: NumbersQuery,
    variables: { id: webhookId, range: from, interval },
    requestPolicy: 'cache-and-network',
  });
  const [{ data: live }] = useSubscription({
    query: NumbersSubscription,
    variables: { id: webhookId, window: window ?? 'DAY', interval },
    // A range of one's own is read once: most of it does not change any more.
    pause: window === null,
  });
  const numbers = live?.statsUpdated ?? data?.webhook?.stats;
  if (numbers === undefined && error !== undefined) {
    return (
      <ErrorState
        error={{ message: faultMessage(error) }}
        onRetry={() => askAgain({ requestPolicy: 'network-only' })}
      />
    );
  }
  return (
    <>
      <Figures numbers={numbers} />
      <div className="border-t border-line px-4 pt-3 pb-2">
        <WebhookTrend points={numbers?.trend} interval={interval} label={formatRange(search)} />
      </div>
    </>
  );
}

function Figures({ numbers }: { numbers: Numbers | undefined }) {
  const under = numbers && numbers.pending + numbers.sending + numbers.retrying;
  const hasFailed = numbers !== undefined && numbers.failed > 0;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 px-4 py-3 sm:grid-cols-3 lg:grid-cols-6">
      <Figure label="Deliveries">{numbers && formatCompactCount(numbers.total)}</Figure>
      <Figure label="Success rate">
        {numbers && (numbers.successRate === null ? '–' : formatPercent(numbers.successRate))}
        {numbers !== undefined && numbers.retrying > 0 && (
          // Those that wait for another attempt have failed so far, and have not ended.
          <span className="ml-1.5 truncate text-xs font-normal text-muted">
            {formatCompactCount(numbers.success)} of{' '}
            {formatCompactCount(numbers.success + numbers.failed + numbers.retrying)} tried
          </span>
        )}
      </Figure>
      <Figure label="Failed" className={hasFailed ? 'text-failed' : undefined}>
        {numbers && formatCompactCount(numbers.failed)}
      </Figure>
      <Figure
        label="In progress"
        title={
          numbers &&
          `${numbers.pending} pending, ${numbers.sending} sending, ${numbers.retrying} retrying`
        }
      >
        {under !== undefined && formatCompactCount(under)}
        {numbers !== undefined && numbers.retrying > 0 && (
          <span className="ml-1.5 text-xs font-normal text-retrying">
            {formatCompactCount(numbers.retrying)} retrying
          </span>
        )}
      </Figure>
      <Figure label="Latency p50">{numbers && latencyText(numbers.latencyP50Ms)}</Figure>
      <Figure label="Latency p95">{numbers && latencyText(numbers.latencyP95Ms)}</Figure>
    </dl>
  );
}

interface FigureProps {
  label: string;
  title?: string | undefined;
  className?: string | undefined;
  /** What is false or undefined is on its way. */
  children: ReactNode;
}

function Figure({ label, title, className, children }: FigureProps) {
  const isComing = children === undefined || children === false;
  return (
    <div title={title}>
      <dt className="text-xs text-muted">{label}</dt>
      <dd
        className={`flex h-7 items-baseline text-lg font-semibold tabular-nums ${className ?? ''}`}
      >
        {isComing ? <Skeleton className="h-5 w-14 self-center" /> : children}
      </dd>
    </div>
  );
}

function latencyText(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}
