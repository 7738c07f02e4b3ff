import { formatCount, formatPercent } from '../../../lib/number-format.ts';
import { intervalLabel } from './time-ticks.ts';
import type { TrendInterval, TrendPoint } from '../../../graphql/trend-intervals.ts';
import { TREND_SERIES, TrendMark } from './trend-legend.tsx';

const WIDTH = 196;

export interface TrendTooltipProps {
  point: TrendPoint;
  interval: TrendInterval;
  isPartial: boolean;
  /** The middle of the interval, and how wide the chart is. */
  x: number;
  width: number;
}

/** The numbers of one interval. Read aloud by the chart's slider, so hidden here. */
export function TrendTooltip({ point, interval, isPartial, x, width }: TrendTooltipProps) {
  const isRightOf = x + WIDTH + 16 < width;
  const left = isRightOf ? x + 12 : Math.max(0, x - WIDTH - 12);
  const ended = point.success + point.failed;
  return (
    <div
      aria-hidden
      style={{ left, width: WIDTH }}
      className="pointer-events-none absolute top-3 z-10 rounded-lg border border-line bg-raised px-3 py-2 text-sm shadow-pop"
    >
      <p className="flex items-baseline justify-between gap-2 text-xs font-medium whitespace-nowrap">
        {intervalLabel(Date.parse(point.start), interval)}
        {isPartial && <span className="font-normal text-muted">in part</span>}
      </p>
      <dl className="mt-1.5 grid gap-1 tabular-nums">
        {TREND_SERIES.map(({ name, label, countOf }) => (
          <div key={name} className="flex items-center gap-2">
            <TrendMark name={name} />
            <dt className="flex-1 text-muted">{label}</dt>
            <dd className="font-medium">{formatCount(countOf(point))}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-1.5 flex justify-between border-t border-line pt-1.5 text-muted tabular-nums">
        <span>{formatCount(point.total)} in all</span>
        <span>{ended === 0 ? '–' : formatPercent(point.success / ended)}</span>
      </p>
    </div>
  );
}
