import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

import { rowLinkClasses } from '../../components/link.tsx';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/state/skeleton.tsx';
import { classNames } from '../../lib/class-names.ts';
import { formatCompactCount, formatCount, formatPercent } from '../../lib/number-format.ts';
import { formatDuration } from '../../lib/time/time-format.ts';
import { formatRange, type RangeSearch } from '../../lib/time/time-range.ts';
import type { DeliveryStatus } from '../../deliveries/deliveries-search.ts';
import type { DashboardStats } from './live-stats.ts';

export interface StatStripProps {
  /** Null while there are none yet. */
  stats: DashboardStats | null;
  /** Nothing will come: dashes in place of the numbers. */
  hasFailed: boolean;
  /** The numbers are those of another range. */
  isStale: boolean;
  search: RangeSearch;
}

interface Tile {
  label: string;
  value: (stats: DashboardStats) => string;
  detail: (stats: DashboardStats) => ReactNode;
  tone?: (stats: DashboardStats) => string | false;
  /** Which deliveries these are; none: not a list of them. */
  statuses?: readonly DeliveryStatus[];
}

const TILES: readonly Tile[] = [
  {
    label: 'Deliveries',
    value: ({ total }) => formatCompactCount(total),
    detail: ({ success }) => `${formatCount(success)} succeeded`,
    statuses: [],
  },
  {
    label: 'Success rate',
    value: ({ successRate }) => (successRate === null ? '–' : formatPercent(successRate)),
    detail: ({ success, failed }) => `of ${formatCount(success + failed)} that ended`,
  },
  {
    label: 'Failed',
    value: ({ failed }) => formatCompactCount(failed),
    detail: ({ failed }) => (failed === 0 ? 'None was given up' : 'Given up'),
    tone: ({ failed }) => failed > 0 && 'text-failed',
    statuses: ['FAILED'],
  },
  {
    label: 'Latency',
    value: ({ latencyP50Ms }) => (latencyP50Ms === null ? '–' : formatDuration(latencyP50Ms)),
    detail: ({ latencyP95Ms }) => (
      <>
        p50 · <span className="whitespace-nowrap">p95 {durationOrDash(latencyP95Ms)}</span>
      </>
    ),
  },
  {
    label: 'Pending now',
    value: ({ pending }) => formatCompactCount(pending),
    detail: ({ sending }) => `${formatCount(sending)} sending`,
    statuses: ['PENDING', 'SENDING'],
  },
  {
    label: 'Retrying now',
    value: ({ retrying }) => formatCompactCount(retrying),
    detail: () => 'Between attempts',
    tone: ({ retrying }) => retrying > 0 && 'text-retrying',
    statuses: ['RETRYING'],
  },
];

/** The range in six numbers; most lead to the deliveries that they count. */
export function StatStrip({ stats, hasFailed, isStale, search }: StatStripProps) {
  return (
    <Card aria-label={`Numbers: ${formatRange(search)}`} aria-busy={stats === null || isStale}>
      <dl className="-mr-px -mb-px grid grid-cols-2 sm:grid-cols-3 xl:grid-cols-6">
        {TILES.map((tile) => (
          <div
            key={tile.label}
            className="group relative border-r border-b border-line px-4 pt-3 pb-3.5 has-[a:hover]:bg-hover/60"
          >
            <dt className="flex items-center justify-between gap-2 text-sm text-muted">
              <TileLabel tile={tile} search={search} />
            </dt>
            <dd className={classNames('tabular-nums', isStale && 'opacity-50')}>
              <TileNumbers tile={tile} stats={stats} hasFailed={hasFailed} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function TileLabel({ tile, search }: { tile: Tile; search: RangeSearch }) {
  const { label, statuses } = tile;
  if (statuses === undefined) return label;
  // Tests are not counted here, so they are not listed there.
  const link = {
    to: '/deliveries',
    search: {
      ...search,
      ...(statuses.length === 0 ? {} : { status: [...statuses] }),
      test: 'none',
    },
  } satisfies LinkProps;
  return (
    <>
      <Link {...link} className={rowLinkClasses}>
        {label}
      </Link>
      <ChevronRight
        aria-hidden
        className="size-4 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"
      />
    </>
  );
}

function TileNumbers({
  tile,
  stats,
  hasFailed,
}: Pick<StatStripProps, 'stats' | 'hasFailed'> & { tile: Tile }) {
  if (stats === null && !hasFailed) {
    return (
      <>
        <Skeleton className="my-1.5 h-5 w-20" />
        <Skeleton className="my-0.5 h-3.5 w-28" />
      </>
    );
  }
  return (
    <>
      <span
        className={classNames(
          'block text-2xl font-semibold tracking-tight',
          stats !== null && tile.tone?.(stats),
        )}
      >
        {stats === null ? '–' : tile.value(stats)}
      </span>
      <span className="block truncate text-sm text-muted">
        {stats === null ? 'Not known just now' : tile.detail(stats)}
      </span>
    </>
  );
}

function durationOrDash(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}
