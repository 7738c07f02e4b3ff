import { memo } from 'react';

import { formatCompactCount } from '../../../lib/number-format.ts';
import { timeTicks } from './time-ticks.ts';
import { INTERVAL_MS, type TrendInterval } from '../../../graphql/trend-intervals.ts';
import { HEIGHT, type TrendScale } from './trend-scale.ts';

/** A label and its distance to the next; one of a day of two years names the year. */
const LABEL_WIDTH = 52;
const LABEL_WIDTH_WITH_YEAR = 96;
const MOST_LABELS = 12;

/** The lines of round counts, and the times beneath. */
export const TrendAxes = memo(function TrendAxes(props: {
  scale: TrendScale;
  interval: TrendInterval;
}) {
  const { scale, interval } = props;
  const labelWidth =
    interval === 'DAY' && yearOf(scale.span.from) !== yearOf(scale.span.to - 1)
      ? LABEL_WIDTH_WITH_YEAR
      : LABEL_WIDTH;
  const fitting = Math.floor((scale.right - scale.left) / labelWidth);
  const most = Math.min(MOST_LABELS, Math.max(2, fitting));
  // A day's label stands beneath its bar; a time's at its moment.
  const shift = interval === 'DAY' ? INTERVAL_MS.DAY / 2 : 0;
  return (
    <g className="fill-muted text-xs">
      {scale.yTicks.map((tick) => (
        <g key={tick}>
          <line
            x1={scale.left}
            x2={scale.right}
            y1={Math.round(scale.y(tick)) + 0.5}
            y2={Math.round(scale.y(tick)) + 0.5}
            className={tick === 0 ? 'stroke-line-strong' : 'stroke-line'}
          />
          <text x={scale.left - 8} y={scale.y(tick)} dy="0.32em" textAnchor="end">
            {formatCompactCount(tick)}
          </text>
        </g>
      ))}
      {timeTicks(scale.span, interval, most).map(({ at, label }) => {
        const x = scale.x(at + shift);
        // Half of a label at either end would be cut off.
        if (x < scale.left + 12 || x > scale.right - 18) return null;
        return (
          <text key={at} x={x} y={HEIGHT - 6} textAnchor="middle">
            {label}
          </text>
        );
      })}
    </g>
  );
});

function yearOf(moment: number): number {
  return new Date(moment).getUTCFullYear();
}
