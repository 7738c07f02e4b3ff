import { memo } from 'react';

import {
  INTERVAL_MS,
  isPartial,
  type Span,
  type TrendInterval,
  type TrendPoint,
} from '../../../graphql/trend-intervals.ts';
import type { TrendScale } from './trend-scale.ts';

/** Hatched, so that failures are seen without their colour. Also the legend's. */
export const FAILED_PATTERN = 'trend-failed';

export interface TrendBarsProps {
  points: readonly TrendPoint[];
  interval: TrendInterval;
  /** The chosen range; intervals that reach beyond it are drawn lighter. */
  asked: Span;
  scale: TrendScale;
}

/** Success, failed on top of it, and on top of that what is still under way. */
export const TrendBars = memo(function TrendBars(props: TrendBarsProps) {
  const { points, interval, asked, scale } = props;
  return (
    <g>
      {points.map((point) => {
        const start = Date.parse(point.start);
        return (
          <TrendBar
            key={point.start}
            point={point}
            scale={scale}
            from={scale.x(start)}
            to={scale.x(start + INTERVAL_MS[interval])}
            isPartial={isPartial(start, interval, asked)}
          />
        );
      })}
    </g>
  );
});

interface TrendBarProps {
  point: TrendPoint;
  scale: TrendScale;
  from: number;
  to: number;
  isPartial: boolean;
}

/** One failure among thousands is still seen. */
const LEAST_HEIGHT = 2;

function TrendBar({ point, scale, from, to, isPartial }: TrendBarProps) {
  const { success, failed, total } = point;
  if (total === 0) return null;
  const gap = Math.min(3, (to - from) * 0.25);
  const width = Math.max(1, to - from - gap);
  const x = from + gap / 2;
  const open = total - success - failed;

  const heightOf = (count: number) =>
    count === 0 ? 0 : Math.max(LEAST_HEIGHT, scale.bottom - scale.y(count));
  const successTop = scale.bottom - heightOf(success);
  const failedTop = successTop - heightOf(failed);
  const openTop = failedTop - heightOf(open);
  const place = { x, width };
  return (
    <g opacity={isPartial ? 0.55 : 1}>
      {success > 0 && (
        <rect
          {...place}
          y={successTop}
          height={heightOf(success)}
          className="fill-success/75 dark:fill-success/85"
        />
      )}
      {failed > 0 && (
        <>
          <rect {...place} y={failedTop} height={heightOf(failed)} className="fill-failed/85" />
          <rect
            {...place}
            y={failedTop}
            height={heightOf(failed)}
            fill={`url(#${FAILED_PATTERN})`}
          />
        </>
      )}
      {open > 0 && (
        <rect {...place} y={openTop} height={heightOf(open)} className="fill-line-strong" />
      )}
    </g>
  );
}

/** Once on the page, for the bars and the legend. */
export function TrendPatterns() {
  return (
    <svg aria-hidden width={0} height={0} className="absolute">
      <defs>
        <pattern
          id={FAILED_PATTERN}
          width={5}
          height={5}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width={2} height={5} className="fill-surface" opacity={0.5} />
        </pattern>
      </defs>
    </svg>
  );
}
