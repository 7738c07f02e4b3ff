import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type KeyboardEvent } from 'react';

import { useElementWidth } from '../../../lib/element-width.ts';
import { formatCount } from '../../../lib/number-format.ts';
import { intervalLabel } from './time-ticks.ts';
import { TrendAxes } from './trend-axes.tsx';
import { TrendBars } from './trend-bars.tsx';
import {
  INTERVAL_MS,
  isPartial,
  type Span,
  type TrendInterval,
  type TrendPoint,
} from '../../../graphql/trend-intervals.ts';
import { HEIGHT, trendScale } from './trend-scale.ts';
import { TrendTooltip } from './trend-tooltip.tsx';

export interface TrendChartProps {
  points: readonly TrendPoint[];
  interval: TrendInterval;
  asked: Span;
  /** The chart in a sentence. */
  summary: string;
}

/** Deliveries over time as stacked bars. Pointer and arrow keys read out one interval. */
export function TrendChart({ points, interval, asked, summary }: TrendChartProps) {
  const { ref, width } = useElementWidth();
  const [at, setAt] = useState<number | null>(null);
  const navigate = useNavigate();
  const scale = useMemo(() => trendScale(points, interval, width), [points, interval, width]);

  // By its time, so that it stays where it was while new intervals come.
  const index = at === null ? -1 : points.findIndex(({ start }) => Date.parse(start) === at);
  const point = points[index];

  function show(next: number): void {
    const start = points[Math.min(points.length - 1, Math.max(0, next))]?.start;
    setAt(start === undefined ? null : Date.parse(start));
  }

  /** The deliveries that one bar stands for. */
  function openAt(bar: number): void {
    const start = points[Math.min(points.length - 1, Math.max(0, bar))]?.start;
    if (start === undefined) return;
    const from = Date.parse(start);
    const to = from + INTERVAL_MS[interval];
    void navigate({
      to: '/deliveries',
      search: {
        from: new Date(Math.max(from, asked.from)).toISOString(),
        to: new Date(to).toISOString(),
        test: 'none',
      },
    });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && index !== -1) {
      event.preventDefault();
      openAt(index);
      return;
    }
    const target = keyTarget(event.key, index === -1 ? points.length - 1 : index, points.length);
    if (target === null) return;
    event.preventDefault();
    if (target === 'none') setAt(null);
    else show(target);
  }

  return (
    <div ref={ref} className="relative" style={{ height: HEIGHT }}>
      {width > 0 && (
        <>
          <svg
            role="img"
            aria-label={summary}
            width={width}
            height={HEIGHT}
            className="block select-none"
          >
            <TrendAxes scale={scale} interval={interval} />
            {point !== undefined && at !== null && (
              <rect
                x={scale.x(at)}
                width={scale.x(at + INTERVAL_MS[interval]) - scale.x(at)}
                y={scale.top}
                height={scale.bottom - scale.top}
                className="fill-accent opacity-15"
              />
            )}
            <TrendBars points={points} interval={interval} asked={asked} scale={scale} />
          </svg>
          <div
            role="slider"
            tabIndex={0}
            aria-label="Interval"
            aria-orientation="horizontal"
            aria-valuemin={0}
            aria-valuemax={Math.max(0, points.length - 1)}
            aria-valuenow={index === -1 ? Math.max(0, points.length - 1) : index}
            aria-valuetext={describe(point ?? points.at(-1), interval)}
            onKeyDown={onKeyDown}
            onFocus={(event) => {
              if (event.currentTarget.matches(':focus-visible')) show(points.length - 1);
            }}
            onBlur={() => setAt(null)}
            onPointerMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              show(scale.indexAt(event.clientX - box.left + scale.left));
            }}
            onPointerLeave={() => setAt(null)}
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              openAt(scale.indexAt(event.clientX - box.left + scale.left));
            }}
            className="absolute cursor-pointer touch-pan-y rounded-sm"
            style={{
              left: scale.left,
              top: scale.top,
              width: scale.right - scale.left,
              height: scale.bottom - scale.top,
            }}
          />
          {point !== undefined && at !== null && (
            <TrendTooltip
              point={point}
              interval={interval}
              isPartial={isPartial(at, interval, asked)}
              x={scale.x(at + INTERVAL_MS[interval] / 2)}
              width={width}
            />
          )}
        </>
      )}
    </div>
  );
}

/** Which interval a key leads to; `none` puts the reading away, null is no key of the chart. */
function keyTarget(key: string, index: number, count: number): number | 'none' | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return index - 1;
    case 'ArrowRight':
    case 'ArrowUp':
      return index + 1;
    case 'PageUp':
      return index + 10;
    case 'PageDown':
      return index - 10;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'Escape':
      return 'none';
    default:
      return null;
  }
}

function describe(point: TrendPoint | undefined, interval: TrendInterval): string {
  if (point === undefined) return 'nothing';
  const { success, failed, total } = point;
  const when = intervalLabel(Date.parse(point.start), interval);
  return `${when}: ${formatCount(success)} succeeded, ${formatCount(failed)} failed, ${formatCount(total)} in all`;
}
