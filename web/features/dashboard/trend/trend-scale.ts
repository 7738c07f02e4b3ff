import { scaleLinear } from 'd3-scale';

import {
  INTERVAL_MS,
  type Span,
  type TrendInterval,
  type TrendPoint,
} from '../../../graphql/trend-intervals.ts';

/** The chart's box; its width comes from the page. */
export const HEIGHT = 232;
const TOP = 10;
const BOTTOM = 24;
const LEFT = 44;
const RIGHT = 4;

/** Everything about where things stand in a trend chart. */
export interface TrendScale {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The intervals shown: they begin and end with whole ones. */
  readonly span: Span;
  x(at: number): number;
  y(count: number): number;
  readonly yTicks: readonly number[];
  /** Which point stands at this x. */
  indexAt(x: number): number;
}

export function trendScale(
  points: readonly TrendPoint[],
  interval: TrendInterval,
  width: number,
): TrendScale {
  const length = INTERVAL_MS[interval];
  const from = points[0] === undefined ? 0 : Date.parse(points[0].start);
  const span = { from, to: from + Math.max(1, points.length) * length };
  const right = Math.max(LEFT + 1, width - RIGHT);
  const bottom = HEIGHT - BOTTOM;
  const x = scaleLinear([span.from, span.to], [LEFT, right]);
  // At least 4, so that an empty chart has an axis and a single delivery does not fill it.
  const most = Math.max(4, ...points.map(({ total }) => total));
  const y = scaleLinear([0, most], [bottom, TOP]).nice(4);
  return {
    left: LEFT,
    right,
    top: TOP,
    bottom,
    span,
    x: (at) => x(at),
    y: (count) => y(count),
    yTicks: y.ticks(4).filter((tick) => Number.isInteger(tick)),
    indexAt(at) {
      const share = (at - LEFT) / (right - LEFT);
      return Math.min(points.length - 1, Math.max(0, Math.floor(share * points.length)));
    },
  };
}
