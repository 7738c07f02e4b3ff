import { FAILED_PATTERN } from './trend-bars.tsx';
import type { TrendPoint } from '../../../graphql/trend-intervals.ts';

/** From the top of a bar to its bottom, as it is stacked. */
export const TREND_SERIES = [
  {
    name: 'open',
    label: 'In progress',
    countOf: ({ total, success, failed }: TrendPoint) => total - success - failed,
  },
  { name: 'failed', label: 'Failed', countOf: ({ failed }: TrendPoint) => failed },
  { name: 'success', label: 'Success', countOf: ({ success }: TrendPoint) => success },
] as const;

type SeriesName = (typeof TREND_SERIES)[number]['name'];

const FILLS: Record<SeriesName, string> = {
  success: 'fill-success/75 dark:fill-success/85',
  failed: 'fill-failed/85',
  open: 'fill-line-strong',
};

/** What a series looks like in the chart. */
export function TrendMark({ name }: { name: SeriesName }) {
  return (
    <svg aria-hidden width={12} height={12} className="shrink-0">
      <rect width={12} height={12} rx={3} className={FILLS[name]} />
      {name === 'failed' && <rect width={12} height={12} rx={3} fill={`url(#${FAILED_PATTERN})`} />}
    </svg>
  );
}

export function TrendLegend() {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
      {TREND_SERIES.toReversed().map(({ name, label }) => (
        <li key={name} className="flex items-center gap-1.5">
          <TrendMark name={name} />
          {label}
        </li>
      ))}
    </ul>
  );
}
