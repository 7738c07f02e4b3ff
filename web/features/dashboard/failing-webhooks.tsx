import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';

import { rowLinkClasses } from '../../components/link.tsx';
import { Badge } from '../../components/state/badge.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatCompactCount, formatPercent } from '../../lib/number-format.ts';
import { timeRangeOf, type RangeSearch } from '../../lib/time/time-range.ts';
import { useAtMostEvery } from './at-most-every.ts';
import { quietQuery } from './quiet-query.ts';

const FailingWebhookFragment = graphql(`
  fragment FailingWebhook on Webhook @_unmask {
    id
    name
    url
    isActive
    stats(range: $range) {
      success
      failed
    }
  }
`);

const FailingWebhooksQuery = graphql(
  `
    query FailingWebhooks($range: TimeRange) {
      topFailingWebhooks(range: $range, first: 5) {
        ...FailingWebhook
      }
    }
  `,
  [FailingWebhookFragment],
);

const useFailingWebhooks = quietQuery(FailingWebhooksQuery, (search: RangeSearch, now) => ({
  range: timeRangeOf(search, now),
}));

const REFRESH_MS = 10_000;

export interface FailingWebhooksProps {
  search: RangeSearch;
  /** Another value whenever deliveries have changed. */
  changed: unknown;
}

/** Where to look first. */
export function FailingWebhooks({ search, changed }: FailingWebhooksProps) {
  const { answer, isStale, error, refresh } = useFailingWebhooks(search);
  useAtMostEvery(REFRESH_MS, changed, refresh);
  return (
    <Card aria-label="Failing webhooks" aria-busy={answer === null && error === null}>
      <CardHeader title="Failing webhooks" />
      <div className={classNames(isStale && 'opacity-50')}>
        {error !== null ? (
          <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />
        ) : answer === null ? (
          <SkeletonRows rows={5} columns={2} rowClassName="h-16" />
        ) : (
          <FailingList webhooks={answer.data.topFailingWebhooks} search={answer.question} />
        )}
      </div>
    </Card>
  );
}

interface FailingListProps {
  webhooks: readonly ResultOf<typeof FailingWebhookFragment>[];
  search: RangeSearch;
}

function FailingList({ webhooks, search }: FailingListProps) {
  if (webhooks.length === 0) {
    return (
      <EmptyState icon={CircleCheck} title="No failures in this range">
        No deliveries failed in this period.
      </EmptyState>
    );
  }
  return (
    <ul className="divide-y divide-line border-b border-line">
      {webhooks.map(({ id, name, url, isActive, stats }) => (
        <li
          key={id}
          className="relative grid h-16 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 text-sm has-[a:hover]:bg-hover/60"
        >
          <div className="min-w-0">
            <div className="flex items-center gap-2">
              <Link
                to="/webhooks/$webhookId"
                params={{ webhookId: id }}
                search={search}
                dir="auto"
                className={`truncate text-left font-medium ${rowLinkClasses}`}
              >
                {name}
              </Link>
              {!isActive && <Badge>off</Badge>}
            </div>
            <p className="truncate font-mono text-xs text-muted">{url}</p>
          </div>
          <div className="w-38 whitespace-nowrap tabular-nums">
            <p className="flex items-baseline justify-between gap-2">
              <span className="font-medium text-failed">
                {formatCompactCount(stats.failed)} failed
              </span>
              <span className="text-xs text-muted">
                of {formatCompactCount(endedOf(stats))} ended
              </span>
            </p>
            <FailedShare failed={stats.failed} ended={endedOf(stats)} />
            <p className="mt-1 text-right text-xs leading-none text-muted">
              {formatPercent(stats.success / endedOf(stats))} succeed
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

const endedOf = ({ success, failed }: { success: number; failed: number }) => success + failed;

/** The failed part of those that ended; said in numbers above it. */
function FailedShare({ failed, ended }: { failed: number; ended: number }) {
  const share = ended === 0 ? 0 : failed / ended;
  return (
    <span aria-hidden className="mt-1 flex h-1.5 overflow-hidden rounded-full bg-hover">
      <span
        className="min-w-1 rounded-full bg-failed"
        style={{ width: `${(share * 100).toFixed(1)}%` }}
      />
    </span>
  );
}
